using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ClinicalNlp.Models;
using ClinicalNlp.Text;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Entities;

/// <summary>The network and the chain over it: windows of tokens in, mentions out. Thread-safe.</summary>
internal sealed class EntityModel : IDisposable
{
    public const string TokenInput = "token";
    public const string FlagsInput = "flags";
    public const string RowsInput = "rows";
    public const string ScoresOutput = "scores";
    public const string TransitionsOutput = "transitions";
    public const string StartsOutput = "starts";
    public const string EndsOutput = "ends";

    /// <summary>Rows of one run. Larger batches fall out of the second-level cache.</summary>
    private const int BatchRows = 768;

    private static readonly string[] InputNames =
    [
        .. WordFeatures.Tables.Select(table => TableInput(table.Name)),
        TokenInput,
        FlagsInput,
        RowsInput,
    ];

    private readonly OnnxSession session;
    private readonly LinearChain chain;
    private readonly LinearChain tempered;
    private readonly float inverseTemperature;
    private readonly TagScheme scheme;

    public EntityModel(OnnxSession session, IReadOnlyList<string> labels, EntitySettings settings)
    {
        this.session = session;
        Settings = settings;
        scheme = new TagScheme(labels);
        // One run of a single row: warms the session and reads the chain's scores, which the graph hands out as they are.
        Batch batch = new([]);
        batch.AddSeparator();
        batch.Finish();
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch, [TransitionsOutput, StartsOutput, EndsOutput]);
        if (results[1].GetTensorDataAsSpan<float>().Length != scheme.Count)
            throw new ArgumentException("the network was trained on another number of labels", nameof(labels));
        inverseTemperature = (float)(1 / settings.Temperature);
        chain = Chain(results, 1);
        tempered = Chain(results, inverseTemperature);
    }

    public EntitySettings Settings { get; }

    public IReadOnlyList<string> Labels => scheme.Labels;

    /// <summary>The name of the input that takes a table's row indices, [words, slots].</summary>
    public static string TableInput(string table) => "words." + table;

    /// <summary>
    /// The mentions of each document or stretch as the network sees them, before any rule over the whole document. Where a sentence was cut in
    /// its middle, two windows may claim the same words.
    /// </summary>
    public List<Mention>[] Find(TokenizedText[] documents, CancellationToken cancellation)
    {
        List<Mention>[] mentions = new List<Mention>[documents.Length];
        Batch batch = new(documents);
        for (int d = 0; d < documents.Length; d++)
        {
            mentions[d] = [];
            TokenizedText document = documents[d];
            float[] flags = ArrayPool<float>.Shared.Rent(document.Tokens.Length * ContextFlags.Width);
            ContextFlags.Fill(document.Text, document.Tokens, document.Sentences, flags);
            foreach (TokenWindow window in document.Windows(Settings.Window, Settings.Margin))
            {
                if (batch.Rows > 0 && batch.Rows + window.Length + 1 > BatchRows)
                {
                    Decode(batch, mentions);
                    batch = new Batch(documents);
                    cancellation.ThrowIfCancellationRequested();
                }
                batch.Add(d, window, flags);
            }
            ArrayPool<float>.Shared.Return(flags);
        }
        if (batch.Rows > 0)
            Decode(batch, mentions);
        return mentions;
    }

    private void Decode(Batch batch, List<Mention>[] mentions)
    {
        batch.Finish();
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch, [ScoresOutput]);
        ReadOnlySpan<float> scores = results[0].GetTensorDataAsSpan<float>();
        int row = 0;
        foreach ((int document, TokenWindow window) in batch.Windows)
        {
            ReadOnlySpan<float> emissions = scores.Slice(row * chain.Tags, window.Length * chain.Tags);
            row += window.Length + 1;
            int[] path = chain.BestPath(emissions);
            if (Array.TrueForAll(path, tag => tag == TagScheme.Outside))
                continue;
            ChainSums sums = tempered.Sum(Tempered(emissions));
            Token[] tokens = batch.Documents[document].Tokens;
            foreach ((int first, int last, int label) in TagScheme.Decode(path))
            {
                int start = window.Start + first;
                if (start < window.CoreStart || start >= window.CoreEnd)
                    continue;
                TextSpan span = new(tokens[start].Span.Start, tokens[window.Start + last].Span.End);
                mentions[document].Add(new Mention(span, scheme.Labels[label], sums.IsPossible ? sums.Probability(first, last, label) : 0));
            }
        }
    }

    private ReadOnlySpan<float> Tempered(ReadOnlySpan<float> emissions)
    {
        float[] scaled = new float[emissions.Length];
        TensorPrimitives.Multiply(emissions, inverseTemperature, scaled);
        return scaled;
    }

    private LinearChain Chain(IDisposableReadOnlyCollection<OrtValue> results, float factor)
    {
        float[] transitions = results[0].GetTensorDataAsSpan<float>().ToArray();
        float[] starts = results[1].GetTensorDataAsSpan<float>().ToArray();
        float[] ends = results[2].GetTensorDataAsSpan<float>().ToArray();
        foreach (float[] scores in (float[][])[transitions, starts, ends])
            TensorPrimitives.Multiply(scores, factor, scores);
        return new LinearChain(scheme, transitions, starts, ends);
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(Batch batch, string[] outputs)
    {
        OrtValue[] inputs = batch.Inputs();
        try
        {
            return session.Run(InputNames, inputs, outputs);
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input.Dispose();
        }
    }

    public void Dispose() => session.Dispose();

    /// <summary>Windows laid one after another with a cleared row between them; each distinct word is described once.</summary>
    private sealed class Batch(IReadOnlyList<TokenizedText> documents)
    {
        private readonly Dictionary<string, int> words = new(StringComparer.Ordinal);
        private readonly List<int> tokens = new(BatchRows + 1);
        private readonly List<float> flags = new((BatchRows + 1) * ContextFlags.Width);
        private readonly List<float> rows = new(BatchRows + 1);
        private readonly List<int>[] features = [.. WordFeatures.Tables.Select(_ => new List<int>())];

        public IReadOnlyList<TokenizedText> Documents { get; } = documents;

        public List<(int Document, TokenWindow Window)> Windows { get; } = [];

        public int Rows => tokens.Count;

        public void Add(int document, TokenWindow window, ReadOnlySpan<float> documentFlags)
        {
            Windows.Add((document, window));
            TokenizedText text = Documents[document];
            var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
            for (int t = window.Start; t < window.End; t++)
            {
                ReadOnlySpan<char> word = text.Word(t);
                if (!lookup.TryGetValue(word, out int index))
                {
                    index = words.Count;
                    lookup[word] = index;
                    Describe(word);
                }
                tokens.Add(index);
                rows.Add(1);
            }
            AppendFlags(documentFlags.Slice(window.Start * ContextFlags.Width, window.Length * ContextFlags.Width));
            AddSeparator();
        }

        public void AddSeparator()
        {
            tokens.Add(0);
            rows.Add(0);
            AppendFlags(stackalloc float[ContextFlags.Width]);
        }

        public void Finish()
        {
            if (words.Count == 0)
                Describe("");
        }

        public OrtValue[] Inputs()
        {
            OrtValue[] inputs = new OrtValue[InputNames.Length];
            for (int table = 0; table < features.Length; table++)
            {
                int slots = WordFeatures.Tables[table].Slots;
                inputs[table] = OnnxSession.Tensor<int>(features[table].ToArray(), features[table].Count / slots, slots);
            }
            inputs[^3] = OnnxSession.Tensor<int>(tokens.ToArray(), tokens.Count);
            inputs[^2] = OnnxSession.Tensor<float>(flags.ToArray(), tokens.Count, ContextFlags.Width);
            inputs[^1] = OnnxSession.Tensor<float>(rows.ToArray(), tokens.Count, 1);
            return inputs;
        }

        private void Describe(ReadOnlySpan<char> word)
        {
            Span<int> indices = stackalloc int[WordFeatures.Slots];
            WordFeatures.Fill(word, indices);
            int at = 0;
            for (int table = 0; table < features.Length; table++)
            {
                int slots = WordFeatures.Tables[table].Slots;
                foreach (int index in indices.Slice(at, slots))
                    features[table].Add(index);
                at += slots;
            }
        }

        private void AppendFlags(ReadOnlySpan<float> values)
        {
            int at = flags.Count;
            CollectionsMarshal.SetCount(flags, at + values.Length);
            values.CopyTo(CollectionsMarshal.AsSpan(flags)[at..]);
        }
    }
}
