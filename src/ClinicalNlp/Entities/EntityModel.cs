using System.Buffers;
using System.Numerics.Tensors;
using ClinicalNlp.Models;
using ClinicalNlp.Terms;
using ClinicalNlp.Text;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Entities;

/// <summary>The network and the chain over it: windows of tokens in, mentions out. Thread-safe.</summary>
internal sealed class EntityModel : IDisposable
{
    public const string WordsInput = "words";
    public const string ColumnsInput = "columns";
    public const string GroupsInput = "groups";
    public const string SharesInput = "shares";
    public const string PagesInput = "pages";
    public const string PageSharesInput = "pageShares";
    public const string RowsInput = "rows";
    public const string ScoresOutput = "scores";
    public const string TransitionsOutput = "transitions";
    public const string StartsOutput = "starts";
    public const string EndsOutput = "ends";

    /// <summary>Rows of one run. Larger batches fall out of the second-level cache.</summary>
    internal const int BatchRows = 768;

    private readonly OnnxSession session;
    private readonly WordEncoder words;
    private readonly string[] inputNames;
    private readonly int columnsWidth;
    private readonly LinearChain chain;
    private readonly LinearChain tempered;
    private readonly float inverseTemperature;
    private readonly TagScheme scheme;

    public EntityModel(OnnxSession session, WordEncoder words, TermDictionary? terms, IReadOnlyList<string> labels, EntitySettings settings)
    {
        this.session = session;
        this.words = words;
        Terms = terms;
        columnsWidth = DocumentColumns.Width(terms);
        inputNames =
        [
            WordsInput,
            ColumnsInput,
            RowsInput,
            .. settings.GroupAfter >= 0 ? (string[])[GroupsInput, SharesInput] : [],
            .. settings.Genre ? (string[])[PagesInput, PageSharesInput] : [],
        ];
        Settings = settings;
        scheme = new TagScheme(labels);
        // One run of a single row: warms the session and reads the chain's scores, which the graph hands out as they are.
        Batch batch = new(this, []);
        batch.AddSeparator();
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch, [TransitionsOutput, StartsOutput, EndsOutput]);
        if (results[1].GetTensorDataAsSpan<float>().Length != scheme.Count)
            throw new ArgumentException("the network was trained on another number of labels", nameof(labels));
        inverseTemperature = (float)(1 / settings.Temperature);
        chain = Chain(results, 1);
        tempered = Chain(results, inverseTemperature);
    }

    public EntitySettings Settings { get; }

    public TermDictionary? Terms { get; }

    public IReadOnlyList<string> Labels => scheme.Labels;

    /// <summary>
    /// The mentions of each document or stretch as the network sees them, before any rule over the whole document. Where a sentence was cut in
    /// its middle, two windows may claim the same words.
    /// </summary>
    /// <param name="documents">Each with the short forms of the whole document when it is a stretch of one.</param>
    public List<Mention>[] Find(
        IReadOnlyList<(TokenizedText Text, DocumentAbbreviations? Abbreviations)> documents,
        CancellationToken cancellation
    )
    {
        List<Mention>[] mentions = new List<Mention>[documents.Count];
        Batch batch = new(this, documents);
        for (int d = 0; d < documents.Count; d++)
        {
            mentions[d] = [];
            (TokenizedText document, DocumentAbbreviations? abbreviations) = documents[d];
            float[] columns = ArrayPool<float>.Shared.Rent(document.Tokens.Length * columnsWidth);
            DocumentColumns.Fill(document, Terms, abbreviations, columns);
            foreach (TokenWindow window in document.Windows(Settings.Window, Settings.Margin))
            {
                if (batch.Rows > 0 && batch.Rows + window.Length + 1 > BatchRows)
                {
                    Decode(batch, mentions);
                    batch = new Batch(this, documents);
                    cancellation.ThrowIfCancellationRequested();
                }
                batch.Add(d, window, columns);
            }
            ArrayPool<float>.Shared.Return(columns);
        }
        if (batch.Rows > 0)
            Decode(batch, mentions);
        return mentions;
    }

    /// <inheritdoc cref="EntityRecognizer.Judge"/>
    public SpanProbabilities?[] Judge(string text, IReadOnlyList<TextSpan> spans, CancellationToken cancellation)
    {
        SpanProbabilities?[] judged = new SpanProbabilities?[spans.Count];
        DocumentStretches stretches = new(text, Settings);
        DocumentAbbreviations? abbreviations = Terms is null
            ? null
            : DocumentAbbreviations.Of(new DocumentStretches(text, Settings).All(), Terms);
        while (stretches.Next() is { } stretch)
        {
            float[] columns = new float[stretch.Tokens.Length * columnsWidth];
            DocumentColumns.Fill(stretch, Terms, abbreviations, columns);
            foreach (TokenWindow window in stretch.Windows(Settings.Window, Settings.Margin))
            {
                cancellation.ThrowIfCancellationRequested();
                Batch batch = new(this, [(stretch, abbreviations)]);
                batch.Add(0, window, columns);
                Judge(batch, spans, judged);
            }
        }
        return judged;
    }

    private void Judge(Batch batch, IReadOnlyList<TextSpan> spans, SpanProbabilities?[] judged)
    {
        TokenWindow window = batch.Windows[0].Window;
        Token[] tokens = batch.Documents[0].Text.Tokens;
        List<(int Index, int First, int Last)> here = [];
        for (int i = 0; i < spans.Count; i++)
        {
            if (
                TagScheme.Locate(tokens, spans[i]) is var (first, last)
                && first >= window.CoreStart
                && first < window.CoreEnd
                && last < window.Start + window.Length
            )
            {
                here.Add((i, first - window.Start, last - window.Start));
            }
        }
        if (here.Count == 0)
            return;
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch, [ScoresOutput]);
        ChainSums sums = tempered.Sum(Tempered(results[0].GetTensorDataAsSpan<float>()[..(window.Length * chain.Tags)]));
        if (!sums.IsPossible)
            return;
        foreach ((int index, int first, int last) in here)
        {
            double[] labels = [.. Enumerable.Range(0, scheme.Labels.Count).Select(label => sums.Probability(first, last, label))];
            judged[index] = new SpanProbabilities(spans[index], labels, sums.Outside(first, last));
        }
    }

    private void Decode(Batch batch, List<Mention>[] mentions)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch, [ScoresOutput]);
        ReadOnlySpan<float> scores = results[0].GetTensorDataAsSpan<float>();
        int row = 0;
        foreach ((int document, TokenWindow window) in batch.Windows)
        {
            ReadOnlySpan<float> emissions = scores.Slice(row * chain.Tags, window.Length * chain.Tags);
            row += window.Length + 1;
            TokenizedText text = batch.Documents[document].Text;
            foreach ((int first, int last, int label, double probability) in Choose(emissions))
            {
                int start = window.Start + first;
                if (start < window.CoreStart || start >= window.CoreEnd)
                    continue;
                if (Pictographs.Trim(text.Text, text.Tokens, start, window.Start + last) is not var (from, to))
                    continue;
                TextSpan span = new(text.Tokens[from].Span.Start, text.Tokens[to].Span.End);
                mentions[document].Add(new Mention(span, scheme.Labels[label], probability));
            }
        }
    }

    /// <summary>The mentions of a window in their order: of its most probable path or, with a threshold, its candidates.</summary>
    private List<SpanProbability> Choose(ReadOnlySpan<float> emissions)
    {
        if (Settings.CandidateThreshold is > 0 and var least)
        {
            ChainSums all = tempered.Sum(Tempered(emissions));
            return all.IsPossible ? SpanChoice.Best(all.Spans(least), least) : [];
        }
        int[] path = chain.BestPath(emissions);
        if (Array.TrueForAll(path, tag => tag == TagScheme.Outside))
            return [];
        ChainSums sums = tempered.Sum(Tempered(emissions));
        return
        [
            .. TagScheme
                .Decode(path)
                .Select(mention => new SpanProbability(
                    mention.First,
                    mention.Last,
                    mention.Label,
                    sums.IsPossible ? sums.Probability(mention.First, mention.Last, mention.Label) : 0
                )),
        ];
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
            return session.Run(inputNames, inputs, outputs);
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input.Dispose();
        }
    }

    public void Dispose() => session.Dispose();

    /// <summary>Windows laid one after another with a cleared row between them.</summary>
    private sealed class Batch(EntityModel model, IReadOnlyList<(TokenizedText Text, DocumentAbbreviations? Abbreviations)> documents)
    {
        private readonly Rows<float> words = new(model.words.Width);
        private readonly Rows<float> columns = new(model.columnsWidth);
        private readonly Rows<float> kept = new(1);
        private readonly Rows<float> groups = new(1);
        private readonly Rows<float> shares = new(1);
        private readonly Rows<float> pages = new(1);
        private readonly Rows<float> pageShares = new(1);

        public IReadOnlyList<(TokenizedText Text, DocumentAbbreviations? Abbreviations)> Documents { get; } = documents;

        public List<(int Document, TokenWindow Window)> Windows { get; } = [];

        public int Rows => words.Count;

        public void Add(int document, TokenWindow window, ReadOnlySpan<float> documentColumns)
        {
            Windows.Add((document, window));
            TokenizedText text = Documents[document].Text;
            int first = Rows;
            Span<float> contributions = words.Append(window.Length);
            for (int t = 0; t < window.Length; t++)
                model.words[text.Word(window.Start + t)].CopyTo(contributions[(t * model.words.Width)..]);
            documentColumns
                .Slice(window.Start * model.columnsWidth, window.Length * model.columnsWidth)
                .CopyTo(columns.Append(window.Length));
            kept.Append(window.Length).Fill(1);
            WordGroups.Fill(text, window, first, groups.Append(window.Length), shares.Append(window.Length));
            pages.Append(window.Length).Fill(first);
            pageShares.Append(window.Length).Fill(1f / window.Length);
            AddSeparator();
        }

        public void AddSeparator()
        {
            int row = Rows;
            words.Append(1).Clear();
            columns.Append(1).Clear();
            kept.Append(1)[0] = 0;
            groups.Append(1)[0] = row;
            shares.Append(1)[0] = 1;
            pages.Append(1)[0] = row;
            pageShares.Append(1)[0] = 1;
        }

        /// <summary>In the order of the model's input names.</summary>
        public OrtValue[] Inputs() =>
            [
                words.Tensor(),
                columns.Tensor(),
                kept.Tensor(),
                .. model.Settings.GroupAfter >= 0 ? (OrtValue[])[groups.Tensor(), shares.Tensor()] : [],
                .. model.Settings.Genre ? (OrtValue[])[pages.Tensor(), pageShares.Tensor()] : [],
            ];
    }

    /// <summary>A growing [rows, width] array.</summary>
    private sealed class Rows<T>(int width)
        where T : unmanaged
    {
        private T[] values = new T[(BatchRows + 1) * width];

        public int Count { get; private set; }

        /// <summary>Room for so many rows more; what is in it is undefined.</summary>
        public Span<T> Append(int rows)
        {
            int at = Count * width;
            Count += rows;
            if (Count * width > values.Length)
                Array.Resize(ref values, Math.Max(Count * width, values.Length * 2));
            return values.AsSpan(at, rows * width);
        }

        public OrtValue Tensor() => OnnxSession.Tensor(values.AsMemory(0, Count * width), Count, width);
    }
}
