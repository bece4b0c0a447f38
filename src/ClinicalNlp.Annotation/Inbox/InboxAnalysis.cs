using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Intents;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>What the words of a project's utterances say, whatever was decided on them: kept while the set of transcripts stays the same.</summary>
/// <param name="Groups">Of each place, the group of those in nearly the same words.</param>
/// <param name="Topics">Of each group, the topic: a wider circle.</param>
/// <param name="Flags">Signs of danger by the words alone.</param>
internal sealed record InboxAnalysis(
    IReadOnlyDictionary<UtterancePlace, int> Groups,
    IReadOnlyDictionary<int, int> Topics,
    IReadOnlyDictionary<UtterancePlace, IReadOnlyList<RedFlag>> Flags
);

/// <summary>Analyses of the projects last asked for. Thread-safe.</summary>
internal sealed class InboxAnalyses
{
    private const int Kept = 8;

    private readonly Lock access = new();
    private readonly LinkedList<(string ProjectId, string Hash, InboxAnalysis Analysis)> recent = new();

    public InboxAnalysis Of(string projectId, IReadOnlyList<InboxDocument> documents)
    {
        // Texts never change, so their ids say all.
        string hash = Convert.ToHexString(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', documents.Select(document => document.Id))))
        );
        lock (access)
        {
            var found = recent.FirstOrDefault(item => item.ProjectId == projectId);
            if (found.Hash == hash)
            {
                return found.Analysis;
            }
        }

        var analysis = Analyse(documents);
        lock (access)
        {
            foreach (var old in recent.Where(item => item.ProjectId == projectId).ToList())
            {
                recent.Remove(old);
            }

            recent.AddFirst((projectId, hash, analysis));
            if (recent.Count > Kept)
            {
                recent.RemoveLast();
            }
        }

        return analysis;
    }

    private static InboxAnalysis Analyse(IReadOnlyList<InboxDocument> documents)
    {
        var utterances = documents
            .SelectMany(document =>
                document
                    .Turns.Where(StoredUtterances.IsAsking)
                    .Select(turn => (Place: new UtterancePlace(document.Id, turn.Index), turn.Text))
            )
            .ToList();
        int[] groups = NearDuplicates.Group([.. utterances.Select(utterance => utterance.Text)]);
        var leaders = groups.Distinct().Order().ToList();
        var topics = leaders.ToDictionary(leader => leader, _ => -1);
        var clusters = UtteranceClusters.Find([.. leaders.Select(leader => utterances[leader].Text)], smallest: 2);
        foreach (var (topic, cluster) in clusters.Index())
        {
            foreach (int member in cluster.Members)
            {
                topics[leaders[member]] = topic;
            }
        }

        // What is on no topic is one by itself.
        int next = clusters.Count;
        foreach (int leader in leaders.Where(leader => topics[leader] < 0))
        {
            topics[leader] = next++;
        }

        return new InboxAnalysis(
            utterances.Select((utterance, index) => (utterance.Place, groups[index])).ToDictionary(pair => pair.Place, pair => pair.Item2),
            topics,
            utterances
                .Select(utterance => (utterance.Place, Flags: RedFlagFinder.Find(utterance.Text)))
                .Where(pair => pair.Flags.Count > 0)
                .ToDictionary(pair => pair.Place, pair => pair.Flags)
        );
    }
}
