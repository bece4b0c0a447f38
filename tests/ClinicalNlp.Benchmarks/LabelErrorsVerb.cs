using System.Globalization;
using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Benchmarks;

/// <summary>
/// <c>errors</c>: errors are planted in our own corpora, and cross-validated models look for them. What else they report counts as wrong
/// here, although some of it may be errors that were there before.
/// </summary>
internal static class LabelErrorsVerb
{
    public const string Part = "errors";

    /// <summary>Of the mentions, and of the utterances.</summary>
    private const double Share = 0.05;

    private const int Folds = 5;

    /// <summary>What a search gets when nobody asks for more.</summary>
    private const double Minutes = TrainingWorker.DefaultMinutes;

    private static readonly int[] Counts = [6, 12, 25, 50, 100, int.MaxValue];

    private static readonly string[] Kinds = ["label", "dropped", "edge", "added"];

    public static void Run(BenchOptions options, TextWriter output)
    {
        foreach (int seed in options.Seeds)
        {
            // From few documents to all: when the models are worth listening to (CrossValidated.LeastAgreement).
            foreach (int most in Counts)
                InNotes(options, seed, most, output);
            InUtterances(options, seed, output);
        }
    }

    /// <param name="Document">The place of the document.</param>
    /// <param name="Span">Where the wrong mention is; of one that was dropped, where it was.</param>
    private sealed record Planted(string Document, TextSpan Span, string Kind, AnnotatedSpan? Original)
    {
        public bool IsFoundBy(ProbableError error) =>
            error.DocumentId == Document
            && (
                Kind == "dropped"
                    ? error.Kind == ErrorKind.Missing && error.Span!.Value.Overlaps(Span)
                    : error.Kind != ErrorKind.Missing && error.Span == Span
            );

        public bool IsMendedBy(ProbableError error) =>
            Original is null
                ? error.Kind == ErrorKind.Spurious
                : error.SuggestedSpan == Original.Span && error.SuggestedLabel == Original.Label;
    }

    private static void InNotes(BenchOptions options, int seed, int most, TextWriter output)
    {
        var all = new JsonlFormat().Read(Path.Combine(options.Root, "corpora", "clinical-notes", "train.jsonl")).ToArray();
        var random = new Random(seed);
        if (most < all.Length)
            random.Shuffle(all);
        AnnotatedDocument[] notes = [.. all.Take(most)];
        List<Planted> planted = [];
        List<AnnotatedDocument> spoilt = [.. notes.Select(note => Spoil(note, random, planted))];
        var schema = notes.SelectMany(note => note.Spans).Select(span => span.Label).ToHashSet();
        var (errors, agreement, _) = CrossValidation.FindInEntities(
            spoilt,
            i => spoilt[i].Id,
            schema,
            Options(options, seed),
            new Silent(),
            default
        );
        output.WriteLine(
            $"notes, seed {seed}: {notes.Length} documents, {notes.Sum(note => note.Spans.Count)} mentions, {planted.Count} errors planted, {Folds} folds, agreement {100 * agreement:0.0}"
        );
        Report(output, errors, error => planted.FindIndex(item => item.IsFoundBy(error)), planted.Count);
        foreach (string kind in Kinds)
        {
            var ofKind = planted.Where(item => item.Kind == kind).ToList();
            int found = ofKind.Count(item => errors.Any(item.IsFoundBy));
            int mended = ofKind.Count(item => errors.FirstOrDefault(item.IsFoundBy) is { } error && item.IsMendedBy(error));
            output.WriteLine($"  {kind}: {found} of {ofKind.Count} found, {mended} with the right answer beside them");
        }
    }

    private static void InUtterances(BenchOptions options, int seed, TextWriter output)
    {
        var clean = UtteranceFile.Read(Path.Combine(options.Root, "corpora", "care-intents", "train.jsonl"), needIntents: true);
        var random = new Random(seed);
        string[] intents = [.. clean.Select(utterance => utterance.Intent!).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<int, string> planted = [];
        List<(string, int, Utterance)> spoilt = [];
        foreach (var (i, utterance) in clean.Index())
        {
            string intent = utterance.Intent!;
            if (random.NextDouble() < Share)
            {
                intent = intents.Where(other => other != utterance.Intent).ElementAt(random.Next(intents.Length - 1));
                planted.Add(i, utterance.Intent!);
            }

            spoilt.Add((i.ToString(CultureInfo.InvariantCulture), 0, utterance with { Intent = intent }));
        }

        var (errors, agreement, _) = CrossValidation.FindInIntents(
            spoilt,
            i => spoilt[i].Item1,
            Options(options, seed),
            new Silent(),
            default
        );
        output.WriteLine(
            $"utterances, seed {seed}: {clean.Count}, {planted.Count} wrong intents planted, {Folds} folds, agreement {100 * agreement:0.0}"
        );
        Report(output, errors, error => planted.ContainsKey(Place(error)) ? Place(error) : -1, planted.Count);
        int mended = errors.Count(error => planted.TryGetValue(Place(error), out string? right) && right == error.SuggestedLabel);
        output.WriteLine($"  {mended} with the right intent beside them");
    }

    private static int Place(ProbableError error) => int.Parse(error.DocumentId, CultureInfo.InvariantCulture);

    /// <param name="plantedAt">Which planted error this is; -1 for none.</param>
    private static void Report(TextWriter output, IReadOnlyList<ProbableError> errors, Func<ProbableError, int> plantedAt, int planted)
    {
        int[] hits = [.. errors.Select(plantedAt)];
        foreach (int k in new[] { 25, 50, 100, 200, planted, hits.Length }.Where(k => k <= hits.Length).Distinct().Order())
        {
            int right = hits.Take(k).Count(hit => hit >= 0);
            int found = hits.Take(k).Where(hit => hit >= 0).Distinct().Count();
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  first {k}: precision {100.0 * right / k:0.0}, {100.0 * found / planted:0.0} % of the planted found"
                )
            );
        }
    }

    /// <summary>Each mention becomes wrong with the same probability, and in the same place in each way.</summary>
    private static AnnotatedDocument Spoil(AnnotatedDocument note, Random random, List<Planted> planted)
    {
        var labels = note.Spans.Select(span => span.Label).Distinct().ToArray();
        var tokens = Tokenizer.Tokenize(note.Text);
        List<AnnotatedSpan> spans = [];
        foreach (var span in note.Spans)
        {
            string kind = random.NextDouble() < Share ? Kinds[random.Next(Kinds.Length)] : "";
            var others = labels.Where(label => label != span.Label).ToArray();
            switch (kind)
            {
                case "label" when others.Length > 0:
                    spans.Add(span with { Label = others[random.Next(others.Length)] });
                    planted.Add(new(note.Id, span.Span, kind, span));
                    break;
                case "dropped":
                    planted.Add(new(note.Id, span.Span, kind, span));
                    break;
                case "edge" when Moved(span.Span, tokens, note.Spans, random) is { } moved:
                    spans.Add(span with { Span = moved });
                    planted.Add(new(note.Id, moved, kind, span));
                    break;
                case "added" when Free(tokens, note.Spans, spans, random) is { } free:
                    spans.Add(span);
                    spans.Add(new AnnotatedSpan(free, labels[random.Next(labels.Length)]));
                    planted.Add(new(note.Id, free, kind, null));
                    break;
                default:
                    spans.Add(span);
                    break;
            }
        }

        return note with
        {
            Spans = [.. spans.OrderBy(span => span.Span)],
        };
    }

    /// <summary>One edge by one word, outwards, or inwards where another word stays; null where another mention is in the way.</summary>
    private static TextSpan? Moved(TextSpan span, Token[] tokens, IReadOnlyList<AnnotatedSpan> marked, Random random)
    {
        int first = Array.FindIndex(tokens, token => token.Span.Start >= span.Start);
        int last = Array.FindLastIndex(tokens, token => token.Span.End <= span.End);
        if (first < 0 || last < first)
            return null;
        (int from, int to) = random.Next(4) switch
        {
            0 => (first - 1, last),
            1 => (first, last + 1),
            2 => (first + 1, last),
            _ => (first, last - 1),
        };
        if (from < 0 || to >= tokens.Length || to < from)
            return null;
        TextSpan moved = new(tokens[from].Span.Start, tokens[to].Span.End);
        return marked.Any(other => other.Span != span && other.Span.Overlaps(moved)) ? null : moved;
    }

    /// <summary>A word of letters that nobody marked.</summary>
    private static TextSpan? Free(Token[] tokens, IReadOnlyList<AnnotatedSpan> marked, List<AnnotatedSpan> added, Random random)
    {
        var free = tokens
            .Where(token => token.Span.Length > 3 && !marked.Concat(added).Any(span => span.Span.Overlaps(token.Span)))
            .Select(token => token.Span)
            .ToList();
        return free.Count == 0 ? null : free[random.Next(free.Count)];
    }

    private static CrossValidationOptions Options(BenchOptions options, int seed) =>
        new(Path.Combine(options.Work, Part), NewestModels.Find(options.Models, "encoder"), options.Quick ? 0.5 : Minutes, Folds, seed)
        {
            Workers = Environment.ProcessorCount,
        };

    private sealed class Silent : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) { }
    }
}
