using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using Dapper;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>The documents of projects: stored whole or not at all, their text never changed.</summary>
public sealed class DocumentStore(AnnotationDatabase database)
{
    internal const string DefaultKind = "note";
    private const int MaximumNameLength = 200;

    /// <summary>Stores all of the documents, or none when one is refused.</summary>
    /// <exception cref="UnusableInputException">
    /// <c>empty_text</c>, <c>text_too_long</c>, <c>unpaired_surrogate</c>, <c>nul_character</c>, <c>no_turns</c>, <c>external_id_taken</c>,
    /// <c>external_id_erased</c>,
    /// and what <see cref="CorrectionStore"/> says of spans and intents. The reason names the document by its place, from 1.
    /// </exception>
    public IReadOnlyList<AddedDocument> Add(string projectId, IReadOnlyList<NewDocument> documents, string actor) =>
        Add(projectId, documents, actor, keep: true);

    /// <summary>What <see cref="Add(string, IReadOnlyList{NewDocument}, string)"/> would make of the documents; nothing is stored.</summary>
    /// <returns>Names that the project does not have, for which it would refuse them; the same exceptions as it when there are none.</returns>
    public MissingNames Check(string projectId, IReadOnlyList<NewDocument> documents, string actor)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var schema = database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return ProjectStore.Schema(connection, projectId);
        });
        var missing = MissingNames.Of(documents, schema);
        if (missing.Labels.Count == 0 && missing.Intents.Count == 0)
        {
            Add(projectId, documents, actor, keep: false);
        }

        return missing;
    }

    private List<AddedDocument> Add(string projectId, IReadOnlyList<NewDocument> documents, string actor, bool keep)
    {
        // Before the write lock: checking ten megabytes must not make others wait.
        var texts = documents.Select((document, index) => TextOf(document, $"document {index + 1}")).ToList();
        return database.Write(
            actor,
            transaction =>
            {
                ProjectStore.Require(transaction.Connection, projectId);
                var schema = ProjectStore.Schema(transaction.Connection, projectId);
                new StoredErasedIds(transaction.Connection, database.Key).Refuse(
                    projectId,
                    documents.Select(document => document.ExternalId)
                );
                var added = new List<AddedDocument>(documents.Count);
                for (int i = 0; i < documents.Count; i++)
                {
                    string where = $"document {i + 1}";
                    var document = Insert(transaction, projectId, documents[i], texts[i], where);
                    added.Add(new AddedDocument(document.Id, ImportGold(transaction, document, documents[i], schema, where)));
                }

                if (!keep)
                {
                    transaction.NothingChanged();
                    return added;
                }

                transaction.Audit(
                    "documents.added",
                    projectId,
                    new() { ["documents"] = new JsonArray([.. added.Select(document => JsonValue.Create(document.Id))]) }
                );
                return added;
            }
        );
    }

    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public Document Get(string id) => database.Read(connection => StoredDocument.Load(connection, id));

    /// <summary>Its words alone, which never change.</summary>
    public string TextOf(string id) =>
        database.Read(connection =>
            connection.QuerySingleOrDefault<string>("SELECT text FROM documents WHERE id = @id", new { id })
            ?? throw new RecordNotFoundException("document", id)
        );

    public Document? FindByExternalId(string projectId, string externalId) =>
        database.Read(connection =>
            connection.ExecuteScalar<string?>(
                "SELECT id FROM documents WHERE project_id = @projectId AND external_id = @externalId",
                new { projectId, externalId }
            )
                is { } id
                ? StoredDocument.Load(connection, id)
                : null
        );

    private static (string Text, IReadOnlyList<TextSpan> Turns) TextOf(NewDocument document, string where)
    {
        if (document.Turns is null)
        {
            if (document.Kind == Document.Dialogue)
            {
                throw new UnusableInputException("no_turns", $"{where}: a dialogue needs turns");
            }

            StoredText.Check(document.Text ?? "", where);
            return (document.Text!, []);
        }

        if (document.Turns.Count == 0)
        {
            throw new UnusableInputException("no_turns", $"{where}: the dialogue has no turns");
        }

        var spans = new List<TextSpan>(document.Turns.Count);
        int start = 0;
        foreach (var turn in document.Turns)
        {
            StoredText.Check(turn.Text ?? "", $"{where}, turn {spans.Count + 1}");
            spans.Add(new TextSpan(start, start + turn.Text!.Length));
            start += turn.Text.Length + 1;
        }

        string text = string.Join('\n', document.Turns.Select(turn => turn.Text));
        StoredText.Check(text, where);
        return (text, spans);
    }

    private static Document Insert(
        WriteTransaction transaction,
        string projectId,
        NewDocument document,
        (string Text, IReadOnlyList<TextSpan> Turns) content,
        string where
    )
    {
        string kind = document.Turns is not null ? Document.Dialogue : document.Kind ?? DefaultKind;
        CheckName(kind, "kind", where);
        CheckName(document.ExternalId, "external id", where);
        CheckName(document.Group, "group", where);
        bool taken =
            document.ExternalId is not null
            && transaction.Connection.ExecuteScalar<long>(
                "SELECT count(*) FROM documents WHERE project_id = @projectId AND external_id = @ExternalId",
                new { projectId, document.ExternalId }
            ) > 0;
        if (taken)
        {
            throw new UnusableInputException("external_id_taken", $"{where}: the project has a document with this external id");
        }

        string id = transaction.NewId();
        transaction.Connection.Execute(
            """
            INSERT INTO documents
                (id, project_id, external_id, kind, group_key, meta, text, status, revision, created_at, created_by, updated_at)
            VALUES (@id, @projectId, @ExternalId, @kind, @Group, @meta, @text, 'new', 0, @at, @by, @at)
            """,
            new
            {
                id,
                projectId,
                document.ExternalId,
                kind,
                document.Group,
                meta = document.Meta?.ToJsonString(StoredJson.Options),
                text = content.Text,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        transaction.Connection.Execute(
            """
            INSERT INTO turns (document_id, position, speaker, span_start, span_end)
            VALUES (@id, @position, @Speaker, @Start, @End)
            """,
            content.Turns.Select(
                (span, position) =>
                    new
                    {
                        id,
                        position,
                        document.Turns![position].Speaker,
                        span.Start,
                        span.End,
                    }
            )
        );
        return StoredDocument.Load(transaction.Connection, id);
    }

    /// <summary>Gold that comes with a document is a first batch of corrections, so that the log explains every mention.</summary>
    private static int ImportGold(WriteTransaction transaction, Document document, NewDocument given, ProjectSchema schema, string where)
    {
        bool intentsGiven = given.Turns?.Any(turn => turn.Intent is not null) == true;
        if (given.Spans is null && given.Relations.Count == 0 && !intentsGiven)
        {
            return 0;
        }

        var state = new DocumentState(document, schema, transaction.NewId, new NoEarlierChanges());
        state.Import(given.Spans ?? [], given.Relations, where);
        foreach (var (index, turn) in (given.Turns ?? []).Index().Where(item => item.Item.Intent is not null))
        {
            state.Apply(new Change(CorrectionAction.Intent, Turn: index, Intent: turn.Intent), $"{where}, turn {index + 1}");
        }

        CorrectionStore.Append(transaction, document, state, BatchKind.Import, DocumentStatus.Done, document.Revision, null, "");
        return document.Revision + 1;
    }

    private static void CheckName(string? name, string what, string where)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > MaximumNameLength || name.Contains('\0')))
        {
            throw new UnusableInputException("name_missing", $"{where}: the {what} must have 1 to {MaximumNameLength} characters");
        }
    }
}
