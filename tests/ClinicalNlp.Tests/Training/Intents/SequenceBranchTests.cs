using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Intents;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class SequenceBranchTests
{
    private static readonly IntentExample[] Examples = [new("cancel my visit please", 0), new("visit", 1), new("pay the bill", 1)];
    private readonly FeatureVocabulary vocabulary;
    private readonly MeaningLayer meaning;

    public SequenceBranchTests()
    {
        Random random = new(3);
        WordVectors vectors = new(["visit", "bill"], [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f)], [1, 1]);
        vocabulary = VocabularyBuilder.Build(Examples, 1000, null, vectors);
        meaning = MeaningLayer.Create(vectors, 4, random);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void Gradient_equals_finite_differences(int convolutions, int heads)
    {
        using SequenceBranch branch = Branch(convolutions, heads);
        SequenceLayers layers = branch.Layers;
        WordBag[][] words = [.. Examples.Select(example => vocabulary.WeighWords(example.Text))];
        float[] form;
        using (SequencePass pass = branch.Forward(words, 0, null))
        {
            form = Draw(new Random(9), pass.Pooling.Pooled.Length);
            branch.Backward(pass, form);
        }
        Dictionary<string, float[]> gradients = branch.DenseGradients.ToDictionary(weight => weight.Weight.Name, weight => weight.Gradient);
        foreach (Parameter weight in new[] { layers.Lift!.Weight, layers.Convolutions[^1].Weight, layers.Attention.Weight })
        {
            for (int i = 0; i < weight.Length; i += 3)
                Compare(weight.Values, i, gradients[weight.Name][i], weight.Name);
        }
        foreach (int row in branch.WordGradients.Touched)
            Compare(layers.Words.Values, (row * layers.Width) + 1, branch.WordGradients[row][1], "row");
        Assert.NotEmpty(branch.WordGradients.Touched);

        void Compare(float[] values, int at, float gradient, string name)
        {
            const float step = 5e-3f;
            float original = values[at];
            values[at] = original + step;
            double above = Loss();
            values[at] = original - step;
            double below = Loss();
            values[at] = original;
            double numeric = (above - below) / (2 * step);
            Assert.True(Math.Abs(numeric - gradient) < 3e-3 + (3e-2 * Math.Abs(numeric)), $"{name}[{at}] is {gradient}, not {numeric}");
        }

        double Loss()
        {
            using SequencePass pass = branch.Forward(words, 0, null);
            return TensorPrimitives.Dot<float>(pass.Pooling.Pooled, form);
        }
    }

    [Fact]
    public void An_utterance_reads_the_same_beside_others_and_otherwise_in_another_order()
    {
        using SequenceBranch branch = Branch(2, 1);
        float[] together = Pooled("pay the bill", "cancel my visit please", "visit");
        float[] alone = Pooled("cancel my visit please");
        float[] turned = Pooled("please visit my cancel");
        int width = branch.Width;
        for (int column = 0; column < width; column++)
            Assert.Equal(alone[column], together[width + column], 1e-5f);
        Assert.True(Math.Sqrt(alone.Zip(turned, (a, b) => (a - b) * (a - b)).Sum()) > 1e-2);

        float[] Pooled(params string[] texts)
        {
            using SequencePass pass = branch.Forward([.. texts.Select(vocabulary.WeighWords)], 0, null);
            return pass.Pooling.Pooled;
        }
    }

    private SequenceBranch Branch(int convolutions, int heads)
    {
        Random random = new(1);
        EmbeddingTable[] tables =
        [
            .. new[] { FeatureFamily.Words, FeatureFamily.Characters }.Select(family => new EmbeddingTable(
                family.ToString(),
                vocabulary.Rows(family),
                4,
                random,
                1
            )),
        ];
        return new SequenceBranch(
            SequenceLayers.Create(tables[0], tables[1], meaning.Vectors.Width, convolutions, heads, random),
            meaning.Vectors
        );
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
