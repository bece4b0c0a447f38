using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The relations of a document while a batch is applied. They live no longer than both of their mentions.</summary>
internal sealed class RelationChanges(
    IReadOnlyList<DocumentRelation> before,
    IReadOnlyDictionary<string, DocumentMention> mentions,
    CheckedChange check,
    Func<string> newId,
    IEarlierChanges log,
    List<RecordedChange> changes
)
{
    private readonly Dictionary<string, DocumentRelation> relations = before.ToDictionary(relation => relation.Id);
    private readonly HashSet<string> touched = [];

    /// <summary>Ids whose row is out of date, whether the relation came or went.</summary>
    public IReadOnlyCollection<string> Touched => touched;

    public IReadOnlyList<DocumentRelation> Changed => [.. touched.Where(relations.ContainsKey).Order().Select(id => relations[id])];

    /// <param name="id">Of a relation that was there before and comes back; null for a new one.</param>
    public void Relate(DocumentMention from, DocumentMention to, string? type, string? id, string where)
    {
        if (from.Id == to.Id)
        {
            throw new UnusableInputException("relation_to_itself", $"{where}: a relation joins two mentions");
        }

        type = type is null ? null : check.TypeNow(type);
        check.Relation(type ?? "", from.Label, to.Label, where);
        if (relations.Values.Any(relation => relation.From == from.Id && relation.To == to.Id && relation.Type == type))
        {
            throw new UnusableInputException("duplicate_relation", $"{where}: the two mentions are related so already");
        }

        var made = new DocumentRelation(id ?? newId(), from.Id, to.Id, type!);
        if (id is not null && !log.OfRelation(id).Any(change => change.Relation == made))
        {
            throw new UnusableInputException("never_so", $"{where}: there never was such a relation");
        }

        Put(made, cause: null);
    }

    /// <summary>By its id, or by its ends and type, of which there is only one.</summary>
    public void Unrelate(Change change, string where)
    {
        var found = change.RelationId is { } id
            ? relations.GetValueOrDefault(id)
            : relations.Values.FirstOrDefault(relation =>
                (relation.From, relation.To, relation.Type)
                == (change.From, change.To, change.Type is null ? null : check.TypeNow(change.Type))
            );
        if (found is null)
        {
            throw new UnusableInputException("relation_not_found", $"{where}: the document has no such relation");
        }

        Take(found.Id, cause: null);
    }

    /// <summary>Takes away the relations of a mention that goes.</summary>
    public void TakeAlong(string mentionId)
    {
        foreach (var relation in At(mentionId))
        {
            Take(relation.Id, mentionId);
        }
    }

    /// <summary>Takes away the relations of a mention that its label does not allow any more.</summary>
    public void TakeDisallowed(string mentionId)
    {
        foreach (var relation in At(mentionId).Where(relation => !IsAllowed(relation)))
        {
            Take(relation.Id, mentionId);
        }
    }

    /// <summary>Brings back what went with a mention, this one or the one at the other end, and is possible again.</summary>
    public void BringBack(string mentionId)
    {
        var last = log.OfRelationsAt(mentionId).GroupBy(change => change.Relation!.Id).Select(lines => lines.Last()).ToList();
        foreach (var change in last.Where(change => change is { Action: CorrectionAction.Unrelate, MentionId: not null }))
        {
            var relation = change.Relation! with { Type = check.TypeNow(change.Relation!.Type) };
            bool there = relations.Values.Any(other => other with { Id = relation.Id } == relation);
            if (!there && IsAllowed(relation))
            {
                Put(relation, mentionId);
            }
        }
    }

    /// <summary>Turns the difference between what is there and a whole new set into changes.</summary>
    public void Replace(IReadOnlyList<(DocumentMention From, DocumentMention To, string Type)> wanted)
    {
        wanted = [.. wanted.Select(item => (item.From, item.To, check.TypeNow(item.Type)))];
        var keys = wanted.Select(item => (item.From.Id, item.To.Id, item.Type)).ToHashSet();
        foreach (var relation in relations.Values.OrderBy(relation => relation.Id, StringComparer.Ordinal).ToList())
        {
            if (!keys.Remove((relation.From, relation.To, relation.Type)))
            {
                Take(relation.Id, cause: null);
            }
        }

        foreach (var (index, (from, to, type)) in wanted.Index())
        {
            if (keys.Remove((from.Id, to.Id, type)))
            {
                Relate(from, to, type, null, $"relation {index + 1}");
            }
        }
    }

    private bool IsAllowed(DocumentRelation relation) =>
        IsDecided(relation.From, out var from) && IsDecided(relation.To, out var to) && check.MayJoin(relation.Type, from.Label, to.Label);

    private bool IsDecided(string id, out DocumentMention mention) =>
        mentions.TryGetValue(id, out mention!) && mention.State != MentionState.Suggested;

    private List<DocumentRelation> At(string mentionId) =>
        [
            .. relations
                .Values.Where(relation => relation.From == mentionId || relation.To == mentionId)
                .OrderBy(relation => relation.Id, StringComparer.Ordinal),
        ];

    private void Put(DocumentRelation relation, string? cause)
    {
        relations[relation.Id] = relation;
        touched.Add(relation.Id);
        changes.Add(new RecordedChange(CorrectionAction.Relate, cause) { Relation = relation });
    }

    private void Take(string id, string? cause)
    {
        relations.Remove(id, out var relation);
        touched.Add(id);
        changes.Add(new RecordedChange(CorrectionAction.Unrelate, cause) { Relation = relation });
    }
}
