using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Training;
using Dapper;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Notes in the store that nobody has finished, labelled by the version a retraining starts from, so that it does not forget.</summary>
/// <remarks>
/// In the project that is retrained, silver says nothing of the labels its people correct: there the old version's mistakes are what is to
/// change. Of other projects' notes it says everything: there nothing is to change.
/// </remarks>
internal sealed class SilverNotes(AnnotationDatabase database)
{
    /// <summary>Silver for each gold document at most: more would drown what people said.</summary>
    private const int PerGoldDocument = 2;

    /// <param name="train">Gold documents to learn from.</param>
    /// <param name="kept">Old labels that the people of this project neither correct nor call by another name: silver marks them.</param>
    /// <param name="covered">Those, and the renamed ones, which silver of this project never marks.</param>
    /// <returns>None, one or two corpora.</returns>
    public IReadOnlyList<EntityCorpus> Of(
        RetrainingJob job,
        int train,
        EntityRecognizer start,
        HashSet<string> kept,
        HashSet<string> covered,
        int seed,
        CancellationToken cancellationToken
    )
    {
        var notes = Choose(job, train * PerGoldDocument, seed);
        var corpora = new List<EntityCorpus>();
        var own = notes.Where(note => note.ProjectId == job.Snapshot.ProjectId).ToList();
        if (own.Count > 0 && kept.Count > 0)
        {
            corpora.Add(Label("silver of the project", own, kept, covered));
        }

        var foreign = notes.Where(note => note.ProjectId != job.Snapshot.ProjectId).ToList();
        if (foreign.Count > 0)
        {
            var all = start.Labels.ToHashSet();
            corpora.Add(Label("silver of other projects", foreign, all, all));
        }

        return corpora;

        EntityCorpus Label(string name, List<NoteRow> chosen, HashSet<string> marked, HashSet<string> covers)
        {
            var mentions = start.Recognize([.. chosen.Select(note => note.Text)], cancellationToken);
            return new EntityCorpus(
                name,
                [
                    .. chosen.Zip(
                        mentions,
                        (note, found) =>
                            new AnnotatedDocument(
                                note.Id,
                                note.Text,
                                [
                                    .. found
                                        .Where(mention => marked.Contains(mention.Label))
                                        .Select(mention => new AnnotatedSpan(mention.Span, mention.Label)),
                                ]
                            )
                    ),
                ],
                covers
            );
        }
    }

    /// <summary>Writes down which notes the run replays, so that each finds the versions that learnt from it.</summary>
    public void Note(RetrainingJob job, IEnumerable<string> documentIds)
    {
        if (job.RunId is not { } runId)
        {
            return;
        }

        database.Write(
            "system",
            transaction =>
            {
                transaction.Connection.Execute(
                    "INSERT INTO run_notes (run_id, document_id) VALUES (@runId, @id)",
                    documentIds.Distinct().Select(id => new { runId, id })
                );
                transaction.Connection.Execute("UPDATE training_runs SET notes_known = 1 WHERE id = @runId", new { runId });
                transaction.OnlyProgress();
            }
        );
    }

    private List<NoteRow> Choose(RetrainingJob job, int count, int seed)
    {
        var inSnapshot = job.Documents.Select(document => document.DocumentId).ToHashSet();
        // Of a group that is held out nothing is learnt, not even silver.
        var heldOut = job.Side(SnapshotSide.HeldOut).Select(document => document.Group).ToHashSet();
        var rows = database.Read(connection =>
            connection
                .Query<NoteRow>(
                    "SELECT id, project_id, group_key FROM documents WHERE kind <> @dialogue AND status <> 'done' AND source_id IS NULL AND withdrawn_at IS NULL",
                    new { dialogue = Document.Dialogue }
                )
                .ToList()
        );
        var chosen = rows.Where(row => !inSnapshot.Contains(row.Id))
            .Where(row => row.ProjectId != job.Snapshot.ProjectId || row.GroupKey is null || !heldOut.Contains($"group:{row.GroupKey}"))
            .OrderBy(row => GroupSplit.Place(row.Id, seed))
            .Take(count)
            .Select(row => row.Id)
            .ToList();
        return database.Read(connection =>
            connection
                .Query<NoteRow>("SELECT id, project_id, group_key, text FROM documents WHERE id IN @chosen ORDER BY id", new { chosen })
                .ToList()
        );
    }

    private sealed class NoteRow
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string? GroupKey { get; init; }
        public string Text { get; init; } = "";
    }
}
