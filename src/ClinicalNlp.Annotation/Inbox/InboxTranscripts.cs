using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>
/// The transcripts of the projects that were asked for last, with what their words say: a question reads of the store only what has changed
/// since the one before. Thread-safe.
/// </summary>
internal sealed class InboxTranscripts
{
    private const int Kept = 8;

    private readonly Lock access = new();
    private readonly LinkedList<OfProject> recent = new();

    /// <summary>As they are now, in the order of their ids.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<(InboxTranscript Transcript, IReadOnlyDictionary<int, UtteranceWords> Words)> Load(
        SqliteConnection connection,
        string projectId
    ) => Recent(projectId).Load(connection);

    private OfProject Recent(string projectId)
    {
        lock (access)
        {
            var found = recent.FirstOrDefault(item => item.ProjectId == projectId) ?? new OfProject(projectId);
            recent.Remove(found);
            recent.AddFirst(found);
            if (recent.Count > Kept)
            {
                recent.RemoveLast();
            }

            return found;
        }
    }

    private sealed class OfProject(string projectId)
    {
        private readonly Lock access = new();
        private readonly Dictionary<string, (long Changes, IReadOnlyList<DocumentTurn> Turns)> known = [];
        private readonly UtteranceWordsOfProject words = new();

        public string ProjectId => projectId;

        public List<(InboxTranscript, IReadOnlyDictionary<int, UtteranceWords>)> Load(SqliteConnection connection)
        {
            lock (access)
            {
                var heads = StoredUtterances.Heads(connection, projectId);
                foreach (string gone in known.Keys.Except(heads.Select(head => head.Id)).ToList())
                {
                    known.Remove(gone);
                }

                var changes = heads
                    .Where(head => !known.TryGetValue(head.Id, out var before) || before.Changes != head.Changes)
                    .ToDictionary(head => head.Id, head => head.Changes);
                foreach (var (id, turns) in StoredUtterances.Turns(connection, changes.Keys))
                {
                    known[id] = (changes[id], turns);
                }

                var transcripts = heads.ConvertAll(head => head with { Turns = known[head.Id].Turns });
                words.Learn(transcripts);
                return transcripts.ConvertAll(transcript => (transcript, words.Of(transcript.Id)));
            }
        }
    }
}
