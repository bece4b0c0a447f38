using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>The weights that read words in their order.</summary>
/// <param name="Words">Rows of the vocabulary's words; those of pairs are not used.</param>
/// <param name="Characters">Rows of its character n-grams.</param>
/// <param name="Lift">Lifts a word's vector to the width of the tables; null without vectors.</param>
/// <param name="Convolutions">Over a word and its two neighbours, on top of one another, each added to what it reads.</param>
/// <param name="Attention">[width, heads]: a score for each word; its bias moves all words alike, and so nothing.</param>
internal sealed record SequenceLayers(
    EmbeddingTable Words,
    EmbeddingTable Characters,
    Linear? Lift,
    Maxout[] Convolutions,
    Linear Attention
)
{
    public const string Name = "sequence";
    private const int Neighbours = 3;
    private const int Pieces = 2;

    public int Width => Words.Width;

    /// <summary>Each weighs the words for its share of the columns.</summary>
    public int Heads => Attention.Bias.Length;

    /// <summary>One of the words, one of each convolution; their masks are cleared between utterances.</summary>
    public Dropout[] Dropouts() => [.. Enumerable.Range(0, Convolutions.Length + 1).Select(i => new Dropout($"{Name}.{i}.mask"))];

    /// <summary>Words in their order, [rows, width], to what they are among their neighbours, and a score for each head.</summary>
    /// <param name="vectors">[rows, width of a vector], where the layers lift them.</param>
    public (Value Words, Value Scores) Apply(Tape tape, Value words, Value? vectors, Dropout[] dropouts)
    {
        if (vectors is { } meaning)
            words = Sum.Apply(tape, words, Lift!.Apply(tape, meaning));
        words = dropouts[0].Apply(tape, words);
        for (int i = 0; i < Convolutions.Length; i++)
        {
            Value mixed = Convolutions[i].Apply(tape, Window.Apply(tape, words));
            words = Sum.Apply(tape, words, dropouts[i + 1].Apply(tape, mixed));
        }
        return (words, Attention.Apply(tape, words));
    }

    /// <summary>Layers with random weights, and rows for a vocabulary.</summary>
    /// <param name="vectorWidth">0: without word vectors.</param>
    public static SequenceLayers Create(FeatureVocabulary vocabulary, IntentRecipeSettings settings, int vectorWidth, Random random)
    {
        EmbeddingTable[] tables = Array.ConvertAll([FeatureFamily.Words, FeatureFamily.Characters], Table);
        return Create(tables[0], tables[1], vectorWidth, settings.SequenceLayers, 1, random);

        EmbeddingTable Table(FeatureFamily family)
        {
            EmbeddingTable table = new(
                $"{Name}.{family}",
                vocabulary.Rows(family),
                settings.SequenceWidth,
                random,
                settings.SequenceTableScale
            );
            table.Row(0).Clear();
            return table;
        }
    }

    /// <summary>Layers with random weights over tables.</summary>
    public static SequenceLayers Create(
        EmbeddingTable words,
        EmbeddingTable characters,
        int vectorWidth,
        int convolutions,
        int heads,
        Random random
    )
    {
        int width = words.Width;
        return new SequenceLayers(
            words,
            characters,
            vectorWidth == 0 ? null : new Linear($"{Name}.{MeaningLayer.Name}", vectorWidth, width, random),
            [.. Enumerable.Range(0, convolutions).Select(i => new Maxout($"{Name}.{i}", Neighbours * width, width, Pieces, random))],
            // A gain of a third: at first no word outweighs the others by much.
            new Linear($"{Name}.attention", width, heads, random, 1 / 3f)
        );
    }

    /// <summary>Members' layers as one: columns side by side, and nothing that joins those of one member to those of another.</summary>
    public static SequenceLayers SideBySide(IReadOnlyList<SequenceLayers> members)
    {
        SequenceLayers first = members[0];
        SequenceLayers all = Create(
            Beside(members, layers => layers.Words),
            Beside(members, layers => layers.Characters),
            first.Lift is null ? 0 : (int)first.Lift.Weight.Shape[0],
            first.Convolutions.Length,
            members.Sum(layers => layers.Heads),
            new Random(0)
        );
        for (int i = 0; i < all.Convolutions.Length; i++)
        {
            Maxout[] layers = [.. members.Select(member => member.Convolutions[i])];
            Array.Clear(all.Convolutions[i].Weight.Values);
            Place([.. layers.Select(layer => layer.Weight.Values)], all.Convolutions[i].Weight.Values, Neighbours, Pieces);
            Place([.. layers.Select(layer => layer.Bias.Values)], all.Convolutions[i].Bias.Values, 0, Pieces);
        }
        if (all.Lift is not null)
        {
            float[][] weights = [.. members.Select(member => member.Lift!.Weight.Values)];
            SideBySideRows.Of(weights, (int)all.Lift.Weight.Shape[0]).CopyTo(all.Lift.Weight.Values, 0);
            SideBySideRows.Of([.. members.Select(member => member.Lift!.Bias.Values)], 1).CopyTo(all.Lift.Bias.Values, 0);
        }
        Array.Clear(all.Attention.Weight.Values);
        int row = 0;
        int head = 0;
        foreach (SequenceLayers member in members)
        {
            for (int i = 0; i < member.Width; i++, row++)
                member
                    .Attention.Weight.Values.AsSpan(i * member.Heads, member.Heads)
                    .CopyTo(all.Attention.Weight.Values.AsSpan((row * all.Heads) + head));
            head += member.Heads;
        }
        return all;

        // Rows and columns are parts (left, self and right; pieces), in each of which members lie side by side.
        void Place(float[][] sources, float[] target, int rowParts, int columnParts)
        {
            int offset = 0;
            for (int m = 0; m < sources.Length; m++)
            {
                int width = members[m].Width;
                // A bias is one row that belongs to all.
                int rows = Math.Max(1, rowParts * width);
                for (int r = 0; r < rows; r++)
                {
                    int targetRow = rowParts == 0 ? 0 : (r / width * all.Width) + offset + (r % width);
                    for (int part = 0; part < columnParts; part++)
                    {
                        ReadOnlySpan<float> from = sources[m].AsSpan(((r * columnParts) + part) * width, width);
                        from.CopyTo(target.AsSpan((((targetRow * columnParts) + part) * all.Width) + offset));
                    }
                }
                offset += width;
            }
        }
    }

    private static EmbeddingTable Beside(IReadOnlyList<SequenceLayers> members, Func<SequenceLayers, EmbeddingTable> part)
    {
        EmbeddingTable[] tables = [.. members.Select(part)];
        int rows = tables[0].Rows;
        return new EmbeddingTable(
            tables[0].Name,
            rows,
            tables.Sum(table => table.Width),
            SideBySideRows.Of([.. tables.Select(table => table.Values)], rows)
        );
    }
}

/// <summary>Matrices of the same number of rows as one.</summary>
internal static class SideBySideRows
{
    public static float[] Of(IReadOnlyList<float[]> matrices, int rows)
    {
        float[] beside = new float[matrices.Sum(matrix => matrix.Length)];
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] matrix in matrices)
            {
                int width = matrix.Length / rows;
                matrix.AsSpan(row * width, width).CopyTo(beside.AsSpan(at));
                at += width;
            }
        }
        return beside;
    }
}
