using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Intents;

/// <summary>Every turn that a change of intents touches.</summary>
/// <param name="Turns">Of each document, the decided turns that change.</param>
/// <param name="Suggestions">Turns with a suggestion that names an intent which goes; of decided ones too, so that what was accepted stays what was suggested.</param>
internal sealed record StoredIntentReach(
    IReadOnlyList<(string DocumentId, IReadOnlyList<int> Turns)> Turns,
    IReadOnlyList<TurnRow> Suggestions,
    IntentChangeEffect Effect
)
{
    /// <exception cref="UnusableInputException"><c>turn_not_found</c>, <c>state_conflict</c>: an utterance to split off is not of the intent.</exception>
    public static StoredIntentReach Of(SqliteConnection connection, string projectId, IntentChange change)
    {
        var going = change.From.Where(from => from != change.To).ToList();
        var decided = connection
            .Query<DecidedRow>(
                """
                SELECT t.document_id, t.position, d.external_id, d.status, d.revision, d.source_id, d.withdrawn_at FROM turns t JOIN documents d ON d.id = t.document_id
                WHERE d.project_id = @projectId AND t.intent IN @going ORDER BY t.document_id, t.position
                """,
                new { projectId, going }
            )
            .ToList();
        if (change.Kind == IntentChangeKind.Split)
        {
            decided = Chosen(connection, projectId, decided, change.Utterances!);
        }

        var suggestions = change.Kind is IntentChangeKind.Split or IntentChangeKind.Add
            ? []
            : Suggested(connection, projectId, change, going);
        var byDocument = decided.GroupBy(row => row.DocumentId).ToList();
        var withdrawn = connection
            .Query<string>("SELECT id FROM documents WHERE project_id = @projectId AND withdrawn_at IS NOT NULL", new { projectId })
            .ToHashSet();
        // Working copies of assignments change with the rest; counted are the documents themselves.
        var documents = byDocument
            .Where(rows => rows.First() is { SourceId: null, WithdrawnAt: null })
            .Select(rows => new TouchedDocument(
                rows.Key,
                rows.First().ExternalId,
                StoredNames.Parse<DocumentStatus>(rows.First().Status),
                rows.First().Revision,
                rows.Count()
            ))
            .ToList();
        return new StoredIntentReach(
            [.. byDocument.Select(rows => (rows.Key, (IReadOnlyList<int>)[.. rows.Select(row => row.Position)]))],
            suggestions,
            new IntentChangeEffect(
                documents.Sum(document => document.Utterances),
                suggestions.Count(row => row.State is null && !withdrawn.Contains(row.DocumentId)),
                documents.Count(document => document.Status == DocumentStatus.Done),
                documents,
                StampOf(documents, suggestions)
            )
            {
                WithdrawnDocuments = byDocument.Count(rows => rows.First() is { SourceId: null, WithdrawnAt: not null }),
            }
        );
    }

    private static List<DecidedRow> Chosen(
        SqliteConnection connection,
        string projectId,
        List<DecidedRow> decided,
        IReadOnlyList<UtterancePlace> utterances
    )
    {
        var wanted = utterances.ToHashSet();
        var chosen = decided.Where(row => wanted.Contains(new UtterancePlace(row.DocumentId, row.Position))).ToList();
        if (chosen.Count == wanted.Count)
        {
            return chosen;
        }

        bool areThere = wanted.All(place =>
            connection.ExecuteScalar<long>(
                """
                SELECT count(*) FROM turns t JOIN documents d ON d.id = t.document_id
                WHERE d.project_id = @projectId AND t.document_id = @DocumentId AND t.position = @Turn
                """,
                new
                {
                    projectId,
                    place.DocumentId,
                    place.Turn,
                }
            ) > 0
        );
        throw areThere
            ? new UnusableInputException("state_conflict", "an utterance to split off is not of the intent, or no longer")
            : new UnusableInputException("turn_not_found", "the project has no such utterance");
    }

    private static List<TurnRow> Suggested(SqliteConnection connection, string projectId, IntentChange change, List<string> going)
    {
        var rows = connection.Query<TurnRow>(
            """
            SELECT t.* FROM turns t JOIN documents d ON d.id = t.document_id
            WHERE d.project_id = @projectId AND t.suggested_intent IS NOT NULL ORDER BY t.document_id, t.position
            """,
            new { projectId }
        );
        return
        [
            .. rows.Where(row =>
                // What was decided on a removed intent stays as it was.
                (change.Kind != IntentChangeKind.Remove || row.State is null)
                && (going.Contains(row.SuggestedIntent!) || Alternatives(row).Any(other => going.Contains(other.Intent)))
            ),
        ];
    }

    private static List<IntentScore> Alternatives(TurnRow row) =>
        StoredJson.ReadOrDefault<List<IntentScore>>(row.SuggestedAlternatives) ?? [];

    private static string StampOf(IEnumerable<TouchedDocument> documents, IEnumerable<TurnRow> suggestions)
    {
        var lines = documents
            .Select(document => $"{document.Id} {document.Revision} {document.Utterances}")
            .Concat(suggestions.Select(row => $"{row.DocumentId}:{row.Position} {row.SuggestedVersion}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
    }

    private sealed class DecidedRow
    {
        public string DocumentId { get; init; } = "";
        public int Position { get; init; }
        public string? ExternalId { get; init; }
        public string Status { get; init; } = "";
        public int Revision { get; init; }
        public string? SourceId { get; init; }
        public long? WithdrawnAt { get; init; }
    }
}
