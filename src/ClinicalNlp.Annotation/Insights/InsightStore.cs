using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>Reads what a project's log says about quality. Writes nothing, and never reads a document's text.</summary>
public sealed class InsightStore(AnnotationDatabase database)
{
    /// <param name="groups">How documents are told apart; <see cref="CoverageKey.Usual"/> where nothing is asked for.</param>
    /// <param name="blind">An annotator, from whom what they read blindly is left out; null leaves out nothing.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public ProjectInsights Of(string projectId, IReadOnlyList<CoverageKey>? groups = null, string? blind = null)
    {
        var (project, documents, trained) = database.Read(connection =>
            (ProjectStore.Get(connection, projectId), Documents(connection, projectId), Trained(connection, projectId))
        );
        if (blind is not null)
        {
            var hidden = database.Read(connection => BlindSourceStore.Of(connection, projectId, blind));
            documents = [.. documents.Where(document => !hidden.Contains(document.Id) && (document.Reader ?? blind) == blind)];
        }

        var (time, people) = WorkTimes.Of(documents);
        if (blind is not null)
        {
            // A figure that does not move after a decision would tell an annotator which suggestion was planted.
            documents = [.. documents.Where(document => document.Reader is null)];
        }

        return new ProjectInsights(
            StoredTime.Rounded(database.Time.GetUtcNow()),
            [
                .. Enum.GetValues<ModelTask>()
                    .Select(task => OfTask(task, project, documents, trained, groups is { Count: > 0 } ? groups : CoverageKey.Usual)),
            ],
            time,
            people
        );
    }

    private static TaskInsights OfTask(
        ModelTask task,
        Project project,
        IEnumerable<DocumentLog> all,
        IEnumerable<TrainedVersion> trained,
        IEnumerable<CoverageKey> groups
    )
    {
        var logs = all.Where(document => document.Counts(task)).ToList();
        var documents = logs.Where(document => document.Reader is null).ToList();
        var decided = new List<DecidedSuggestion>();
        var scored = new List<(DocumentLog Log, ScoredDocument? Scored)>();
        int unscored = 0;
        foreach (var document in logs)
        {
            var trace = new SuggestionTrace(document, task);
            decided.AddRange(trace.Decided());
            var score = trace.Scored(out bool askable);
            unscored += askable && score is null ? 1 : 0;
            scored.Add((document, score));
        }

        return new TaskInsights(
            task,
            documents.Count,
            documents.Count(document => document.Done),
            AcceptanceTable.Of(decided),
            Scores(scored),
            unscored,
            LearningCurve.Of(trained.Where(version => version.Task == task)),
            Labels(task, project, documents),
            [.. groups.Select(by => GroupReading.Of(by, scored))]
        );
    }

    /// <remarks>Several readings of a document are one of its items: they are not independent, and intervals are drawn over documents.</remarks>
    private static List<VersionScores> Scores(IEnumerable<(DocumentLog Log, ScoredDocument? Scored)> scored) =>
        [
            .. scored
                .Where(document => document.Scored is not null)
                .GroupBy(document => (document.Log.SourceId, document.Scored!.Model))
                .Select(readings => ScoredDocument.Sum(readings.Key.Model, readings.Select(reading => reading.Scored!)))
                .GroupBy(document => document.Model)
                .OrderBy(version => AcceptanceTable.NameOf(version.Key), StringComparer.Ordinal)
                .Select(version =>
                {
                    var scores = ScoreIntervals.Of([.. version.Select(document => document.Labels)]);
                    return new VersionScores(
                        version.Key,
                        scores.Documents,
                        Score("all", scores.All),
                        [
                            .. scores
                                .Labels.OrderBy(label => label.Key, StringComparer.Ordinal)
                                .Select(label => Score(label.Key, label.Value)),
                        ]
                    );
                }),
        ];

    private static SuggestionScore Score(string label, EstimatedScore score) =>
        new(
            label,
            score.Counts.TruePositives,
            score.Counts.FalsePositives,
            score.Counts.FalseNegatives,
            score.Precision,
            score.Recall,
            score.F1
        );

    /// <summary>Every label of the schema, also one that nobody has found yet, and what is there beside the schema.</summary>
    private static List<LabelShare> Labels(ModelTask task, Project project, IReadOnlyList<DocumentLog> documents)
    {
        var found = new List<(string Document, string Label, bool Open)>();
        foreach (var document in documents)
        {
            found.AddRange(
                task == ModelTask.Entities
                    ? document.Mentions.Select(mention => (document.Id, mention.Label, mention.State == MentionState.Suggested))
                    : document
                        .Turns.Where(turn => turn.State is null ? turn.Suggested is not null : turn.Intent is not null)
                        .Select(turn => (document.Id, turn.Intent ?? turn.Suggested!, turn.State is null))
            );
        }

        var byLabel = found.ToLookup(item => item.Label);
        var schema =
            task == ModelTask.Entities ? project.Labels.Select(label => label.Name) : project.Intents.Select(intent => intent.Name);
        return
        [
            .. schema
                .Union(byLabel.Select(label => label.Key).Order(StringComparer.Ordinal))
                .Select(label =>
                {
                    var kept = byLabel[label].Where(item => !item.Open).ToList();
                    return new LabelShare(
                        label,
                        kept.Count,
                        kept.DistinctBy(item => item.Document).Count(),
                        byLabel[label].Count(item => item.Open)
                    );
                }),
        ];
    }

    private static List<DocumentLog> Documents(SqliteConnection connection, string projectId)
    {
        // Working copies too: what became of suggestions on them is where a project of several readers has its decisions and its time.
        const string OfProject = "d.project_id = @projectId AND d.withdrawn_at IS NULL";
        var parameters = new { projectId };
        // A label is one label through all its names; that it was renamed is nobody's decision on a mention.
        var names = StoredLabelNames.Load(connection, projectId);
        var planted = StoredPlanted.Of(connection, projectId);
        var rows = connection.Query<DocumentRow>(
            $"SELECT d.id, d.kind, d.meta, d.status, d.source_id, d.assignee FROM documents d WHERE {OfProject}",
            parameters
        );
        var changes = connection
            .Query<ChangeRow>(
                $"""
                SELECT c.document_id, c.revision, c.action, c.mention_id, c.span_start, c.span_end, c.fragments, c.label, c.from_start, c.from_end,
                    c.from_fragments, c.from_label, c.turn, c.intent, c.model_name, c.model_version
                FROM corrections c JOIN documents d ON d.id = c.document_id
                JOIN correction_batches b ON b.document_id = c.document_id AND b.revision = c.revision
                WHERE {OfProject} AND b.schema_version IS NULL ORDER BY c.document_id, c.revision, c.position
                """,
                parameters
            )
            .ToLookup(row => (row.DocumentId, row.Revision), row => InNamesOfNow(row.ToChange()));
        var batches = connection
            .Query<BatchRow>(
                $"""
                SELECT b.document_id, b.revision, b.kind, b.actor, b.at
                FROM correction_batches b JOIN documents d ON d.id = b.document_id
                WHERE {OfProject} AND b.schema_version IS NULL ORDER BY b.document_id, b.revision
                """,
                parameters
            )
            .ToLookup(
                row => row.DocumentId,
                row => new RecordedBatch(
                    row.Revision,
                    StoredNames.Parse<BatchKind>(row.Kind),
                    row.Actor,
                    DateTimeOffset.FromUnixTimeMilliseconds(row.At),
                    [.. changes[(row.DocumentId, row.Revision)]]
                )
            );
        var mentions = connection
            .Query<MentionRow>(
                $"""
                SELECT m.document_id, m.id, m.span_start, m.span_end, m.fragments, m.label, m.state
                FROM mentions m JOIN documents d ON d.id = m.document_id WHERE {OfProject}
                """,
                parameters
            )
            .ToLookup(row => row.DocumentId, row => row.ToMention());
        var turns = connection
            .Query<TurnRow>(
                $"""
                SELECT t.document_id, t.position, t.intent, t.state, t.suggested_intent, t.suggested_model, t.suggested_version
                FROM turns t JOIN documents d ON d.id = t.document_id
                WHERE {OfProject} AND (t.intent IS NOT NULL OR t.suggested_intent IS NOT NULL) ORDER BY t.document_id, t.position
                """,
                parameters
            )
            .ToLookup(row => row.DocumentId, row => row.ToTurn());
        // Which version looked at a document is known even where it found nothing.
        var asked = connection
            .Query<AskedRow>(
                $"""
                SELECT a.subject, a.at, a.details FROM documents d JOIN audit_log a ON a.subject = d.id
                WHERE {OfProject} AND a.action = 'document.suggested' ORDER BY a.id
                """,
                parameters
            )
            .ToLookup(row => row.Subject, row => row.ToAsked());
        return
        [
            .. rows.Select(row => new DocumentLog(
                row.Id,
                row.Kind,
                row.Meta is null ? null : JsonNode.Parse(row.Meta)!.AsObject(),
                row.Status == StoredNames.Of(DocumentStatus.Done),
                [.. batches[row.Id]],
                [.. mentions[row.Id]],
                [.. turns[row.Id]],
                [.. asked[row.Id]]
            )
            {
                Reader = row.Assignee,
                SourceId = row.SourceId ?? row.Id,
                Planted = planted.GetValueOrDefault(row.Id, Planted.Nothing),
            }),
        ];

        RecordedChange InNamesOfNow(RecordedChange change) =>
            names.Count == 0 ? change : change with { Label = Now(change.Label), FromLabel = Now(change.FromLabel) };

        string? Now(string? label) => label is null ? null : names.GetValueOrDefault(label, label);
    }

    private static List<TrainedVersion> Trained(SqliteConnection connection, string projectId) =>
        [
            .. connection
                .Query<TrainedRow>(
                    """
                    SELECT v.name, v.version, v.task, v.parent, v.gate, v.created_at, s.train_documents, (
                        SELECT count(*) FROM snapshot_documents sd
                        JOIN corrections c ON c.document_id = sd.document_id AND c.revision <= sd.revision
                        JOIN correction_batches b ON b.document_id = c.document_id AND b.revision = c.revision
                        WHERE sd.snapshot_id = s.id AND sd.side = 'train' AND b.kind <> 'import' AND b.schema_version IS NULL
                            AND (c.turn IS NOT NULL) = (s.task = 'intents')
                    ) AS corrections
                    FROM model_versions v JOIN snapshots s ON s.id = v.snapshot_id
                    WHERE s.project_id = @projectId ORDER BY v.created_at, v.rowid
                    """,
                    new { projectId }
                )
                .Select(row => row.ToVersion()),
        ];

    private sealed class DocumentRow
    {
        public string Id { get; init; } = "";
        public string Kind { get; init; } = "";
        public string? Meta { get; init; }
        public string Status { get; init; } = "";
        public string? SourceId { get; init; }
        public string? Assignee { get; init; }
    }

    private sealed class BatchRow
    {
        public string DocumentId { get; init; } = "";
        public int Revision { get; init; }
        public string Kind { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }
    }

    private sealed class MentionRow
    {
        public string DocumentId { get; init; } = "";
        public string Id { get; init; } = "";
        public int SpanStart { get; init; }
        public int SpanEnd { get; init; }
        public string? Fragments { get; init; }
        public string Label { get; init; } = "";
        public string State { get; init; } = "";

        public DocumentMention ToMention() =>
            new(
                Id,
                StoredFragments.Read(new TextSpan(SpanStart, SpanEnd), Fragments),
                Label,
                StoredNames.Parse<MentionState>(State),
                null,
                null
            );
    }

    private sealed class TurnRow
    {
        public string DocumentId { get; init; } = "";
        public int Position { get; init; }
        public string? Intent { get; init; }
        public string? State { get; init; }
        public string? SuggestedIntent { get; init; }
        public string? SuggestedModel { get; init; }
        public string? SuggestedVersion { get; init; }

        public LoggedTurn ToTurn() =>
            new(
                Position,
                Intent,
                StoredNames.ParseOrNull<IntentState>(State),
                SuggestedIntent,
                SuggestedModel is null ? null : new ModelStamp(SuggestedModel, SuggestedVersion ?? "")
            );
    }

    private sealed class AskedRow
    {
        public string Subject { get; init; } = "";
        public long At { get; init; }
        public string Details { get; init; } = "";

        public AskedModel ToAsked()
        {
            var details = JsonNode.Parse(Details)!;
            return new AskedModel(
                DateTimeOffset.FromUnixTimeMilliseconds(At),
                new ModelStamp((string)details["model"]!, (string)details["version"]!),
                details["intents"] is null ? ModelTask.Entities : ModelTask.Intents
            );
        }
    }

    private sealed class TrainedRow
    {
        public string Name { get; init; } = "";
        public string Version { get; init; } = "";
        public string Task { get; init; } = "";
        public string? Parent { get; init; }
        public string? Gate { get; init; }
        public long CreatedAt { get; init; }
        public int TrainDocuments { get; init; }
        public int Corrections { get; init; }

        public TrainedVersion ToVersion() =>
            new(
                new ModelStamp(Name, Version),
                StoredNames.Parse<ModelTask>(Task),
                StoredJson.ReadOrDefault<ModelStamp>(Parent),
                StoredJson.ReadOrDefault<GateDecision>(Gate),
                TrainDocuments,
                Corrections,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt)
            );
    }
}
