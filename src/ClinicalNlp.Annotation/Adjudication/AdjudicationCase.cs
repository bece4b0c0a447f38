using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>A finished document of several readers that waits for gold.</summary>
/// <param name="Comments">Open threads on the document and its finished readings.</param>
public sealed record WaitingCase(
    string DocumentId,
    string? ExternalId,
    string Kind,
    IReadOnlyList<string> Annotators,
    int Agreed,
    int Differing,
    int Comments = 0
);

/// <param name="Documents">Those that became gold.</param>
/// <param name="Looked">How many of the waiting were looked at.</param>
/// <param name="Next">Passed as <c>after</c> it goes on; null when all were looked at.</param>
public sealed record AdoptedCases(IReadOnlyList<string> Documents, int Looked, string? Next);

/// <summary>A place with a label: two annotators have the same mention when these are the same. What is said of it is compared by itself.</summary>
public sealed record MentionKey(MentionPlace Place, string Label);

/// <param name="Mention">Its place among <see cref="AdjudicationCase.Mentions"/>.</param>
/// <param name="Doubtful">A wrong suggestion had been planted here and was accepted; this is what the model had said.</param>
public sealed record OptionMention(int Mention, MentionKey Key, MentionDetails Details, bool Doubtful)
{
    public TextSpan Span => Key.Place.Span;

    public string Label => Key.Label;
}

/// <summary>What one annotator has at a place; nothing is an opinion too.</summary>
public sealed record CaseOption(string Annotator, IReadOnlyList<OptionMention> Mentions);

/// <summary>Mentions of all annotators that overlap, directly or through each other: one place to decide.</summary>
/// <param name="Agreed">All have the same here, and nothing of it is doubtful; it becomes gold unless somebody decides otherwise.</param>
public sealed record CaseGroup(int Index, TextSpan Span, bool Agreed, IReadOnlyList<CaseOption> Options);

/// <param name="Doubtful">A wrong suggestion had been planted here and was accepted; this is what the model had said.</param>
public sealed record TurnOption(string Annotator, string? Intent, bool Doubtful = false);

/// <param name="Agreed">All chose the same intent, or none, and nothing of it is doubtful.</param>
public sealed record CaseTurn(int Index, bool Agreed, IReadOnlyList<TurnOption> Options);

/// <param name="Document">The document itself; its revision is sent with the decisions.</param>
/// <param name="Basis">Stands for the readings that were compared; sent with the decisions, which are refused when one has changed since.</param>
/// <param name="Mentions">All different ones of all annotators.</param>
/// <param name="Details">What is said of them, one thing at a time.</param>
/// <param name="Relations">All different ones of all annotators.</param>
public sealed record AdjudicationCase(
    Document Document,
    string Basis,
    IReadOnlyList<string> Annotators,
    IReadOnlyList<MentionKey> Mentions,
    IReadOnlyList<CaseGroup> Groups,
    IReadOnlyList<CaseDetail> Details,
    IReadOnlyList<CaseRelation> Relations,
    IReadOnlyList<CaseTurn> Turns
)
{
    /// <summary>How much of it is to decide.</summary>
    public WaitingCase Waiting =>
        new(
            Document.Id,
            Document.ExternalId,
            Document.Kind,
            Annotators,
            Groups.Count(group => group.Agreed) + Turns.Count(turn => turn.Agreed && turn.Options[0].Intent is not null),
            Groups.Count(group => !group.Agreed)
                + Details.Count(detail => !detail.Agreed && Groups[detail.Group].Agreed)
                + Relations.Count(relation => !relation.Agreed)
                + Turns.Count(turn => !turn.Agreed)
        );

    internal static AdjudicationCase Of(Document source, IReadOnlyList<FinishedCopy> copies, string basis)
    {
        var mentions = copies
            .SelectMany(copy => copy.Mentions)
            .OrderBy(mention => mention.Span)
            .Select(mention => new MentionKey(mention.Place, mention.Label))
            .Distinct()
            .ToList();
        var index = mentions.Index().ToDictionary(item => item.Item, item => item.Index);
        List<CaseGroup> groups = [.. Overlapping(copies, index)];
        return new(
            source,
            basis,
            [.. copies.Select(copy => copy.Assignee)],
            mentions,
            groups,
            CaseDetail.Of(groups),
            CaseRelation.Of(copies, index),
            [
                .. source
                    .Turns.Select(turn =>
                        copies
                            .Select(copy => (copy.Assignee, Read: copy.Intents[turn.Index]))
                            .Select(copy => new TurnOption(copy.Assignee, copy.Read.Intent, copy.Read.Doubtful))
                            .ToList()
                    )
                    .Select(
                        (options, turn) =>
                            new CaseTurn(
                                turn,
                                options.TrueForAll(option => option.Intent == options[0].Intent && !option.Doubtful),
                                options
                            )
                    ),
            ]
        );
    }

    private static IEnumerable<CaseGroup> Overlapping(IReadOnlyList<FinishedCopy> copies, Dictionary<MentionKey, int> index)
    {
        var all = copies
            .SelectMany(copy => copy.Mentions.Select(mention => (copy.Assignee, Mention: mention)))
            .OrderBy(item => item.Mention.Span)
            .ToList();
        for (int from = 0, group = 0; from < all.Count; group++)
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
                            .Select(item => Option(item.Mention))
                            .OrderBy(mention => mention.Span)
                            .ThenBy(mention => mention.Label, StringComparer.Ordinal)
                            .ThenBy(mention => mention.Mention),
                    ]
                ))
                .ToList();
            bool agreed =
                options.TrueForAll(option =>
                    option.Mentions.Select(m => m.Mention).SequenceEqual(options[0].Mentions.Select(m => m.Mention))
                ) && !options.Exists(option => option.Mentions.Any(mention => mention.Doubtful));
            yield return new CaseGroup(group, new TextSpan(here[0].Mention.Span.Start, end), agreed, options);
            from = to;
        }

        OptionMention Option(ReadMention mention)
        {
            var key = new MentionKey(mention.Place, mention.Label);
            return new OptionMention(index[key], key, mention.Details, mention.Doubtful);
        }
    }
}
