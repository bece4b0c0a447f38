using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Intents;

/// <summary>A project's intents, and how they change with everything that was decided, in one transaction.</summary>
/// <remarks>
/// Refusals, none of which writes anything: <c>name_missing</c>, <c>name_taken</c>, <c>label_not_in_schema</c>, <c>invalid_value</c>,
/// <c>turn_not_found</c>, <c>no_changes</c>, <c>state_conflict</c>, <c>not_found</c>.
/// </remarks>
public sealed class IntentStore(AnnotationDatabase database)
{
    /// <param name="blind">An annotator, from whose counts what they read blindly is left out; null leaves out nothing.</param>
    public IntentOverview Overview(string projectId, string? blind = null) =>
        database.Read(connection =>
        {
            var project = ProjectStore.Get(connection, projectId);
            var decided = Counts(connection, projectId, "t.intent", "t.intent IS NOT NULL", blind);
            var suggested = Counts(
                connection,
                projectId,
                "t.suggested_intent",
                "t.state IS NULL AND t.suggested_intent IS NOT NULL",
                blind
            );
            var documents = connection
                .Query<(string Name, int Documents)>(
                    $"""
                    SELECT coalesce(t.intent, t.suggested_intent) AS name, count(DISTINCT t.document_id) AS documents
                    FROM turns t JOIN documents d ON d.id = t.document_id
                    WHERE {Counted(blind)} AND (t.intent IS NOT NULL OR (t.state IS NULL AND t.suggested_intent IS NOT NULL))
                    GROUP BY 1
                    """,
                    new { projectId, reader = blind }
                )
                .ToDictionary(pair => pair.Name, pair => pair.Documents);
            var former = connection.Query<FormerRow>(
                "SELECT name, now, description, retired_at, retired_by FROM former_intents WHERE project_id = @projectId ORDER BY name",
                new { projectId }
            );
            return new IntentOverview(
                [
                    .. project
                        .Intents.Where(intent => intent.Name != IntentPrediction.OutOfScope)
                        .Append(new IntentDefinition(IntentPrediction.OutOfScope))
                        .Select(intent => new IntentUsage(
                            intent.Name,
                            intent.Description,
                            decided.GetValueOrDefault(intent.Name),
                            suggested.GetValueOrDefault(intent.Name),
                            documents.GetValueOrDefault(intent.Name)
                        )),
                ],
                [
                    .. former.Select(row => new FormerIntent(
                        row.Name,
                        row.Now,
                        row.Description,
                        decided.GetValueOrDefault(row.Name),
                        DateTimeOffset.FromUnixTimeMilliseconds(row.RetiredAt),
                        row.RetiredBy
                    )),
                ]
            );
        });

    /// <summary>What a change would do; writes nothing.</summary>
    public IntentChangeEffect Preview(string projectId, IntentChange change) =>
        database.Read(connection =>
        {
            IntentChangeRules.Check(ProjectStore.Get(connection, projectId), change);
            return StoredIntentReach.Of(connection, projectId, change).Effect;
        });

    /// <param name="stamp">Of the preview that somebody has seen; null asks for no agreement with one.</param>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: what the change would do is not what was shown.</exception>
    public IntentChangeEffect Change(string projectId, IntentChange change, string? stamp, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                IntentChangeRules.Check(ProjectStore.Get(connection, projectId), change);
                var reach = StoredIntentReach.Of(connection, projectId, change);
                if (stamp is not null && stamp != reach.Effect.Stamp)
                {
                    throw new UnusableInputException("state_conflict", "decisions were made since the preview: look at it again");
                }

                ChangeNames(transaction, projectId, change);
                ChangeSuggestions(connection, reach, change);
                ChangeSeeds(connection, projectId, change);
                if (change.Kind != IntentChangeKind.Remove)
                {
                    foreach (var (documentId, turns) in reach.Turns)
                    {
                        ChangeDecisions(transaction, documentId, turns, change.To!);
                    }
                }

                StoredSchemaVersions.Append(
                    transaction,
                    projectId,
                    new SchemaVersionEntry(
                        StoredNames.Parse<SchemaChangeKind>(StoredNames.Of(change.Kind)),
                        change.From,
                        change.To,
                        null,
                        null,
                        reach.Effect.Utterances,
                        reach.Effect.Documents.Count
                    )
                    {
                        Part = SchemaPart.Intent,
                    }
                );
                transaction.Audit(
                    $"intents.{StoredNames.Of(change.Kind)}",
                    projectId,
                    new()
                    {
                        ["from"] = new JsonArray([.. change.From.Select(name => JsonValue.Create(name))]),
                        ["to"] = change.To,
                        ["utterances"] = reach.Effect.Utterances,
                        ["documents"] = reach.Effect.Documents.Count,
                    }
                );
                return reach.Effect;
            }
        );

    private static void ChangeNames(WriteTransaction transaction, string projectId, IntentChange change)
    {
        var connection = transaction.Connection;
        if (change.Kind == IntentChangeKind.Rename)
        {
            connection.Execute(
                """
                UPDATE project_intents SET name = @To, description = coalesce(@Description, description)
                WHERE project_id = @projectId AND name = @from
                """,
                new
                {
                    projectId,
                    change.To,
                    change.Description,
                    from = change.From[0],
                }
            );
        }
        else if (change.To is { } to && to != IntentPrediction.OutOfScope)
        {
            // Made where it is not there yet: by an addition always, by a split or a merge perhaps.
            connection.Execute(
                """
                INSERT OR IGNORE INTO project_intents (project_id, position, name, description)
                SELECT @projectId, coalesce(max(position), -1) + 1, @to, @Description FROM project_intents WHERE project_id = @projectId
                """,
                new
                {
                    projectId,
                    to,
                    change.Description,
                }
            );
        }

        if (change.To is not null)
        {
            connection.Execute("DELETE FROM former_intents WHERE project_id = @projectId AND name = @To", new { projectId, change.To });
        }

        if (change.Kind is not (IntentChangeKind.Rename or IntentChangeKind.Merge or IntentChangeKind.Remove))
        {
            return;
        }

        foreach (string from in change.From.Where(from => from != change.To))
        {
            var names = new
            {
                projectId,
                from,
                now = change.To,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            };
            connection.Execute(
                """
                INSERT OR REPLACE INTO former_intents (project_id, name, now, description, retired_at, retired_by)
                VALUES (@projectId, @from, @now,
                    (SELECT description FROM project_intents WHERE project_id = @projectId AND name = @from), @at, @by)
                """,
                names
            );
            connection.Execute("DELETE FROM project_intents WHERE project_id = @projectId AND name = @from", names);
            connection.Execute("UPDATE former_intents SET now = @now WHERE project_id = @projectId AND now = @from", names);
        }
    }

    /// <summary>Suggestions follow a new name; that of a removed intent can no longer be accepted and goes.</summary>
    private static void ChangeSuggestions(SqliteConnection connection, StoredIntentReach reach, IntentChange change)
    {
        var names = change.From.Where(from => from != change.To).Distinct().ToDictionary(from => from, _ => change.To ?? "");
        foreach (var row in reach.Suggestions)
        {
            var stored = new IntentPrediction(
                row.SuggestedIntent!,
                row.SuggestedConfidence ?? 0,
                StoredJson.ReadOrDefault<List<IntentScore>>(row.SuggestedAlternatives) ?? []
            );
            var changed =
                change.Kind != IntentChangeKind.Remove ? StoredIntentNames.Rename(stored, names)
                : names.ContainsKey(stored.Intent) ? null
                : stored with { Alternatives = [.. stored.Alternatives.Where(other => !names.ContainsKey(other.Intent))] };
            connection.Execute(
                changed is null
                    ? """
                    UPDATE turns SET suggested_intent = NULL, suggested_confidence = NULL, suggested_alternatives = NULL,
                        suggested_model = NULL, suggested_version = NULL
                    WHERE document_id = @DocumentId AND position = @Position
                    """
                    : """
                    UPDATE turns SET suggested_intent = @Intent, suggested_confidence = @Confidence, suggested_alternatives = @alternatives
                    WHERE document_id = @DocumentId AND position = @Position
                    """,
                new
                {
                    row.DocumentId,
                    row.Position,
                    changed?.Intent,
                    Confidence = changed?.Confidence,
                    alternatives = changed is null ? null : StoredJson.Write(changed.Alternatives),
                }
            );
        }
    }

    /// <summary>What was planted is still recognised under its new name.</summary>
    private static void ChangeSeeds(SqliteConnection connection, string projectId, IntentChange change)
    {
        if (change.Kind is not (IntentChangeKind.Rename or IntentChangeKind.Merge or IntentChangeKind.Remove))
        {
            return;
        }

        connection.Execute(
            """
            UPDATE seeded_intents
            SET intent = CASE WHEN intent IN @From THEN coalesce(@To, intent) ELSE intent END,
                original_intent = CASE WHEN original_intent IN @From THEN @To ELSE original_intent END
            WHERE copy_id IN (SELECT id FROM documents WHERE project_id = @projectId AND source_id IS NOT NULL)
            """,
            new
            {
                projectId,
                change.From,
                change.To,
            }
        );
    }

    /// <summary>As a person's correction of each turn: the log tells what stood there before, whether the document is done or not.</summary>
    private static void ChangeDecisions(WriteTransaction transaction, string documentId, IReadOnlyList<int> turns, string intent)
    {
        var connection = transaction.Connection;
        var before = StoredDocument.Load(connection, documentId);
        var schema = ProjectStore.Schema(connection, before.ProjectId);
        var state = new DocumentState(before, schema, transaction.NewId, new StoredCorrections(connection, documentId));
        foreach (int turn in turns)
        {
            state.Apply(new Change(CorrectionAction.Intent, Turn: turn, Intent: intent), $"turn {turn + 1}");
        }

        CorrectionStore.Append(transaction, before, state, BatchKind.Corrections, before.Status, before.Revision, null, "");
        transaction.Audit(
            "document.corrected",
            documentId,
            new() { ["revision"] = before.Revision + 1, ["changes"] = state.Changes.Count }
        );
    }

    /// <param name="column">Of <c>turns t</c>; not from outside.</param>
    private static Dictionary<string, int> Counts(
        SqliteConnection connection,
        string projectId,
        string column,
        string condition,
        string? blind
    ) =>
        connection
            .Query<(string Name, int Turns)>(
                $"""
                SELECT {column} AS name, count(*) AS turns FROM turns t JOIN documents d ON d.id = t.document_id
                WHERE {Counted(blind)} AND {condition} GROUP BY 1
                """,
                new { projectId, reader = blind }
            )
            .ToDictionary(pair => pair.Name, pair => pair.Turns);

    /// <summary>Of a document <c>d</c>: the same transcripts as in the inbox.</summary>
    private static string Counted(string? blind) =>
        $"d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL AND NOT {SetAsideStore.Condition}"
        + (blind is null ? "" : $" AND NOT {BlindSourceStore.Condition}");

    private sealed class FormerRow
    {
        public string Name { get; init; } = "";
        public string? Now { get; init; }
        public string? Description { get; init; }
        public long RetiredAt { get; init; }
        public string RetiredBy { get; init; } = "";
    }
}
