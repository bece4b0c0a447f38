using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Snapshots;

/// <summary>Snapshots of a project's gold. Once made, they never change.</summary>
public sealed class SnapshotStore(AnnotationDatabase database)
{
    /// <summary>A fifth: enough to judge by, little enough to learn from the rest.</summary>
    public const double DefaultHeldOutFraction = 0.2;

    /// <summary>One seed for all, so that what was held out once stays held out and no later model has learnt from it.</summary>
    public const int DefaultSeed = 1;

    /// <summary>Freezes the gold of all documents that are done.</summary>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>, <c>bad_fraction</c>, <c>not_found</c>.</exception>
    public Snapshot Create(
        string projectId,
        ModelTask task,
        string actor,
        double heldOutFraction = DefaultHeldOutFraction,
        int seed = DefaultSeed
    )
    {
        if (heldOutFraction is not (> 0 and < 1))
        {
            throw new UnusableInputException("bad_fraction", "the held-out fraction must lie between 0 and 1");
        }

        // Read at one moment, but outside the write lock: nobody's correction waits for ten thousand documents.
        var (project, gold) = database.Read(connection => (ProjectStore.Get(connection, projectId), Gold(connection, projectId, task)));
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                IReadOnlyList<string> labels =
                    task == ModelTask.Entities
                        ? [.. project.Labels.Select(label => label.Name)]
                        : [.. project.Intents.Select(intent => intent.Name)];
                var heldOut = GroupSplit.HeldOut(gold.Select(item => item.Group), heldOutFraction, seed);
                var documents = gold.Select(item =>
                        item with
                        {
                            Side = heldOut.Contains(item.Group) ? SnapshotSide.HeldOut : SnapshotSide.Train,
                        }
                    )
                    .ToList();
                var snapshot = new Snapshot(
                    transaction.NewId(),
                    projectId,
                    task,
                    seed,
                    heldOutFraction,
                    labels,
                    HashOf(task, labels, documents),
                    Count(documents, SnapshotSide.Train),
                    Count(documents, SnapshotSide.HeldOut),
                    DateTimeOffset.FromUnixTimeMilliseconds(transaction.NowMilliseconds),
                    actor
                );
                Insert(connection, snapshot, documents);
                transaction.Audit(
                    "snapshot.created",
                    snapshot.Id,
                    new()
                    {
                        ["project"] = projectId,
                        ["task"] = StoredNames.Of(task),
                        ["hash"] = snapshot.Hash,
                        ["documents"] = documents.Count,
                    }
                );
                return snapshot;
            }
        );
    }

    /// <exception cref="RecordNotFoundException">No such snapshot.</exception>
    public Snapshot Get(string id) => database.Read(connection => Get(connection, id));

    public Page<Snapshot> List(string projectId, int limit = 100, string? after = null)
    {
        limit = Page<Snapshot>.Bound(limit);
        return database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = connection
                .Query<Row>(
                    "SELECT * FROM snapshots WHERE project_id = @projectId AND id > @after ORDER BY id LIMIT @count",
                    new
                    {
                        projectId,
                        after = after ?? "",
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToSnapshot())
                .ToList();
            return Page<Snapshot>.Of(rows, limit, snapshot => snapshot.Id);
        });
    }

    /// <summary>All documents, after checking that they are still what was hashed.</summary>
    /// <exception cref="StorageException"><c>storage_damaged</c>: the content does not have the hash that was stored with it.</exception>
    public IReadOnlyList<SnapshotDocument> Documents(string id)
    {
        var snapshot = Get(id);
        return database.Read(connection => Documents(connection, snapshot, database.Path));
    }

    /// <summary>The documents of a snapshot that were withdrawn since.</summary>
    public IReadOnlySet<string> WithdrawnIn(string id) =>
        database.Read(connection =>
            connection
                .Query<string>(
                    """
                    SELECT d.id FROM snapshot_documents s JOIN documents d ON d.id = s.document_id
                    WHERE s.snapshot_id = @id AND d.withdrawn_at IS NOT NULL
                    """,
                    new { id }
                )
                .ToHashSet()
        );

    /// <summary>Puts the hash of a document's line in place of the line. The hash the snapshot was made with stays; what is left gets one of its own.</summary>
    /// <returns>The hash of what is left.</returns>
    /// <exception cref="StorageException"><c>storage_damaged</c>: what is there was not what was hashed, and is left alone.</exception>
    internal static string Erase(SqliteConnection connection, string id, string documentId, long at, string file)
    {
        var snapshot = Get(connection, id);
        var left = Documents(connection, snapshot, file)
            .Select(document => document.DocumentId == documentId ? document with { Line = ErasedLine.Of(document.Line) } : document)
            .ToList();
        string hash = HashOf(snapshot.Task, snapshot.Labels, left);
        connection.Execute(
            "UPDATE snapshot_documents SET line = @line, group_key = 'erased' WHERE snapshot_id = @id AND document_id = @documentId",
            new
            {
                line = left.First(document => document.DocumentId == documentId).Line,
                id,
                documentId,
            }
        );
        connection.Execute(
            """
            INSERT INTO snapshot_erasures (snapshot_id, hash, at) VALUES (@id, @hash, @at)
            ON CONFLICT (snapshot_id) DO UPDATE SET hash = excluded.hash, at = excluded.at
            """,
            new
            {
                id,
                hash,
                at,
            }
        );
        return hash;
    }

    private static List<SnapshotDocument> Documents(SqliteConnection connection, Snapshot snapshot, string file)
    {
        var documents = connection
            .Query<DocumentRow>("SELECT * FROM snapshot_documents WHERE snapshot_id = @Id ORDER BY position", new { snapshot.Id })
            .Select(row => row.ToDocument())
            .ToList();
        string expected =
            connection.ExecuteScalar<string?>("SELECT hash FROM snapshot_erasures WHERE snapshot_id = @Id", new { snapshot.Id })
            ?? snapshot.Hash;
        return HashOf(snapshot.Task, snapshot.Labels, documents) == expected
            ? documents
            : throw new StorageException("storage_damaged", $"the content of snapshot {snapshot.Id} does not have its hash", file);
    }

    internal static Snapshot Get(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<Row>("SELECT * FROM snapshots WHERE id = @id", new { id })?.ToSnapshot()
        ?? throw new RecordNotFoundException("snapshot", id);

    /// <summary>The annotated documents in the lines of an entity snapshot.</summary>
    public static IReadOnlyList<AnnotatedDocument> ReadEntities(IEnumerable<SnapshotDocument> documents)
    {
        using var stream = Lines(documents);
        return [.. JsonlFormat.Read(stream, "snapshot")];
    }

    /// <summary>The transcripts in the lines of an intent snapshot, named by the ids of their documents.</summary>
    public static IReadOnlyList<Dialogue> ReadDialogues(IEnumerable<SnapshotDocument> documents)
    {
        using var stream = Lines(documents);
        return [.. DialogueFile.Read(stream, "snapshot")];
    }

    /// <summary>The turns that carry an intent in the lines of an intent snapshot.</summary>
    public static IReadOnlyList<Utterance> ReadIntents(IEnumerable<SnapshotDocument> documents)
    {
        using var stream = Lines(documents);
        return [.. DialogueFile.Read(stream, "snapshot").SelectMany(dialogue => dialogue.Labelled())];
    }

    private static MemoryStream Lines(IEnumerable<SnapshotDocument> documents) =>
        new(
            Encoding.UTF8.GetBytes(
                string.Concat(documents.Where(document => !ErasedLine.Is(document.Line)).Select(document => document.Line + "\n"))
            )
        );

    private static List<SnapshotDocument> Gold(SqliteConnection connection, string projectId, ModelTask task)
    {
        var ids = connection.Query<string>(
            "SELECT id FROM documents WHERE project_id = @projectId AND status = 'done' AND source_id IS NULL AND withdrawn_at IS NULL ORDER BY id",
            new { projectId }
        );
        var weights = new StoredWeights(connection, projectId);
        // Turns keep an intent that was removed from the project; a model must not learn it.
        var (_, intents) = ProjectStore.Schema(connection, projectId);
        var gold = new List<SnapshotDocument>();
        foreach (string id in ids)
        {
            var document = StoredDocument.Load(connection, id);
            // A finished transcript says nothing about entities unless somebody marked one.
            bool counts =
                task == ModelTask.Entities
                    ? document.Kind != Document.Dialogue || document.Mentions.Count > 0
                    : document.Turns.Any(turn => turn.Intent is not null && intents.Contains(turn.Intent));
            if (counts)
            {
                string line = task == ModelTask.Entities ? EntityLine(document) : DialogueLine(document, intents);
                // By the client's own id where there is one, so that the same data imported anew is split the same.
                string group = document.Group is null ? $"document:{document.ExternalId ?? id}" : $"group:{document.Group}";
                gold.Add(new SnapshotDocument(id, document.Revision, SnapshotSide.Train, group, line, weights.Of(id)));
            }
        }

        return gold;
    }

    private static string EntityLine(Document document)
    {
        using var stream = new MemoryStream();
        JsonlFormat.Write(document.ToAnnotated(), stream);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length).TrimEnd('\n');
    }

    private static string DialogueLine(Document document, IReadOnlySet<string> intents)
    {
        var turns = new JsonArray();
        foreach (var turn in document.Turns)
        {
            var json = new JsonObject { ["speaker"] = turn.Speaker, ["text"] = turn.Text };
            if (turn.Intent is not null && intents.Contains(turn.Intent))
            {
                json["intent"] = turn.Intent;
            }

            turns.Add(json);
        }

        return new JsonObject { ["id"] = document.Id, ["turns"] = turns }.ToJsonString(StoredJson.Options);
    }

    private static string HashOf(ModelTask task, IReadOnlyList<string> labels, IEnumerable<SnapshotDocument> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(StoredNames.Of(task));
        Add(StoredJson.Write(labels));
        foreach (var document in documents)
        {
            // A full weight is left out: what was hashed before there were weights keeps its hash.
            string weight = document.Weight == 1 ? "" : $" {document.Weight}";
            Add($"{StoredNames.Of(document.Side)} {document.DocumentId} {document.Revision}{weight}");
            Add(document.Line);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static SideCounts Count(IEnumerable<SnapshotDocument> documents, SnapshotSide side)
    {
        var those = documents.Where(document => document.Side == side).ToList();
        return new SideCounts(those.Count, those.DistinctBy(document => document.Group).Count());
    }

    private static void Insert(SqliteConnection connection, Snapshot snapshot, IReadOnlyList<SnapshotDocument> documents)
    {
        connection.Execute(
            """
            INSERT INTO snapshots (id, project_id, task, seed, held_out_fraction, labels, hash, train_documents, held_out_documents,
                train_groups, held_out_groups, created_at, created_by)
            VALUES (@Id, @ProjectId, @task, @Seed, @HeldOutFraction, @labels, @Hash, @train, @heldOut, @trainGroups, @heldOutGroups,
                @at, @CreatedBy)
            """,
            new
            {
                snapshot.Id,
                snapshot.ProjectId,
                task = StoredNames.Of(snapshot.Task),
                snapshot.Seed,
                snapshot.HeldOutFraction,
                labels = StoredJson.Write(snapshot.Labels),
                snapshot.Hash,
                train = snapshot.Train.Documents,
                heldOut = snapshot.HeldOut.Documents,
                trainGroups = snapshot.Train.Groups,
                heldOutGroups = snapshot.HeldOut.Groups,
                at = snapshot.Created.ToUnixTimeMilliseconds(),
                snapshot.CreatedBy,
            }
        );
        connection.Execute(
            """
            INSERT INTO snapshot_documents (snapshot_id, position, document_id, revision, side, group_key, line, weight)
            VALUES (@Id, @position, @DocumentId, @Revision, @side, @Group, @Line, @Weight)
            """,
            documents.Select(
                (document, position) =>
                    new
                    {
                        snapshot.Id,
                        position,
                        document.DocumentId,
                        document.Revision,
                        side = StoredNames.Of(document.Side),
                        document.Group,
                        document.Line,
                        document.Weight,
                    }
            )
        );
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string Task { get; init; } = "";
        public int Seed { get; init; }
        public double HeldOutFraction { get; init; }
        public string Labels { get; init; } = "";
        public string Hash { get; init; } = "";
        public int TrainDocuments { get; init; }
        public int HeldOutDocuments { get; init; }
        public int TrainGroups { get; init; }
        public int HeldOutGroups { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";

        public Snapshot ToSnapshot() =>
            new(
                Id,
                ProjectId,
                StoredNames.Parse<ModelTask>(Task),
                Seed,
                HeldOutFraction,
                StoredJson.Read<List<string>>(Labels),
                Hash,
                new SideCounts(TrainDocuments, TrainGroups),
                new SideCounts(HeldOutDocuments, HeldOutGroups),
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy
            );
    }

    private sealed class DocumentRow
    {
        public string DocumentId { get; init; } = "";
        public int Revision { get; init; }
        public string Side { get; init; } = "";
        public string GroupKey { get; init; } = "";
        public string Line { get; init; } = "";
        public double Weight { get; init; }

        public SnapshotDocument ToDocument() => new(DocumentId, Revision, StoredNames.Parse<SnapshotSide>(Side), GroupKey, Line, Weight);
    }
}
