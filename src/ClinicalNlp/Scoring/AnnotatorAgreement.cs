using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Scoring;

/// <summary>A document and what each of its annotators marked in it; who did not annotate it is not among them.</summary>
public sealed record MultiplyAnnotated(string Id, string Text, IReadOnlyDictionary<string, IReadOnlyList<AnnotatedSpan>> Annotators);

/// <param name="Documents">That both annotated.</param>
/// <param name="ExactF1">See <see cref="SpanAgreement"/>.</param>
/// <param name="Kappa">Cohen's, over tokens; "outside" is a category.</param>
public sealed record PairAgreement(string First, string Second, int Documents, Estimate ExactF1, Estimate OverlapF1, Estimate Kappa);

/// <param name="Mentions">Of all annotators together.</param>
/// <param name="ExactF1">See <see cref="SpanAgreement"/>; over all pairs of a document's annotators.</param>
/// <param name="AlphaU">See <see cref="UnitizingAlpha"/>.</param>
public sealed record LabelAgreement(string Label, int Mentions, Estimate ExactF1, Estimate OverlapF1, Estimate AlphaU);

/// <param name="Documents">With two annotators or more; the others say nothing about agreement.</param>
/// <param name="FleissKappa">Over tokens; so is <paramref name="Alpha"/>.</param>
public sealed record AgreementReport(
    int Documents,
    IReadOnlyList<string> Annotators,
    Estimate ExactF1,
    Estimate OverlapF1,
    Estimate FleissKappa,
    Estimate Alpha,
    Estimate AlphaU,
    IReadOnlyList<PairAgreement> Pairs,
    IReadOnlyList<LabelAgreement> Labels
);

/// <summary>How far annotators of the same documents agree: every figure with its bootstrap interval over documents.</summary>
public static class AnnotatorAgreement
{
    /// <summary>Stands for "in no mention" among the categories of a token; labels are never empty.</summary>
    private const string Outside = "";

    public static AgreementReport Of(IReadOnlyList<MultiplyAnnotated> documents, int seed = 1)
    {
        var shared = documents.Where(document => document.Annotators.Count > 1).ToList();
        var names = shared.SelectMany(document => document.Annotators.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var labels = shared
            .SelectMany(document => document.Annotators.Values)
            .SelectMany(spans => spans)
            .CountBy(span => span.Label)
            .OrderBy(label => label.Key, StringComparer.Ordinal);
        var tokens = shared.ConvertAll(document => Tokens(document, names));
        var spans = shared.ConvertAll<IReadOnlyList<IReadOnlyList<AnnotatedSpan>>>(document => [.. document.Annotators.Values]);
        var continua = shared.ConvertAll(document => new UnitizedDocument(document.Text.Length, [.. document.Annotators.Values]));
        return new(
            shared.Count,
            names,
            SpanAgreement.F1(spans, overlap: false, seed: seed),
            SpanAgreement.F1(spans, overlap: true, seed: seed),
            NominalAgreement.FleissKappa(tokens, seed),
            NominalAgreement.KrippendorffsAlpha(tokens, seed),
            UnitizingAlpha.Joint(continua, seed),
            [.. Pairs(shared, tokens, names, seed)],
            [
                .. labels.Select(label => new LabelAgreement(
                    label.Key,
                    label.Value,
                    SpanAgreement.F1(spans, overlap: false, label.Key, seed),
                    SpanAgreement.F1(spans, overlap: true, label.Key, seed),
                    UnitizingAlpha.OfLabel(continua, label.Key, seed)
                )),
            ]
        );
    }

    /// <summary>The tokens of a document with, for each annotator, the labels of the mentions that reach into them.</summary>
    internal static RatedDocument Tokens(MultiplyAnnotated document, IReadOnlyList<string> annotators)
    {
        var tokens = Tokenizer.Tokenize(document.Text);
        var units = Array.ConvertAll(tokens, _ => new string?[annotators.Count]);
        for (var annotator = 0; annotator < annotators.Count; annotator++)
        {
            if (!document.Annotators.TryGetValue(annotators[annotator], out var spans))
                continue;
            foreach (var unit in units)
                unit[annotator] = Outside;
            foreach (var span in spans.OrderBy(span => span.Label, StringComparer.Ordinal))
            {
                for (var at = FirstEndingAfter(tokens, span.Span.Start); at < tokens.Length && tokens[at].Span.Start < span.Span.End; at++)
                {
                    // Nested mentions make a category of their own; the same label twice does not.
                    var given = units[at][annotator]!;
                    if (given.Length == 0)
                        units[at][annotator] = span.Label;
                    else if (!given.Split('\n').Contains(span.Label))
                        units[at][annotator] = $"{given}\n{span.Label}";
                }
            }
        }
        return new(units);
    }

    private static IEnumerable<PairAgreement> Pairs(
        IReadOnlyList<MultiplyAnnotated> documents,
        IReadOnlyList<RatedDocument> tokens,
        IReadOnlyList<string> names,
        int seed
    )
    {
        for (var first = 0; first < names.Count; first++)
        {
            for (var second = first + 1; second < names.Count; second++)
            {
                var both = documents
                    .Where(document => document.Annotators.ContainsKey(names[first]) && document.Annotators.ContainsKey(names[second]))
                    .Select(
                        IReadOnlyList<IReadOnlyList<AnnotatedSpan>> (document) =>
                            [document.Annotators[names[first]], document.Annotators[names[second]]]
                    )
                    .ToList();
                if (both.Count > 0)
                {
                    yield return new(
                        names[first],
                        names[second],
                        both.Count,
                        SpanAgreement.F1(both, overlap: false, seed: seed),
                        SpanAgreement.F1(both, overlap: true, seed: seed),
                        NominalAgreement.CohensKappa(tokens, first, second, seed)
                    );
                }
            }
        }
    }

    private static int FirstEndingAfter(Token[] tokens, int offset)
    {
        int low = 0,
            high = tokens.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens[middle].Span.End > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
