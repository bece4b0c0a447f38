using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>A finished document of several readers that waits for gold.</summary>
public sealed record WaitingCase(
    string DocumentId,
    string? ExternalId,
    string Kind,
    IReadOnlyList<string> Annotators,
    int Agreed,
    int Differing
);

/// <param name="Doubtful">A wrong suggestion had been planted here and was accepted; this is what the model had said.</param>
public sealed record OptionMention(TextSpan Span, string Label, bool Doubtful);

/// <summary>What one annotator has at a place; nothing is an opinion too.</summary>
public sealed record CaseOption(string Annotator, IReadOnlyList<OptionMention> Mentions);

/// <summary>Mentions of all annotators that overlap, directly or through each other: one place to decide.</summary>
/// <param name="Agreed">All have the same here, and nothing of it is doubtful; it becomes gold unless somebody decides otherwise.</param>
public sealed record CaseGroup(int Index, TextSpan Span, bool Agreed, IReadOnlyList<CaseOption> Options);

public sealed record TurnOption(string Annotator, string? Intent);

/// <param name="Agreed">All chose the same intent, or none.</param>
public sealed record CaseTurn(int Index, bool Agreed, IReadOnlyList<TurnOption> Options);

/// <param name="Document">The document itself; its revision is sent with the decisions.</param>
/// <param name="Basis">Stands for the readings that were compared; sent with the decisions, which are refused when one has changed since.</param>
public sealed record AdjudicationCase(
    Document Document,
    string Basis,
    IReadOnlyList<string> Annotators,
    IReadOnlyList<CaseGroup> Groups,
    IReadOnlyList<CaseTurn> Turns
)
{
    internal static AdjudicationCase Of(Document source, IReadOnlyList<FinishedCopy> copies, string basis) =>
        new(
            source,
            basis,
            [.. copies.Select(copy => copy.Assignee)],
            [.. Overlapping(copies)],
            [
                .. source
                    .Turns.Select(turn =>
                        copies.Select(copy => new TurnOption(copy.Assignee, copy.Document.Turns[turn.Index].Intent)).ToList()
                    )
                    .Select(
                        (options, index) => new CaseTurn(index, options.TrueForAll(option => option.Intent == options[0].Intent), options)
                    ),
            ]
        );

    private static IEnumerable<CaseGroup> Overlapping(IReadOnlyList<FinishedCopy> copies)
    {
        var all = copies
            .SelectMany(copy => copy.Mentions.Select(mention => (copy.Assignee, Mention: mention)))
            .OrderBy(item => item.Mention.Span)
            .ToList();
        for (int from = 0, index = 0; from < all.Count; index++)
        {
            int to = from;
            int end = all[from].Mention.Span.End;
            while (to < all.Count && all[to].Mention.Span.Start < end)
            {
                end = Math.Max(end, all[to].Mention.Span.End);
                to++;
            }

            var here = all[from..to];
            var options = copies
                .Select(copy => new CaseOption(
                    copy.Assignee,
                    [
                        .. here.Where(item => item.Assignee == copy.Assignee)
                            .Select(item => new OptionMention(item.Mention.Span, item.Mention.Label, item.Mention.Doubtful))
                            .OrderBy(mention => mention.Span)
                            .ThenBy(mention => mention.Label, StringComparer.Ordinal),
                    ]
                ))
                .ToList();
            bool agreed =
                options.TrueForAll(option => option.Mentions.SequenceEqual(options[0].Mentions))
                && !options.Exists(option => option.Mentions.Any(mention => mention.Doubtful));
            yield return new CaseGroup(index, new TextSpan(here[0].Mention.Span.Start, end), agreed, options);
            from = to;
        }
    }
}

/// <summary>What becomes gold at one place.</summary>
/// <param name="Take">The annotators whose mentions are taken: one, several, or none of them.</param>
/// <param name="Spans">The decider's own, beside those.</param>
public sealed record GroupDecision(int Group, IReadOnlyList<string> Take, IReadOnlyList<NewSpan>? Spans = null);

/// <param name="Take">The annotator whose intent is taken.</param>
/// <param name="Intent">The decider's own, where nobody's is taken; without either the turn has none.</param>
public sealed record TurnDecision(int Turn, string? Take = null, string? Intent = null);

/// <param name="Revision">Of the document that the decider saw.</param>
/// <param name="Groups">One for each that differs; for those that agree only where gold is to be something else.</param>
public sealed record AdjudicationDecision(
    int Revision,
    string Basis,
    IReadOnlyList<GroupDecision> Groups,
    IReadOnlyList<TurnDecision> Turns,
    string? IdempotencyKey = null
);
