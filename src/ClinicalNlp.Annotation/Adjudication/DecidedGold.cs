using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>A line of who decided what.</summary>
internal sealed record DecidedRow(TextSpan? Span, int? Turn, string? Aspect, bool Agreed, IReadOnlyList<string> Taken);

/// <summary>Mentions, what is said of them, and relations, as decisions make them out of several readings.</summary>
/// <remarks>What all have is taken over; where those differ whose mentions are taken, a decision is needed.</remarks>
internal sealed class DecidedGold
{
    private const string Own = "own";

    private readonly AdjudicationCase open;
    private readonly Dictionary<int, GroupDecision> groups;
    private readonly Dictionary<int, DetailDecision> details;
    private readonly Dictionary<int, RelationDecision> relations;
    private readonly Dictionary<MentionKey, NewSpan> spans = [];
    private readonly List<NewRelation> related = [];
    private readonly List<DecidedRow> log = [];

    /// <summary>What has no decision, by the name of its kind in an adjudication.</summary>
    private readonly List<(string Kind, int Index)> undecided = [];

    /// <exception cref="UnusableInputException"><c>undecided_groups</c>.</exception>
    public DecidedGold(AdjudicationCase open, AdjudicationDecision decision)
    {
        this.open = open;
        groups = Last(decision.Groups, item => item.Group);
        details = Last(decision.Details, item => item.Detail);
        relations = Last(decision.Relations, item => item.Relation);
        foreach (var group in open.Groups)
        {
            Decide(group);
        }

        foreach (var relation in open.Relations)
        {
            Decide(relation);
        }

        if (undecided.Count > 0)
        {
            throw Undecided(undecided);
        }
    }

    public IReadOnlyList<NewSpan> Spans => [.. spans.Values];

    public IReadOnlyList<NewRelation> Relations => related;

    public IReadOnlyList<DecidedRow> Log => log;

    /// <summary>Of two decisions on the same the later one holds.</summary>
    internal static Dictionary<int, T> Last<T>(IEnumerable<T> decisions, Func<T, int> index) =>
        decisions.GroupBy(index).ToDictionary(same => same.Key, same => same.Last());

    private void Decide(CaseGroup group)
    {
        var decided = groups.GetValueOrDefault(group.Index);
        if (decided is null && !group.Agreed)
        {
            undecided.Add(("groups", group.Index));
            return;
        }

        var take = decided?.Take ?? open.Annotators;
        var own = (decided?.Spans ?? []).Select(span => (Key: KeyOf(span), Span: span)).ToList();
        log.Add(new(group.Span, null, null, group.Agreed, own.Count > 0 ? [.. take, Own] : take));
        foreach (var (key, span) in own)
        {
            spans.TryAdd(key, span with { Id = NextId() });
        }

        var taken = group
            .Options.Where(option => take.Contains(option.Annotator))
            .SelectMany(option => option.Mentions.Select(mention => (option.Annotator, mention.Key, mention.Mention)))
            .GroupBy(item => (item.Key, item.Mention), item => item.Annotator);
        foreach (var readers in taken)
        {
            var key = readers.Key.Key;
            if (spans.ContainsKey(key))
            {
                continue;
            }

            var said = CaseDetail.Joined([
                .. open.Details.Where(detail => detail.Mention == readers.Key.Mention).Select(detail => Decide(detail, key, [.. readers])),
            ]);
            spans.Add(
                key,
                new NewSpan(key.Place.Span.Start, key.Place.Span.End, key.Label)
                {
                    Id = NextId(),
                    Fragments = key.Place.Fragments,
                    Assertion = said.Assertion,
                    Unasserted = said.Assertion is null,
                    Attributes = said.Attributes,
                    Concepts = said.Concepts,
                }
            );
        }
    }

    /// <param name="readers">Those of whom the mention is taken.</param>
    private MentionDetails Decide(CaseDetail detail, MentionKey key, IReadOnlyList<string> readers)
    {
        var heard = detail.Options.Where(option => readers.Contains(option.Annotator)).ToList();
        if (!details.TryGetValue(detail.Index, out var decided))
        {
            if (!heard.TrueForAll(option => option.Said.Equals(heard[0].Said)))
            {
                undecided.Add(("details", detail.Index));
            }

            log.Add(new(key.Place.Span, null, detail.Written, detail.Agreed, [.. heard.Select(option => option.Annotator)]));
            return heard[0].Said;
        }

        log.Add(new(key.Place.Span, null, detail.Written, detail.Agreed, decided.Take is { } one ? [one] : []));
        return detail.Options.FirstOrDefault(option => option.Annotator == decided.Take)?.Said ?? MentionDetails.None;
    }

    private void Decide(CaseRelation relation)
    {
        var (from, to) = (open.Mentions[relation.From], open.Mentions[relation.To]);
        if (!spans.TryGetValue(from, out var fromSpan) || !spans.TryGetValue(to, out var toSpan))
        {
            return;
        }

        var decided = relations.GetValueOrDefault(relation.Index);
        if (decided is null && !relation.Agreed)
        {
            undecided.Add(("relations", relation.Index));
        }

        bool keep = decided?.Keep ?? true;
        log.Add(new(from.Place.Span, null, $"relation {relation.Type}", relation.Agreed, keep ? relation.Annotators : []));
        if (keep)
        {
            related.Add(new NewRelation(fromSpan.Id!, toSpan.Id!, relation.Type));
        }
    }

    private string NextId() => $"g{spans.Count + 1}";

    private static MentionKey KeyOf(NewSpan span) =>
        new(
            span.Fragments is { Count: > 0 } pieces ? MentionPlace.Of([.. pieces.Order()]) : new TextSpan(span.Start, span.End),
            span.Label
        );

    /// <summary>Says which: by the indices that a decision names them by.</summary>
    internal static UnusableInputException Undecided(IReadOnlyCollection<(string Kind, int Index)> open) =>
        new(
            "undecided_groups",
            "there is no decision on "
                + string.Join(
                    ", ",
                    open.Distinct()
                        .GroupBy(item => item.Kind, item => item.Index)
                        .Select(kind =>
                            $"{kind.Key} {string.Join(", ", kind.Order().Take(MostNamed))}{(kind.Count() > MostNamed ? $" and {kind.Count() - MostNamed} more" : "")}"
                        )
                )
        );

    private const int MostNamed = 10;
}
