using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>A document while a batch is applied to it, and the log of how. Knows no SQL.</summary>
internal sealed class DocumentState
{
    private readonly CheckedChange check;
    private readonly List<RecordedChange> changes = [];

    /// <param name="log">What was done to the document before.</param>
    public DocumentState(Document document, ProjectSchema schema, Func<string> newId, IEarlierChanges log)
    {
        check = new CheckedChange(document.Text, schema);
        Mentions = new MentionChanges(document, check, newId, new ChangesSoFar(log, changes), changes);
        Turns = new TurnChanges(document.Turns, check, changes);
    }

    public IReadOnlyList<RecordedChange> Changes => changes;

    public MentionChanges Mentions { get; }

    public RelationChanges Relations => Mentions.Relations;

    public TurnChanges Turns { get; }

    public bool HasOpenSuggestions => Mentions.Suggested.Any() || Turns.HasOpenSuggestions;

    /// <param name="where">Starts the reason of a refusal, for example "change 3".</param>
    /// <exception cref="UnusableInputException">The change cannot be made; the codes are those of <see cref="CorrectionStore"/>.</exception>
    public void Apply(Change change, string where)
    {
        switch (change.Action)
        {
            case CorrectionAction.Accept when change.MentionId is null && change.Turn is not null:
            case CorrectionAction.Reject when change.MentionId is null && change.Turn is not null:
                Turns.Decide(change.Turn, change.Action, where);
                break;
            case CorrectionAction.Accept:
                Mentions.Accept(Mentions.Of(change.MentionId, where), where);
                break;
            case CorrectionAction.Reject:
            case CorrectionAction.Remove:
                Mentions.TakeAway(Mentions.Of(change.MentionId, where), change.Action);
                break;
            case CorrectionAction.Relabel:
                Mentions.Relabel(change, where);
                break;
            case CorrectionAction.Resize:
                Mentions.Resize(change, where);
                break;
            case CorrectionAction.Add:
                Mentions.Add(change, where);
                break;
            case CorrectionAction.Intent:
                Turns.SetIntent(change.Turn, change.Intent, where);
                break;
            case CorrectionAction.Restore:
                Mentions.Restore(change, where);
                break;
            case CorrectionAction.Annotate:
                Mentions.Annotate(change, where);
                break;
            case CorrectionAction.Relate:
                var (from, to) = (Mentions.Of(change.From, where), Mentions.Of(change.To, where));
                Relations.Relate(Mentions.Decided(from), Mentions.Decided(to), change.Type, change.RelationId, where);
                break;
            case CorrectionAction.Unrelate:
                Relations.Unrelate(change, where);
                break;
            default:
                throw new UnusableInputException("unknown_action", $"{where}: an action that does not exist");
        }
    }

    /// <summary>Adds spans and relations that come with a new document.</summary>
    public void Import(IReadOnlyList<NewSpan> spans, IReadOnlyList<NewRelation> relations, string where)
    {
        var byId = new Dictionary<string, string>();
        foreach (var (index, span) in spans.Index())
        {
            Name(byId, span, Mentions.Add(AsAdded(span), $"{where}, span {index + 1}"), $"{where}, span {index + 1}");
        }

        foreach (var (index, relation) in relations.Index())
        {
            var (from, to, type) = Resolve(relation, byId, $"{where}, relation {index + 1}");
            Relations.Relate(from, to, type, null, $"{where}, relation {index + 1}");
        }
    }

    /// <summary>Turns the difference between what is there and a whole new set into changes.</summary>
    /// <param name="spans">Null leaves the mentions alone.</param>
    /// <param name="relations">Null leaves the relations of mentions that stay alone.</param>
    public void Replace(IReadOnlyList<NewSpan>? spans, IReadOnlyList<NewRelation>? relations)
    {
        var byId = new Dictionary<string, string>();
        if (spans is not null)
        {
            ReplaceMentions(spans, byId);
        }

        if (relations is not null)
        {
            Relations.Replace([
                .. relations
                    .Select((relation, index) => Resolve(relation, byId, $"relation {index + 1}"))
                    .Select(item => (Mentions.Decided(item.From), Mentions.Decided(item.To), item.Type)),
            ]);
        }
    }

    public void DecideAll(bool accept)
    {
        foreach (var mention in Mentions.Suggested.OrderBy(mention => mention.Span).ToList())
        {
            if (accept)
            {
                Mentions.Accept(mention, "complete");
            }
            else
            {
                Mentions.TakeAway(mention, CorrectionAction.Reject);
            }
        }

        Turns.DecideAll(accept ? CorrectionAction.Accept : CorrectionAction.Reject);
    }

    private static Change AsAdded(NewSpan span) =>
        new(CorrectionAction.Add, Start: span.Start, End: span.End, Text: span.Text, Label: span.Label)
        {
            Fragments = span.Fragments,
            Assertion = span.Assertion,
            Unasserted = span.Unasserted,
            Attributes = span.Attributes,
            Concepts = span.Concepts,
        };

    private static void Name(Dictionary<string, string> byId, NewSpan span, string mentionId, string where)
    {
        if (span.Id is { } id && !byId.TryAdd(id, mentionId))
        {
            throw new UnusableInputException("duplicate_mention", $"{where}: another span has this id");
        }
    }

    private void ReplaceMentions(IReadOnlyList<NewSpan> spans, Dictionary<string, string> byId)
    {
        var wanted = new Dictionary<(MentionPlace Place, string Label), int>();
        foreach (var (index, span) in spans.Index())
        {
            string where = $"span {index + 1}";
            var change = AsAdded(span);
            if (!wanted.TryAdd((check.Place(change, where), check.Label(change, where)), index))
            {
                throw new UnusableInputException("duplicate_mention", $"{where}: the same span with the same label is given twice");
            }
        }

        foreach (var mention in Mentions.InOrder())
        {
            if (wanted.Remove((mention.Place, mention.Label), out int index))
            {
                Mentions.Say(Mentions.Decided(mention), AsAdded(spans[index]), $"span {index + 1}");
                Name(byId, spans[index], mention.Id, $"span {index + 1}");
            }
            else
            {
                Mentions.TakeAway(mention, mention.State == MentionState.Suggested ? CorrectionAction.Reject : CorrectionAction.Remove);
            }
        }

        foreach (var (_, index) in wanted.OrderBy(pair => pair.Key.Place.Span))
        {
            Name(byId, spans[index], Mentions.Add(AsAdded(spans[index]), $"span {index + 1}"), $"span {index + 1}");
        }
    }

    private (DocumentMention From, DocumentMention To, string Type) Resolve(
        NewRelation relation,
        Dictionary<string, string> byId,
        string where
    ) =>
        (
            Mentions.Of(byId.GetValueOrDefault(relation.From, relation.From), where),
            Mentions.Of(byId.GetValueOrDefault(relation.To, relation.To), where),
            relation.Type
        );
}
