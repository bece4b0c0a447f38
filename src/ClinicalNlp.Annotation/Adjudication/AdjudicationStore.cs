using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>From several people's readings of a document to one that is gold.</summary>
public sealed class AdjudicationStore(AnnotationDatabase database, CorrectionStore corrections)
{
    /// <summary>Readers who must have the same for a document to become gold without a look.</summary>
    private const int FewestAgreeing = 2;

    // A document d that is not gold yet, has a finished reading, and none that somebody still owes.
    private const string Ready = """
        d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL AND d.status <> 'done'
        AND EXISTS (SELECT 1 FROM documents c WHERE c.source_id = d.id AND c.status = 'done' AND c.withdrawn_at IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM assignments a LEFT JOIN documents c ON c.id = a.copy_id
            WHERE a.document_id = d.id AND a.kind = 'work' AND (c.status IS NULL OR c.status <> 'done'))
        """;

    /// <summary>Documents that are not gold yet, have a finished reading, and none that somebody still owes; and how many there are in all.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public (Page<WaitingCase> Page, int Total) Waiting(string projectId, int limit = 100, string? after = null) =>
        database.Read(connection =>
        {
            var ready = ReadyDocuments(connection, projectId, limit, after);
            var cases = ready.Items.Select(id =>
                Case(connection, id, StoredReadings.Of(connection, projectId, id)).Waiting with
                {
                    Comments = CommentStore.OpenThreads(connection, id),
                }
            );
            int total = connection.ExecuteScalar<int>($"SELECT count(*) FROM documents d WHERE {Ready}", new { projectId });
            return (new Page<WaitingCase>([.. cases], ready.Next), total);
        });

    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>own_reading_open</c>: who still reads must not see what others wrote.</exception>
    public AdjudicationCase Get(string projectId, string documentId, string actor) =>
        database.Read(connection => Open(connection, projectId, documentId, actor));

    /// <summary>Writes what was decided into the document, which is gold then, and who decided what beside it.</summary>
    /// <exception cref="UnusableInputException">
    /// <c>undecided_groups</c>, <c>readings_changed</c>, <c>unknown_annotator</c>, <c>own_reading_open</c>, <c>not_found</c>, and what
    /// <see cref="CorrectionStore"/> says of spans, labels and revisions.
    /// </exception>
    public CorrectionOutcome Decide(string projectId, string documentId, AdjudicationDecision decision, string actor)
    {
        var open = Get(projectId, documentId, actor);
        Check(open, decision);
        var turns = DecidedGold.Last(decision.Turns, item => item.Turn);
        var gold = new DecidedGold(open, decision);
        var log = gold.Log.ToList();
        var intents = new List<TurnIntent>();
        foreach (var turn in open.Turns)
        {
            var decided = turns.GetValueOrDefault(turn.Index);
            string? intent = decided is null
                ? turn.Options[0].Intent
                : decided.Intent ?? turn.Options.FirstOrDefault(option => option.Annotator == decided.Take)?.Intent;
            if (intent is not null)
            {
                intents.Add(new TurnIntent(turn.Index, intent));
            }

            if (intent is not null || !turn.Agreed)
            {
                IReadOnlyList<string> take =
                    decided is null ? open.Annotators
                    : decided.Take is { } one ? [one]
                    : [];
                log.Add(new(null, turn.Index, null, turn.Agreed, decided?.Intent is null ? take : [.. take, "own"]));
            }
        }

        return corrections.Replace(
            documentId,
            new Replacement(decision.Revision, gold.Spans, open.Turns.Count > 0 ? intents : null, Done: true, decision.IdempotencyKey)
            {
                Relations = gold.Relations,
            },
            actor,
            (transaction, revision) =>
            {
                // Once more under the write lock: what was compared must be what is there.
                if (Open(transaction.Connection, projectId, documentId, actor).Basis != decision.Basis)
                {
                    throw Changed();
                }

                Log(transaction, documentId, revision, log);
            }
        );
    }

    /// <summary>Makes gold of those among the waiting documents on which two readers or more have all the same, each by itself.</summary>
    /// <returns>Those that became gold, out of how many that were looked at, and where to go on.</returns>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public AdoptedCases AdoptAgreed(string projectId, int limit, string? after, string actor)
    {
        var ready = database.Read(connection => ReadyDocuments(connection, projectId, limit, after));
        var adopted = new List<string>();
        foreach (string id in ready.Items)
        {
            try
            {
                var open = Get(projectId, id, actor);
                if (open.Annotators.Count >= FewestAgreeing && open.Waiting.Differing == 0)
                {
                    Decide(projectId, id, new AdjudicationDecision(open.Document.Revision, open.Basis, [], [], null), actor);
                    adopted.Add(id);
                }
            }
            catch (UnusableInputException e) when (e.Code is "own_reading_open" or "readings_changed" or "stale_revision" or "not_found")
            {
                // The actor reads it too, or somebody was at it meanwhile: it waits on.
            }
        }

        return new AdoptedCases(adopted, ready.Items.Count, ready.Next);
    }

    private static Page<string> ReadyDocuments(SqliteConnection connection, string projectId, int limit, string? after)
    {
        ProjectStore.Require(connection, projectId);
        limit = Page<string>.Bound(limit);
        return Page<string>.Of(
            connection
                .Query<string>(
                    $"SELECT d.id FROM documents d WHERE {Ready} AND (@after IS NULL OR d.id > @after) ORDER BY d.id LIMIT @count",
                    new
                    {
                        projectId,
                        after,
                        count = limit + 1,
                    }
                )
                .ToList(),
            limit,
            id => id
        );
    }

    private static void Check(AdjudicationCase open, AdjudicationDecision decision)
    {
        if (open.Basis != decision.Basis)
        {
            throw Changed();
        }

        var decided = decision.Turns.Select(item => item.Turn).ToHashSet();
        var undecided = open
            .Turns.Where(turn => !turn.Agreed && !decided.Contains(turn.Index))
            .Select(turn => ("turns", turn.Index))
            .ToList();
        if (undecided.Count > 0)
        {
            throw DecidedGold.Undecided(undecided);
        }

        var named = decision
            .Groups.SelectMany(item => item.Take)
            .Concat(decision.Details.Select(item => item.Take).OfType<string>())
            .Concat(decision.Turns.Select(item => item.Take).OfType<string>());
        if (named.FirstOrDefault(name => !open.Annotators.Contains(name)) is not null)
        {
            throw new UnusableInputException("unknown_annotator", "a decision names somebody who has no finished reading of this document");
        }
    }

    private static UnusableInputException Changed() => new("readings_changed", "a reading has changed since it was compared: look again");

    private static AdjudicationCase Open(SqliteConnection connection, string projectId, string documentId, string actor)
    {
        var copies = StoredReadings.Of(connection, projectId, documentId);
        if (copies.Count == 0)
        {
            throw new RecordNotFoundException("document", documentId);
        }

        long own = connection.ExecuteScalar<long>(
            "SELECT count(*) FROM documents WHERE source_id = @documentId AND assignee = @actor AND status <> 'done'",
            new { documentId, actor }
        );
        return own == 0
            ? Case(connection, documentId, copies)
            : throw new UnusableInputException("own_reading_open", "finish your own reading of this document before comparing the others'");
    }

    private static AdjudicationCase Case(SqliteConnection connection, string documentId, IReadOnlyList<FinishedCopy> copies)
    {
        string readings = string.Join('\n', copies.Select(copy => $"{copy.Id} {copy.Document.Revision}"));
        string basis = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(readings)))[..16];
        return AdjudicationCase.Of(StoredDocument.Load(connection, documentId), copies, basis);
    }

    private static void Log(WriteTransaction transaction, string documentId, int revision, IReadOnlyList<DecidedRow> rows)
    {
        transaction.Connection.Execute(
            """
            INSERT INTO adjudications (document_id, revision, position, span_start, span_end, turn, aspect, agreed, taken_from, decided_by, at)
            VALUES (@documentId, @revision, @position, @start, @end, @Turn, @Aspect, @Agreed, @taken, @by, @at)
            """,
            rows.Select(
                (row, position) =>
                    new
                    {
                        documentId,
                        revision,
                        position,
                        start = row.Span?.Start,
                        end = row.Span?.End,
                        row.Turn,
                        row.Aspect,
                        row.Agreed,
                        taken = StoredJson.Write(row.Taken),
                        by = transaction.Actor,
                        at = transaction.NowMilliseconds,
                    }
            )
        );
        transaction.Audit(
            "document.adjudicated",
            documentId,
            new()
            {
                ["revision"] = revision,
                ["agreed"] = rows.Count(row => row.Agreed),
                ["decided"] = rows.Count(row => !row.Agreed),
            }
        );
    }
}
