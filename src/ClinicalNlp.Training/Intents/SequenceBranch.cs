using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>
/// Trains <see cref="SequenceLayers"/>: each word's rows and lifted vector, residual convolutions over neighbours, pooling to one row an
/// utterance. The utterances of a batch lie one after another with a cleared row between them.
/// </summary>
internal sealed class SequenceBranch : IDisposable
{
    private const string Features = "sequence.features";
    private const string Vectors = "sequence.vectors";
    private static readonly AdamSettings DenseAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0.02f);
    private static readonly AdamSettings RowAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0);

    private readonly SequenceLayers layers;
    private readonly EmbeddingTable? vectors;
    private readonly TrainableGraph graph;
    private readonly Dropout[] dropouts;
    private readonly Value words;
    private readonly Value scores;
    private readonly Adam adam;
    private readonly GradientSum sum;
    private readonly RowGradients wordGradients;
    private readonly RowGradients characterGradients;
    private int steps;

    /// <param name="vectors">Word vectors, where <paramref name="layers"/> lift them.</param>
    public SequenceBranch(SequenceLayers layers, EmbeddingTable? vectors)
    {
        this.layers = layers;
        this.vectors = vectors;
        dropouts = layers.Dropouts();
        Tape tape = new(Mode.Training, SequenceLayers.Name);
        Value x = tape.Input(Features, layers.Width, differentiable: true);
        Value? meaning = layers.Lift is null ? null : tape.Input(Vectors, vectors!.Width);
        (words, scores) = layers.Apply(tape, x, meaning, dropouts);
        tape.Output(words);
        tape.Output(scores);
        graph = new TrainableGraph(tape);
        adam = new Adam(graph.Parameters, DenseAdam);
        sum = new GradientSum(graph.Parameters);
        wordGradients = new RowGradients(layers.Words.Rows, layers.Width);
        characterGradients = new RowGradients(layers.Characters.Rows, layers.Width);
    }

    public SequenceLayers Layers => layers;

    /// <summary>Of the pooled row of an utterance.</summary>
    public int Width => 2 * layers.Width;

    /// <summary>Reads a batch; what comes back has the pooled rows and goes into <see cref="Backward"/>.</summary>
    /// <param name="noise">Null: without dropout.</param>
    public SequencePass Forward(IReadOnlyList<WordBag[]> utterances, float dropout, Noise? noise)
    {
        // A cleared row follows each utterance.
        int rows = utterances.Sum(utterance => utterance.Length + 1);
        float[] features = new float[rows * layers.Width];
        float[] meaning = vectors is null ? [] : new float[rows * vectors.Width];
        float[][] masks = Array.ConvertAll(dropouts, _ => Mask(rows, dropout, noise));
        Range[] ranges = new Range[utterances.Count];
        int row = 0;
        for (int i = 0; i < utterances.Count; i++)
        {
            ranges[i] = row..(row + utterances[i].Length);
            foreach (WordBag word in utterances[i])
            {
                Span<float> target = features.AsSpan(row * layers.Width, layers.Width);
                layers.Words.AddTo(word.Word, target);
                layers.Characters.AddTo(word.Characters, target);
                if (vectors is not null)
                    vectors.Row(word.Vector).CopyTo(meaning.AsSpan(row * vectors.Width));
                row++;
            }
            foreach (float[] mask in masks)
                mask.AsSpan(row * layers.Width, layers.Width).Clear();
            row++;
        }
        List<Feed> feeds = [new(Features, features, rows, layers.Width)];
        feeds.AddRange(dropouts.Zip(masks, (layer, mask) => new Feed(layer.Name, mask, rows, layers.Width)));
        if (vectors is not null)
            feeds.Add(new(Vectors, meaning, rows, vectors.Width));
        TrainableGraph.Pass pass = graph.Forward([.. feeds]);
        SequencePooling pooling = new(pass.Output(words.Name), pass.Output(scores.Name), layers.Width, layers.Heads, ranges);
        return new SequencePass(utterances, ranges, pass, pooling);
    }

    /// <summary>The gradients of all weights for that batch, kept until <see cref="Step"/>.</summary>
    public void Backward(SequencePass read, ReadOnlySpan<float> pooledGradients)
    {
        int width = layers.Width;
        (float[] dWords, float[] dScores) = read.Pooling.Gradient(read.Graph.Output(words.Name), pooledGradients);
        float[] dFeatures = read.Graph.Backward(
            sum,
            new Feed(words.Name, dWords, dWords.Length / width, width),
            new Feed(scores.Name, dScores, dWords.Length / width, layers.Heads)
        )[0];
        for (int i = 0; i < read.Utterances.Count; i++)
        {
            int row = read.Rows[i].Start.Value;
            foreach (WordBag word in read.Utterances[i])
            {
                ReadOnlySpan<float> gradient = dFeatures.AsSpan(row++ * width, width);
                wordGradients.Add(word.Word, gradient);
                characterGradients.Add(word.Characters, gradient);
            }
        }
    }

    /// <param name="rate">Of the dense weights.</param>
    /// <param name="rowRate">Of the tables' rows.</param>
    public void Step(float rate, float rowRate)
    {
        steps++;
        adam.Step(sum, rate);
        layers.Words.Step(wordGradients, RowAdam, steps, rowRate);
        layers.Characters.Step(characterGradients, RowAdam, steps, rowRate);
        sum.Clear();
        wordGradients.Clear();
        characterGradients.Clear();
    }

    /// <summary>What the last <see cref="Backward"/> left: of the dense weights, in the graph's order.</summary>
    internal IEnumerable<(Parameter Weight, float[] Gradient)> DenseGradients => graph.Parameters.Select((weight, i) => (weight, sum[i]));

    internal RowGradients WordGradients => wordGradients;

    private float[] Mask(int rows, float dropout, Noise? noise)
    {
        float[] mask = new float[rows * layers.Width];
        if (noise is null)
            Array.Fill(mask, 1);
        else
            noise.DropoutMask(mask, dropout);
        return mask;
    }

    public void Dispose() => graph.Dispose();
}

/// <summary>A batch between its forward pass and its gradient.</summary>
/// <param name="Rows">Of each utterance in the graph.</param>
internal sealed record SequencePass(
    IReadOnlyList<WordBag[]> Utterances,
    IReadOnlyList<Range> Rows,
    TrainableGraph.Pass Graph,
    SequencePooling Pooling
) : IDisposable
{
    public void Dispose() => Graph.Dispose();
}
