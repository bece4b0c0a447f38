using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>How a version came to know a document.</summary>
public enum LearntHow
{
    /// <summary>It is on the training side of the snapshot.</summary>
    Trained,

    /// <summary>Nobody had finished it; the training labelled it by itself and replayed it.</summary>
    Replayed,

    /// <summary>A version it descends from learnt from it.</summary>
    Inherited,

    /// <summary>It learnt nothing of it, but was judged by it.</summary>
    Judged,
}

/// <param name="Through">Of <see cref="LearntHow.Inherited"/>: the version that learnt from it.</param>
internal sealed record Learnt(ModelStamp Model, LearntHow How, ModelStamp? Through);

/// <summary>Which versions descend from which, and which documents each learnt from.</summary>
internal sealed class StoredDescent
{
    private readonly SqliteConnection connection;
    private readonly List<Row> versions;
    private readonly Dictionary<ModelStamp, Row> byStamp;

    public StoredDescent(SqliteConnection connection)
    {
        this.connection = connection;
        // In the order of creation: a parent comes before its children.
        versions =
        [
            .. connection.Query<Row>("SELECT name, version, parent, snapshot_id, run_id FROM model_versions ORDER BY created_at, rowid"),
        ];
        byStamp = versions.ToDictionary(row => row.Stamp);
    }

    /// <summary>A version and all it descends from, the nearest first; without those the registry does not know.</summary>
    public IEnumerable<ModelStamp> ChainOf(ModelStamp model)
    {
        var seen = new HashSet<ModelStamp>();
        for (ModelStamp? next = model; next is not null && seen.Add(next); next = byStamp.GetValueOrDefault(next)?.ParentStamp)
        {
            if (byStamp.ContainsKey(next))
            {
                yield return next;
            }
        }
    }

    /// <summary>Versions that learnt from any of the documents or were judged by it, in the order of creation.</summary>
    public IReadOnlyList<Learnt> Of(IReadOnlyCollection<string> documentIds)
    {
        var trained = Strings("SELECT DISTINCT snapshot_id FROM snapshot_documents WHERE side = 'train' AND document_id IN @documentIds");
        var judged = Strings("SELECT DISTINCT snapshot_id FROM snapshot_documents WHERE side = 'held_out' AND document_id IN @documentIds");
        var replayed = Strings("SELECT DISTINCT run_id FROM run_notes WHERE document_id IN @documentIds");
        var direct = versions
            .Where(row => trained.Contains(row.SnapshotId ?? "") || replayed.Contains(row.RunId ?? ""))
            .Select(row => row.Stamp)
            .ToHashSet();
        var learnt = new List<Learnt>();
        foreach (var row in versions)
        {
            if (direct.Contains(row.Stamp))
            {
                learnt.Add(new Learnt(row.Stamp, trained.Contains(row.SnapshotId ?? "") ? LearntHow.Trained : LearntHow.Replayed, null));
            }
            else if (ChainOf(row.Stamp).FirstOrDefault(direct.Contains) is { } through)
            {
                learnt.Add(new Learnt(row.Stamp, LearntHow.Inherited, through));
            }
            else if (judged.Contains(row.SnapshotId ?? ""))
            {
                learnt.Add(new Learnt(row.Stamp, LearntHow.Judged, null));
            }
        }

        return learnt;

        HashSet<string> Strings(string sql) => [.. connection.Query<string>(sql, new { documentIds })];
    }

    /// <summary>For each version, how many withdrawn documents it or one it descends from learnt from; without those of none.</summary>
    public IReadOnlyDictionary<ModelStamp, int> Withdrawn()
    {
        var bySnapshot = Pairs(
            """
            SELECT s.snapshot_id, s.document_id FROM snapshot_documents s JOIN documents d ON d.id = s.document_id
            WHERE s.side = 'train' AND d.withdrawn_at IS NOT NULL
            """
        );
        var byRun = Pairs(
            "SELECT n.run_id, n.document_id FROM run_notes n JOIN documents d ON d.id = n.document_id WHERE d.withdrawn_at IS NOT NULL"
        );
        return versions
            .Select(row =>
                (
                    row.Stamp,
                    Count: ChainOf(row.Stamp)
                        .SelectMany(model => bySnapshot[byStamp[model].SnapshotId ?? ""].Concat(byRun[byStamp[model].RunId ?? ""]))
                        .Distinct()
                        .Count()
                )
            )
            .Where(version => version.Count > 0)
            .ToDictionary(version => version.Stamp, version => version.Count);

        ILookup<string, string> Pairs(string sql) =>
            connection.Query<(string Of, string DocumentId)>(sql).ToLookup(pair => pair.Of, pair => pair.DocumentId);
    }

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public string Version { get; init; } = "";
        public string? Parent { get; init; }
        public string? SnapshotId { get; init; }
        public string? RunId { get; init; }

        public ModelStamp Stamp => new(Name, Version);

        public ModelStamp? ParentStamp => StoredJson.ReadOrDefault<ModelStamp>(Parent);
    }
}
