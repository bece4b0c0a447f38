using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class EncoderVectorsTests : IDisposable
{
    private const int Width = 8;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_most_frequent_words_and_all_words_of_the_utterances_get_a_vector()
    {
        WordVectors vectors = EncoderVectors.Load(Encoder(), ["Please reschedull it"], 2);
        Assert.Equal(["visit", "appointment", "it", "please", "reschedull"], vectors.Words);
        Assert.Equal(Width, vectors.Width);
        Assert.Equal(0.001f / 0.501f, vectors.Rarity[0], 1e-6);
        Assert.Equal(1, vectors.Rarity[4]);
        SubwordVectors encoder = SubwordVectors.Load(Path.Combine(folder.File("encoder"), SubwordVectors.FileName));
        float[] expected = new float[Width];
        encoder.Fill("reschedull", expected);
        Assert.Equal(expected, vectors.Values[(4 * Width)..]);
    }

    [Fact]
    public void Only_an_encoder_will_do()
    {
        ModelBundleWriter.Write(
            new ModelCard
            {
                Kind = ModelCard.IntentsKind,
                Name = "other",
                Version = "1",
                Created = DateTimeOffset.UnixEpoch,
                Labels = [],
            },
            folder.File("other"),
            directory => File.WriteAllText(Path.Combine(directory, "x"), "x")
        );
        ModelBundleException e = Assert.Throws<ModelBundleException>(() => EncoderVectors.Load(folder.File("other"), [], 2));
        Assert.Equal(ModelBundleException.Foreign, e.Code);
    }

    [Fact]
    public void A_model_from_an_encoder_knows_words_that_it_was_not_trained_on()
    {
        TrainingOptions options = ToyIntents.Options(folder.File("m")) with { EncoderDirectory = Encoder() };
        TrainingResult result = IntentRecipe.Train([ToyIntents.Corpus()], [], options);
        Assert.Contains(result.Card.Corpora, corpus => corpus.Name == "encoder 1 (word vectors)" && corpus.Sha256!.Length == 64);
        FeatureVocabulary vocabulary = FeatureVocabulary.Load(folder.File("m") + "/" + IntentClassifier.VocabularyFile);
        int meaning = vocabulary.Families.ToList().IndexOf(FeatureFamily.Meaning);
        Assert.Equal(2, vocabulary.Weigh("consultation")[meaning].Rows.Length);
        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File("m")));
        Assert.Equal("refill", classifier.Classify("please renew my prescription").Intent);
    }

    /// <summary>An encoder of three words and random n-grams; its folder.</summary>
    private string Encoder()
    {
        Random random = new(3);
        string[] words = ["visit", "appointment", "consultation"];
        SubwordVectors vectors = SubwordVectors.Create(
            Width,
            words,
            [0.5f, 0.25f, 0.001f],
            (float[])[.. Enumerable.Range(0, words.Length * Width).Select(_ => random.NextSingle() - 0.5f)],
            (float[])[.. Enumerable.Range(0, 1000 * Width).Select(_ => random.NextSingle() - 0.5f)]
        );
        ModelCard card = new()
        {
            Kind = ModelCard.EncoderKind,
            Name = "encoder",
            Version = "1",
            Created = DateTimeOffset.UnixEpoch,
            Labels = [],
        };
        ModelBundleWriter.Write(card, folder.File("encoder"), directory => vectors.Save(Path.Combine(directory, SubwordVectors.FileName)));
        return folder.File("encoder");
    }
}
