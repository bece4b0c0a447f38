using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Intents;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Tests.Training.Intents;

/// <summary>What is trained, what ships and what is trained on again are one function.</summary>
public sealed class SavedIntentNetworkTests : IDisposable
{
    private const int Intents = 3;
    private static readonly IntentExample[] Examples =
    [
        new("cancel my visit please", 0),
        new("i want to book a visit", 1, 1, ["hello", "what can i do"]),
        new("pay the bill and pay the other bill", 2),
        new("", 2),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, 2, 1)]
    [InlineData(false, 1, 1)]
    [InlineData(true, 3, 2)]
    [InlineData(true, 2, 0)]
    public void A_saved_network_scores_like_the_one_it_was_read_from(bool withVectors, int members, int convolutions)
    {
        IntentRecipeSettings settings = new()
        {
            Width = 8,
            SequenceWidth = convolutions == 0 ? 0 : 4,
            SequenceLayers = convolutions,
        };
        Random random = new(4);
        WordVectors? vectors = withVectors
            ? new WordVectors(["visit", "bill"], [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle() - 0.5f)], [0.5f, 1])
            : null;
        FeatureVocabulary vocabulary = VocabularyBuilder.Build(Examples, 1000, null, vectors);
        BagExample[] batch = Weigh(vocabulary);
        IntentNetwork[] trained = [.. Enumerable.Range(0, members).Select(Trained)];
        byte[] model = IntentBundle.ToModel(trained, vocabulary);

        // Read back, tables are what their signed bytes say: nothing but the order of sums may differ from the shipped graph.
        ModelBundle bundle = Bundle("first", model, vocabulary);
        using IntentNetwork continued = SavedIntentNetwork.Continue(bundle, vocabulary, Intents, settings, 1);
        Assert.Equal(convolutions == 0, continued.Sequence is null);
        float[] scores = continued.Scores(batch);
        float[] shipped = Shipped(model, vocabulary);
        byte[] again = IntentBundle.ToModel([continued], vocabulary);
        float[] shippedAgain = Shipped(again, vocabulary);
        double mean = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(scores[i], shipped[i], 1e-4f);
            Assert.Equal(scores[i], shippedAgain[i], 1e-3f);
            mean += Math.Abs(scores[i] - Mean(trained, batch, i)) / scores.Length;
        }
        // Signed bytes cost a few thousandths of a score.
        Assert.True(mean < 2e-2, $"{mean}");
        foreach (IntentNetwork network in trained)
            network.Dispose();

        IntentNetwork Trained(int seed)
        {
            IntentNetwork network = IntentNetwork.Create(vocabulary, Intents, settings, seed, vectors);
            Noise noise = new(seed, 1);
            for (int step = 0; step < 20; step++)
                network.Step(batch, new StepRates(0.01f, 0.01f, 0.1f, 0.1f, 0), noise);
            return network;
        }
    }

    [Fact]
    public void Words_and_intents_that_are_new_get_a_place()
    {
        IntentRecipeSettings settings = new() { Width = 8, SequenceWidth = 4 };
        FeatureVocabulary vocabulary = VocabularyBuilder.Build(Examples, 1000);
        using IntentNetwork network = IntentNetwork.Create(vocabulary, Intents, settings, 1);
        ModelBundle bundle = Bundle("base", IntentBundle.ToModel([network], vocabulary), vocabulary);
        FeatureVocabulary grown = VocabularyBuilder.Build([new("pink pill", 3), new("pink pill now", 3)], 1000, vocabulary);
        using IntentNetwork continued = SavedIntentNetwork.Continue(bundle, grown, Intents + 1, settings, 1);
        Assert.True(continued.Sequence!.Words.Rows > network.Sequence!.Words.Rows);
        Assert.Equal(grown.Rows(FeatureFamily.Characters), continued.Sequence.Characters.Rows);
        Assert.Equal((Intents + 1) * Weigh(grown).Length, continued.Scores(Weigh(grown)).Length);
    }

    private static double Mean(IntentNetwork[] networks, BagExample[] batch, int at) =>
        networks.Average(network => network.Scores(batch)[at]);

    private static BagExample[] Weigh(FeatureVocabulary vocabulary) =>
        [
            .. Examples.Select(example => new BagExample(
                vocabulary.Weigh(example.Text, example.Before),
                vocabulary.WeighWords(example.Text),
                example.Intent
            )),
        ];

    private static float[] Shipped(byte[] model, FeatureVocabulary vocabulary)
    {
        using IntentNetworkRun run = new(OnnxSession.Load(model), vocabulary);
        return [.. Examples.SelectMany(example => run.Scores(new Utterance(example.Text, null, example.Before)))];
    }

    private ModelBundle Bundle(string name, byte[] model, FeatureVocabulary vocabulary)
    {
        ModelCard card = new()
        {
            Kind = ModelCard.IntentsKind,
            Name = name,
            Version = "1",
            Created = DateTimeOffset.UnixEpoch,
            Labels = ["bill", "book", "oos"],
            Settings = [],
            Corpora = [],
            Scores = [],
        };
        ModelBundleWriter.Write(
            card,
            folder.File(name),
            directory =>
            {
                File.WriteAllBytes(Path.Combine(directory, IntentClassifier.ModelFile), model);
                vocabulary.Save(Path.Combine(directory, IntentClassifier.VocabularyFile));
            }
        );
        return ModelBundle.Load(folder.File(name));
    }
}
