using System.Numerics.Tensors;
using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>Lays examples out as the network's input, with dropout, and takes the input's gradient apart again. One a worker.</summary>
internal sealed class EntityInputs(EntityNetwork network, Vocabulary vocabulary, EntityHyperparameters settings, Noise noise)
{
    private readonly Dictionary<int, int> slots = [];
    private float[] features = [];
    private float[] inputMask = [];
    private float[] wordVectors = [];
    private float[] wordGradients = [];
    private float[] groups = [];
    private float[] shares = [];
    private float[] pages = [];
    private float[] pageShares = [];
    private float[][] masks = [];

    /// <summary>Examples one after another with a cleared row between them; how many rows.</summary>
    public static int RowsOf(IReadOnlyList<EntityExample> examples) => examples.Sum(example => example.Length + 1);

    /// <summary>What the graph is fed; valid until the next call.</summary>
    public Feed[] Feeds(List<EntityExample> examples)
    {
        int rows = RowsOf(examples);
        Gather(examples, rows);
        List<Feed> feeds = [new Feed(EntityNetwork.FeaturesInput, features, rows, network.InputWidth)];
        for (int m = 0; m < masks.Length; m++)
            feeds.Add(new Feed(network.DropoutNames[m], masks[m], rows, network.Settings.Width));
        if (network.HasGroups)
        {
            feeds.Add(new Feed(EntityModel.GroupsInput, groups, rows, 1));
            feeds.Add(new Feed(EntityModel.SharesInput, shares, rows, 1));
        }
        if (network.Settings.Genre)
        {
            feeds.Add(new Feed(EntityModel.PagesInput, pages, rows, 1));
            feeds.Add(new Feed(EntityModel.PageSharesInput, pageShares, rows, 1));
        }
        return [.. feeds];
    }

    /// <summary>Fills the input and the dropout masks. Each distinct word's rows are summed once.</summary>
    private void Gather(List<EntityExample> examples, int rows)
    {
        int width = network.InputWidth;
        int wordWidth = network.Resources.WordWidth;
        int columnsWidth = network.Resources.ColumnsWidth;
        Buffer.Grow(ref features, rows * width);
        Buffer.Grow(ref inputMask, rows * width);
        Buffer.Grow(ref groups, rows);
        Buffer.Grow(ref shares, rows);
        Buffer.Grow(ref pages, rows);
        Buffer.Grow(ref pageShares, rows);
        noise.DropoutMask(inputMask.AsSpan(0, rows * width), settings.InputDropout);
        if (masks.Length == 0)
            masks = [.. network.DropoutNames.Select(_ => Array.Empty<float>())];
        for (int m = 0; m < masks.Length; m++)
        {
            Buffer.Grow(ref masks[m], rows * network.Settings.Width);
            noise.DropoutMask(masks[m].AsSpan(0, rows * network.Settings.Width), settings.Dropout);
        }
        slots.Clear();
        int row = 0;
        foreach (EntityExample example in examples)
        {
            int first = row;
            bool withoutTerms = settings.TermsDropout > 0 && noise.NextSingle() < settings.TermsDropout;
            for (int t = 0; t < example.Length; t++, row++)
            {
                int word = example.Words[t];
                if (!slots.TryGetValue(word, out int slot))
                {
                    slot = slots.Count;
                    slots[word] = slot;
                    Buffer.Grow(ref wordVectors, (slot + 1) * wordWidth);
                    Sum(word, wordVectors.AsSpan(slot * wordWidth, wordWidth));
                }
                Span<float> input = features.AsSpan(row * width, width);
                Span<float> mask = inputMask.AsSpan(row * width, width);
                wordVectors.AsSpan(slot * wordWidth, wordWidth).CopyTo(input);
                example.Columns.AsSpan(t * columnsWidth, columnsWidth).CopyTo(input[wordWidth..]);
                input[(wordWidth + columnsWidth)..].Clear();
                if (withoutTerms)
                    mask[(wordWidth + ContextFlags.Width)..(wordWidth + columnsWidth)].Clear();
                if (example.Guideline >= 0)
                {
                    input[wordWidth + columnsWidth + example.Guideline] = 1;
                    mask[wordWidth + columnsWidth + example.Guideline] = 1;
                }
                if (example.Masked.Length > 0 && example.Masked[t])
                    mask[..(wordWidth + columnsWidth)].Clear();
                else if (
                    settings.WordDropout > 0
                    && noise.NextSingle() < settings.WordDropout / (settings.WordDropout + vocabulary.Frequency(word))
                )
                    mask[..WordFeatures.Tables[0].Width].Clear();
                TensorPrimitives.Multiply(input, mask, input);
            }
            for (int t = 0; t < example.Length; t++)
                (groups[first + t], shares[first + t]) = (first + example.Groups[t], example.Shares[t]);
            pages.AsSpan(first, example.Length).Fill(first);
            pageShares.AsSpan(first, example.Length).Fill(1f / example.Length);
            (groups[row], shares[row]) = (row, 1);
            (pages[row], pageShares[row]) = (row, 1);
            features.AsSpan(row * width, width).Clear();
            inputMask.AsSpan(row * width, width).Clear();
            foreach (float[] mask in masks)
                mask.AsSpan(row * network.Settings.Width, network.Settings.Width).Clear();
            row++;
        }
    }

    private void Sum(int word, Span<float> vector)
    {
        vector.Clear();
        int[] indices = vocabulary.Rows(word);
        int slot = 0;
        int column = 0;
        foreach (EmbeddingTable table in network.Tables)
        {
            Span<float> part = vector.Slice(column, table.Width);
            int end = slot + WordFeatures.Tables[Array.IndexOf(network.Tables, table)].Slots;
            for (; slot < end; slot++)
            {
                if (indices[slot] != 0)
                    table.AddTo(indices[slot], part);
            }
            column += table.Width;
        }
        vocabulary.Vector(word).CopyTo(vector[column..]);
    }

    /// <summary>Takes the input's gradient apart: by word first, then to the words' rows.</summary>
    public void Scatter(List<EntityExample> examples, float[] gradient, RowGradients[] tables)
    {
        int width = network.InputWidth;
        int wordWidth = WordFeatures.Width; // pretrained vectors, which come after, stay as they are
        Buffer.Grow(ref wordGradients, slots.Count * wordWidth);
        Array.Clear(wordGradients, 0, slots.Count * wordWidth);
        int row = 0;
        foreach (EntityExample example in examples)
        {
            for (int t = 0; t < example.Length; t++, row++)
            {
                Span<float> sum = wordGradients.AsSpan(slots[example.Words[t]] * wordWidth, wordWidth);
                ReadOnlySpan<float> d = gradient.AsSpan(row * width, wordWidth);
                TensorPrimitives.MultiplyAdd(d, inputMask.AsSpan(row * width, wordWidth), sum, sum);
            }
            row++;
        }
        foreach ((int word, int slot) in slots)
        {
            int[] indices = vocabulary.Rows(word);
            int at = 0;
            int column = 0;
            for (int t = 0; t < tables.Length; t++)
            {
                FeatureTable table = WordFeatures.Tables[t];
                ReadOnlySpan<float> part = wordGradients.AsSpan((slot * wordWidth) + column, table.Width);
                for (int s = 0; s < table.Slots; s++, at++)
                {
                    if (indices[at] != 0)
                        tables[t].Add(indices[at], part);
                }
                column += table.Width;
            }
        }
    }
}
