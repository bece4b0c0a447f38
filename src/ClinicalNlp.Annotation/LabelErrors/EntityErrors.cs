using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <summary>A document with what a model says of it that has not learnt from it.</summary>
/// <param name="Labels">Of the model, in the order of the probabilities.</param>
/// <param name="Judged">For each mention of the document, how probable each label is there; null where the model cannot say.</param>
/// <param name="Found">The model's own mentions, with the probabilities there.</param>
public sealed record HeldOutReading(
    AnnotatedDocument Document,
    IReadOnlyList<string> Labels,
    IReadOnlyList<SpanProbabilities?> Judged,
    IReadOnlyList<(Mention Mention, SpanProbabilities? There)> Found
)
{
    public static HeldOutReading Of(AnnotatedDocument document, EntityRecognizer model, CancellationToken cancellationToken)
    {
        var found = model.Recognize(document.Text, cancellationToken);
        var judged = model.Judge(
            document.Text,
            [.. document.Spans.Select(span => span.Span), .. found.Select(mention => mention.Span)],
            cancellationToken
        );
        int marked = document.Spans.Count;
        var labels = model.Labels.ToList();
        return new(
            document,
            labels,
            [.. judged.Take(marked)],
            [
                .. found
                    .Zip(judged.Skip(marked))
                    // On one scale with what is judged: a confidence may have been calibrated by more than the chain.
                    .Select(item =>
                        item.Second is { } there
                            ? (item.First with { Confidence = there.Labels[labels.IndexOf(item.First.Label)] }, item.Second)
                            : item
                    ),
            ]
        );
    }

    internal double Given(int index) => ProbabilityOf(Judged[index], Document.Spans[index].Label);

    internal double ProbabilityOf(SpanProbabilities? there, string label)
    {
        int at = there is null ? -1 : Labels.ToList().IndexOf(label);
        return at < 0 ? 0 : there!.Labels[at];
    }
}

/// <summary>
/// Confident learning over mentions (Northcutt, Jiang and Chuang 2021): what a model says counts against a person only where it is at
/// least as sure of it as it is, on average, of what people gave the same label; that threshold allows for models that are surer of one
/// label than of another. Candidates are ranked by the margin between the model's own and what is marked.
/// </summary>
public static class EntityErrors
{
    /// <summary>Of the first 25 entries one in four was an error at an agreement of 0.44, one in two at 0.59, four in five at 0.67 (EXPERIMENTS.md).</summary>
    public const double LeastAgreement = 0.5;

    /// <param name="readings">Of all documents, each by a model that has not seen it.</param>
    /// <param name="schema">Labels that the documents annotate; what else a model finds is no opinion here.</param>
    /// <returns>The most probable first, at most one for each mention that is marked.</returns>
    public static IReadOnlyList<ProbableError> Find(IReadOnlyList<HeldOutReading> readings, IReadOnlySet<string> schema)
    {
        var thresholds = readings
            .SelectMany(reading => reading.Document.Spans.Select((span, i) => (span.Label, Given: reading.Given(i))))
            .GroupBy(item => item.Label)
            .ToDictionary(items => items.Key, items => items.Average(item => item.Given));
        return
        [
            .. readings
                .SelectMany(reading => Of(reading, schema, label => thresholds.GetValueOrDefault(label, 1)))
                .OrderByDescending(error => error.Score)
                .ThenBy(error => error.DocumentId, StringComparer.Ordinal)
                .ThenBy(error => error.Span),
        ];
    }

    /// <summary>Micro F1 of the models' own mentions against what people marked, exact, over labels of the schema.</summary>
    public static double Agreement(IReadOnlyList<HeldOutReading> readings, IReadOnlySet<string> schema)
    {
        var scorer = new EntityScorer();
        foreach (var reading in readings)
        {
            scorer.Add(reading.Document.Spans, reading.Found.Select(item => item.Mention).Where(mention => schema.Contains(mention.Label)));
        }

        return scorer.Result.Micro.F1;
    }

    private static IEnumerable<ProbableError> Of(HeldOutReading reading, IReadOnlySet<string> schema, Func<string, double> threshold)
    {
        var marked = reading.Document.Spans;
        var known = marked.Select(span => (span.Span, span.Label)).ToHashSet();
        var sure = reading
            .Found.Where(item => schema.Contains(item.Mention.Label) && item.Mention.Confidence >= threshold(item.Mention.Label))
            .ToList();
        for (int i = 0; i < marked.Count; i++)
        {
            if (reading.Judged[i] is not null && Against(reading, i, schema, sure, known, threshold) is { } error)
            {
                yield return error;
            }
        }

        foreach (var (mention, there) in sure)
        {
            double margin = mention.Confidence - (there?.Outside ?? 0);
            if (margin > 0 && !marked.Any(span => Overlap(span, mention.Span)))
            {
                yield return new(reading.Document.Id, ErrorKind.Missing, mention.Span, null, mention.Span, mention.Label, null, margin);
            }
        }
    }

    /// <summary>What speaks most against a mention.</summary>
    private static ProbableError? Against(
        HeldOutReading reading,
        int index,
        IReadOnlySet<string> schema,
        IReadOnlyList<(Mention Mention, SpanProbabilities? There)> sure,
        HashSet<(TextSpan, string)> known,
        Func<string, double> threshold
    )
    {
        var (given, there) = (reading.Document.Spans[index], reading.Judged[index]!);
        double own = reading.Given(index);
        var candidates = new List<ProbableError>();

        for (int label = 0; label < reading.Labels.Count; label++)
        {
            string name = reading.Labels[label];
            if (name != given.Label && schema.Contains(name) && there.Labels[label] >= threshold(name))
            {
                Add(ErrorKind.WrongLabel, given.Span, name, there.Labels[label]);
            }
        }

        foreach (var (mention, _) in sure.Where(item => item.Mention.Span != given.Span && Overlap(given, item.Mention.Span)))
        {
            var kind = mention.Label == given.Label ? ErrorKind.WrongEdge : ErrorKind.WrongLabel;
            Add(kind, mention.Span, mention.Label, mention.Confidence);
        }

        // That no word of it is in a mention must be likelier than all else together.
        if (there.Outside >= 0.5)
        {
            Add(ErrorKind.Spurious, null, null, there.Outside);
        }

        return candidates.MaxBy(error => error.Score);

        void Add(ErrorKind kind, TextSpan? span, string? label, double probability)
        {
            // What the model has instead may be marked beside it: then nothing is wrong with this one.
            bool isMarked = span is { } at && known.Contains((at, label!));
            if (probability > own && !isMarked)
            {
                candidates.Add(new(reading.Document.Id, kind, given.Span, given.Label, span, label, null, probability - own));
            }
        }
    }

    private static bool Overlap(AnnotatedSpan marked, TextSpan span) => marked.Span.Overlaps(span);
}
