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
/// <param name="batch">Only grows. It is read up to its end at each question, so that undoing n changes at once takes n steps and not n squared.</param>
internal sealed class ChangesSoFar(IEarlierChanges stored, IReadOnlyList<RecordedChange> batch) : IEarlierChanges
{
    private readonly Dictionary<string, List<RecordedChange>> ofMention = [];
    private readonly Dictionary<string, List<RecordedChange>> ofRelationsAt = [];
    private readonly Dictionary<string, List<RecordedChange>> ofRelation = [];
    private int read;

    public IEnumerable<RecordedChange> OfMention(string mentionId) => stored.OfMention(mentionId).Concat(InBatch(ofMention, mentionId));

    public IEnumerable<RecordedChange> OfRelationsAt(string mentionId) =>
        stored.OfRelationsAt(mentionId).Concat(InBatch(ofRelationsAt, mentionId));

    public IEnumerable<RecordedChange> OfRelation(string relationId) =>
        stored.OfRelation(relationId).Concat(InBatch(ofRelation, relationId));

    // A copy: who asks may add to the batch while reading.
    private IReadOnlyList<RecordedChange> InBatch(Dictionary<string, List<RecordedChange>> index, string id)
    {
        for (; read < batch.Count; read++)
        {
            Put(batch[read]);
        }

        return index.TryGetValue(id, out var changes) ? [.. changes] : [];
    }

    private void Put(RecordedChange change)
    {
        if (change.Relation is not { } relation)
        {
            Add(ofMention, change.MentionId, change);
            return;
        }

        Add(ofRelation, relation.Id, change);
        Add(ofRelationsAt, relation.From, change);
        if (relation.To != relation.From)
        {
            Add(ofRelationsAt, relation.To, change);
        }
    }

    private static void Add(Dictionary<string, List<RecordedChange>> index, string? id, RecordedChange change)
    {
        if (id is null)
        {
            return;
        }

        if (!index.TryGetValue(id, out var changes))
        {
            index[id] = changes = [];
        }

        changes.Add(change);
    }
}
