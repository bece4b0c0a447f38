using ClinicalNlp.Intents;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>What the words of an utterance say, whatever was decided on it.</summary>
/// <param name="Group">Of those in nearly the same words.</param>
/// <param name="Topic">A wider circle than the group.</param>
/// <param name="Flags">Signs of danger by the words alone.</param>
internal sealed record UtteranceWords(int Group, int Topic, IReadOnlyList<RedFlag> Flags);

/// <summary>What the words of a project's utterances say, beside each other. Grows with them; not thread-safe.</summary>
internal sealed class UtteranceWordsOfProject
{
    // Of so few all are compared anew whenever one comes or goes: it takes less time than anybody notices.
    private const int Few = 2000;

    // Of more those that come are compared with those that are there, until they are a tenth of them.
    private const double Growth = 1.1;

    private readonly Dictionary<string, Dictionary<int, UtteranceWords>> byDocument = [];
    private readonly List<int> topics = [];
    private NearDuplicates groups = new();
    private int compared;

    /// <summary>Of each turn that asks something, by its place in a transcript that <see cref="Learn"/> was given.</summary>
    public IReadOnlyDictionary<int, UtteranceWords> Of(string documentId) => byDocument[documentId];

    /// <param name="transcripts">All of the project's, in the order of their ids. What is learnt of a text stays: texts never change.</param>
    public void Learn(IReadOnlyList<InboxTranscript> transcripts)
    {
        var fresh = transcripts.Where(transcript => !byDocument.ContainsKey(transcript.Id)).ToList();
        if (fresh.Count == 0 && transcripts.Count == byDocument.Count)
        {
            return;
        }

        int utterances = transcripts.Sum(transcript => transcript.Asking.Count());
        if (utterances <= Few || utterances > compared * Growth)
        {
            byDocument.Clear();
            topics.Clear();
            groups = new NearDuplicates();
            compared = utterances;
            fresh = [.. transcripts];
        }

        foreach (string gone in byDocument.Keys.Except(transcripts.Select(transcript => transcript.Id)).ToList())
        {
            byDocument.Remove(gone);
        }

        string[] texts = [.. fresh.SelectMany(transcript => transcript.Asking).Select(turn => turn.Text)];
        int[] groupOf = groups.AddAll(texts);
        if (topics.Count == 0)
        {
            FindTopics([.. groupOf.Zip(texts).DistinctBy(pair => pair.First).OrderBy(pair => pair.First).Select(pair => pair.Second)]);
        }

        int next = 0;
        foreach (var transcript in fresh)
        {
            byDocument[transcript.Id] = transcript.Asking.ToDictionary(turn => turn.Index, turn => Describe(turn.Text, groupOf[next++]));
        }
    }

    /// <param name="texts">One of each group.</param>
    private void FindTopics(IReadOnlyList<string> texts)
    {
        topics.Clear();
        topics.AddRange(Enumerable.Repeat(-1, texts.Count));
        var clusters = UtteranceClusters.Find(texts, smallest: 2);
        foreach (var (topic, cluster) in clusters.Index())
        {
            foreach (int group in cluster.Members)
            {
                topics[group] = topic;
            }
        }

        // What is on no topic is one by itself.
        int next = clusters.Count;
        for (int group = 0; group < topics.Count; group++)
        {
            if (topics[group] < 0)
            {
                topics[group] = next++;
            }
        }
    }

    private UtteranceWords Describe(string text, int group)
    {
        if (group == topics.Count)
        {
            topics.Add(topics.Count); // there are never more topics than groups, so that this is a new one
        }

        return new UtteranceWords(group, topics[group], RedFlagFinder.Find(text));
    }
}
