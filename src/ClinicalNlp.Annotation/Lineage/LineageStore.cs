using System.Globalization;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>From a version down to the people whose work it learnt from.</summary>
public sealed class LineageStore(AnnotationDatabase database, ModelRegistry registry)
{
    private readonly SnapshotStore snapshots = new(database);

    /// <summary>A version and what it descends from, the nearest first, down to what no version here descends from.</summary>
    /// <exception cref="RecordNotFoundException">No such version.</exception>
    public IReadOnlyList<VersionLineage> Chain(ModelStamp model)
    {
        var chain = database.Read(connection =>
        {
            RegistryStore.Get(connection, model.Name, model.Version);
            var descent = new StoredDescent(connection);
            var withdrawn = descent.Withdrawn();
            return descent.ChainOf(model).Select(stamp => Describe(connection, stamp, withdrawn.GetValueOrDefault(stamp))).ToList();
        });
        // The last may have started from an encoder, which no row speaks of.
        return chain[^1].Parent is { } root && registry.CardOf(root) is { } card
            ? [.. chain, new VersionLineage(root, null, null, Stamp(card.Parent), card.Corpora, 0)]
            : chain;
    }

    /// <summary>How many withdrawn documents each version learnt from, by itself or through one it descends from; without those of none.</summary>
    public IReadOnlyDictionary<ModelStamp, int> Withdrawn() => database.Read(connection => new StoredDescent(connection).Withdrawn());

    /// <summary>Of a batch <c>b</c>: what readers did after a snapshot <c>s</c> was made is not in it.</summary>
    private const string Before = "b.at <= (SELECT created_at FROM snapshots WHERE id = s.snapshot_id)";

    /// <summary>The documents of a snapshot in its order.</summary>
    /// <exception cref="RecordNotFoundException">No such snapshot.</exception>
    public Page<ExampleLineage> Examples(string snapshotId, SnapshotSide? side = null, int limit = 100, string? after = null)
    {
        limit = Page<ExampleLineage>.Bound(limit);
        bool intents = snapshots.Get(snapshotId).Task == ModelTask.Intents;
        int position = int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
        var rows = database.Read(connection =>
            connection
                .Query<ExampleRow>(
                    $"""
                    SELECT s.position, s.document_id, s.revision, s.side, s.weight, s.line, d.external_id, d.kind,
                        d.withdrawn_at IS NOT NULL AS withdrawn, d.id IN (SELECT id FROM erased_documents) AS erased,
                        (SELECT count(*) FROM turns t WHERE t.document_id = d.id AND t.intent IS NOT NULL) AS utterances,
                        (SELECT count(*) FROM corrections c WHERE c.document_id = d.id AND c.revision <= s.revision)
                        + (SELECT count(*) FROM documents w JOIN correction_batches b ON b.document_id = w.id
                            JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
                            WHERE w.source_id = d.id AND {StoredReadingsOf.Example} AND {Before}) AS corrections,
                        (SELECT group_concat(actor, char(10)) FROM (
                            SELECT b.actor FROM correction_batches b WHERE b.document_id = d.id AND b.revision <= s.revision
                            UNION SELECT b.actor FROM documents w JOIN correction_batches b ON b.document_id = w.id
                            WHERE w.source_id = d.id AND {StoredReadingsOf.Example} AND {Before}
                        )) AS people
                    FROM snapshot_documents s JOIN documents d ON d.id = s.document_id
                    WHERE s.snapshot_id = @snapshotId AND s.position > @position AND (@side IS NULL OR s.side = @side)
                    ORDER BY s.position LIMIT @count
                    """,
                    new
                    {
                        snapshotId,
                        position,
                        side = side is { } one ? StoredNames.Of(one) : null,
                        count = limit + 1,
                    }
                )
                .ToList()
        );
        var page = Page<ExampleRow>.Of(rows, limit, row => row.Position.ToString(CultureInfo.InvariantCulture));
        return new Page<ExampleLineage>([.. page.Items.Select(row => row.ToExample(intents))], page.Next);
    }

    /// <summary>What people did to a document and its working copies, without words of its text.</summary>
    /// <param name="revision">Of the document: what came after it is left out; null for all.</param>
    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public Page<CorrectionLineage> Corrections(string documentId, int? revision = null, int limit = 100, string? after = null)
    {
        limit = Page<CorrectionLineage>.Bound(limit);
        var rows = database.Read(connection =>
        {
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM documents WHERE id = @documentId", new { documentId }) == 0)
            {
                throw new RecordNotFoundException("document", documentId);
            }

            // Imports without a mark, completions and reopenings have a batch and no change: they are shown too.
            return connection
                .Query<CorrectionRow>(
                    $"""
                    SELECT printf('%s:%09d:%09d', b.document_id, b.revision, coalesce(c.position, 0)) AS cursor, b.document_id, b.revision,
                        b.kind, b.actor, b.at, c.action, c.label, c.from_label, c.turn, c.intent, c.from_intent, c.model_name, c.model_version
                    FROM correction_batches b
                    LEFT JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
                    WHERE b.document_id IN (
                        SELECT w.id FROM documents w WHERE w.id = @documentId OR (w.source_id = @documentId AND {StoredReadingsOf.Example}))
                    AND (b.document_id <> @documentId OR @revision IS NULL OR b.revision <= @revision)
                    AND printf('%s:%09d:%09d', b.document_id, b.revision, coalesce(c.position, 0)) > @after
                    ORDER BY b.document_id, b.revision, c.position LIMIT @count
                    """,
                    new
                    {
                        documentId,
                        revision,
                        after = after ?? "",
                        count = limit + 1,
                    }
                )
                .ToList();
        });
        var page = Page<CorrectionRow>.Of(rows, limit, row => row.Cursor);
        return new Page<CorrectionLineage>([.. page.Items.Select(row => row.ToCorrection())], page.Next);
    }

    private VersionLineage Describe(SqliteConnection connection, ModelStamp model, int withdrawn)
    {
        var version = RegistryStore.Get(connection, model.Name, model.Version);
        return new VersionLineage(
            model,
            version,
            version is { RunId: { } runId, SnapshotId: { } snapshotId } ? Training(connection, version.Task, runId, snapshotId) : null,
            version.Parent,
            registry.CardOf(model)?.Corpora,
            withdrawn
        );
    }

    private TrainingLineage Training(SqliteConnection connection, ModelTask task, string runId, string snapshotId)
    {
        var row = connection.QuerySingle<RunRow>(
            """
            SELECT r.created_at, r.created_by, r.notes_known, p.name,
                (SELECT count(*) FROM run_notes n WHERE n.run_id = r.id) AS notes,
                (SELECT count(*) FROM snapshot_documents s WHERE s.snapshot_id = @snapshotId
                    AND s.document_id IN (SELECT id FROM erased_documents)) AS erased
            FROM training_runs r JOIN projects p ON p.id = r.project_id WHERE r.id = @runId
            """,
            new { runId, snapshotId }
        );
        return new TrainingLineage(
            runId,
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            row.CreatedBy,
            SnapshotStore.Get(connection, snapshotId),
            row.Name,
            // Trainings of intents replay nothing of the store.
            task == ModelTask.Intents
            || row.NotesKnown == 1
                ? row.Notes
                : null,
            row.Erased
        );
    }

    private static ModelStamp? Stamp(Models.CardParent? parent) => parent is null ? null : new ModelStamp(parent.Name, parent.Version);

    private sealed class RunRow
    {
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public int NotesKnown { get; init; }
        public string Name { get; init; } = "";
        public int Notes { get; init; }
        public int Erased { get; init; }
    }

    private sealed class ExampleRow
    {
        public int Position { get; init; }
        public string DocumentId { get; init; } = "";
        public int Revision { get; init; }
        public string Side { get; init; } = "";
        public double Weight { get; init; }
        public string Line { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Kind { get; init; } = "";
        public long Withdrawn { get; init; }
        public long Erased { get; init; }
        public int Utterances { get; init; }
        public int Corrections { get; init; }
        public string? People { get; init; }

        public ExampleLineage ToExample(bool intents) =>
            new(
                DocumentId,
                ExternalId,
                Kind,
                Revision,
                StoredNames.Parse<SnapshotSide>(Side),
                Weight,
                ErasedLine.HashOf(Line),
                intents ? Utterances : null,
                Corrections,
                People?.Split('\n') ?? [],
                Withdrawn == 1,
                Erased == 1
            );
    }

    private sealed class CorrectionRow
    {
        public string Cursor { get; init; } = "";
        public string DocumentId { get; init; } = "";
        public int Revision { get; init; }
        public string Kind { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }
        public string? Action { get; init; }
        public string? Label { get; init; }
        public string? FromLabel { get; init; }
        public int? Turn { get; init; }
        public string? Intent { get; init; }
        public string? FromIntent { get; init; }
        public string? ModelName { get; init; }
        public string? ModelVersion { get; init; }

        public CorrectionLineage ToCorrection() =>
            new(
                DocumentId,
                Revision,
                StoredNames.Parse<BatchKind>(Kind),
                StoredNames.ParseOrNull<CorrectionAction>(Action),
                Label,
                FromLabel,
                Turn,
                Intent,
                FromIntent,
                ModelName is null ? null : new ModelStamp(ModelName, ModelVersion!),
                Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(At)
            );
    }
}
