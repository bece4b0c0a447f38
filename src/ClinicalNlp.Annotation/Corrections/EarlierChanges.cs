namespace ClinicalNlp.Annotation.Corrections;

/// <summary>What the log says about mentions and relations before a batch, oldest first.</summary>
internal interface IEarlierChanges
{
    /// <summary>All that was done to a mention itself; lines about its relations are left out.</summary>
    IEnumerable<RecordedChange> OfMention(string mentionId);

    /// <summary>All that was done to relations from or to a mention.</summary>
    IEnumerable<RecordedChange> OfRelationsAt(string mentionId);

    IEnumerable<RecordedChange> OfRelation(string relationId);
}

/// <summary>Of a document that has just been made.</summary>
internal sealed class NoEarlierChanges : IEarlierChanges
{
    public IEnumerable<RecordedChange> OfMention(string mentionId) => [];

    public IEnumerable<RecordedChange> OfRelationsAt(string mentionId) => [];

    public IEnumerable<RecordedChange> OfRelation(string relationId) => [];
}

/// <summary>The stored log, followed by what the present batch has done so far.</summary>
internal sealed class ChangesSoFar(IEarlierChanges stored, IReadOnlyList<RecordedChange> batch) : IEarlierChanges
{
    public IEnumerable<RecordedChange> OfMention(string mentionId) =>
        stored.OfMention(mentionId).Concat(batch.Where(change => change.Relation is null && change.MentionId == mentionId));

    public IEnumerable<RecordedChange> OfRelationsAt(string mentionId) =>
        stored
            .OfRelationsAt(mentionId)
            .Concat(batch.Where(change => change.Relation is { } relation && (relation.From == mentionId || relation.To == mentionId)));

    public IEnumerable<RecordedChange> OfRelation(string relationId) =>
        stored.OfRelation(relationId).Concat(batch.Where(change => change.Relation?.Id == relationId));
}
