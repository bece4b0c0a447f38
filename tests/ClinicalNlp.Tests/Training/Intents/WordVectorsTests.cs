using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class WordVectorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>"aspirin" and "ibuprofen" stand in the same places, "monday" and "friday" in others.</summary>
    private static IEnumerable<string> Text()
    {
        Random random = new(1);
        string[] drugs = ["aspirin", "ibuprofen", "naproxen"];
        string[] days = ["monday", "friday", "sunday"];
        for (int i = 0; i < 1500; i++)
        {
            yield return $"she swallowed two {drugs[random.Next(3)]} tablets with water for the pain";
            yield return $"the office is open until late on {days[random.Next(3)]} evening every week";
        }
    }

    [Fact]
    public void Words_in_the_same_places_are_neighbours()
    {
        WordVectors vectors = WordVectors.Learn(Text(), 16, 5, 1000, 5, 1);
        Assert.True(Similarity("aspirin", "naproxen") > Similarity("aspirin", "friday") + 0.2f);
        Assert.True(Similarity("monday", "friday") > Similarity("monday", "ibuprofen") + 0.2f);
        Assert.Equal(vectors.Words.Length, vectors.Rarity.Length);

        float Similarity(string a, string b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(Vector(a), Vector(b));

        ReadOnlySpan<float> Vector(string word) => vectors.Values.AsSpan(Array.IndexOf(vectors.Words, word) * vectors.Width, vectors.Width);
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        WordVectors first = WordVectors.Learn(Text(), 8, 5, 1000, 1, 1);
        Assert.Equal(first.Values, WordVectors.Learn(Text(), 8, 5, 1000, 1, 1).Values);
        Assert.NotEqual(first.Values, WordVectors.Learn(Text(), 8, 5, 1000, 1, 2).Values);
    }

    [Fact]
    public void Too_little_text_gives_no_vectors()
    {
        Assert.Empty(WordVectors.Learn(["a b c"], 8, 5, 1000, 1, 1).Words);
        Assert.Empty(WordVectors.Learn([], 8, 5, 1000, 1, 1).Words);
    }

    [Fact]
    public void A_model_knows_words_from_running_text_and_hands_them_on()
    {
        string text = folder.Write("text.txt", string.Join('\n', Text()));
        IntentCorpus corpus = new(
            "toy",
            [
                .. Enumerable.Range(0, 12).Select(i => new Utterance(i % 2 == 0 ? "more aspirin please" : "send ibuprofen", "refill")),
                .. Enumerable.Range(0, 12).Select(i => new Utterance(i % 2 == 0 ? "open on monday" : "and on friday", "hours")),
            ]
        );
        TrainingOptions options = ToyIntents.Options(folder.File("base")) with { RunningText = [new TextCorpus("text", text, "CC0")] };
        ModelCard card = IntentRecipe.Train([corpus], [], options).Card;
        Assert.Equal(new CardCorpus("text (text only)", 3000, "CC0", card.Corpora[1].Sha256), card.Corpora[1]);
        Assert.Equal("refill", BestInScope("base", "naproxen"));
        Assert.Equal("hours", BestInScope("base", "sunday"));

        IntentRecipe.Train([corpus], [], ToyIntents.Options(folder.File("next")) with { BaseModelDirectory = folder.File("base") });
        Assert.Equal("refill", BestInScope("next", "naproxen"));
        Assert.Equal("hours", BestInScope("next", "sunday"));
    }

    private string BestInScope(string model, string text)
    {
        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File(model)));
        IntentPrediction prediction = classifier.Classify(text);
        return prediction.Intent != "oos" ? prediction.Intent : prediction.Alternatives[0].Intent;
    }
}
