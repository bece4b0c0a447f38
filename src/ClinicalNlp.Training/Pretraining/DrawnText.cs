using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>Paragraphs of several files in the proportions asked for: a weight of 0.3 takes each by lot, one of 3 takes it three times.</summary>
internal static class DrawnText
{
    /// <exception cref="UnusableInputException">A file is missing or no text.</exception>
    public static IEnumerable<string> Lines(IReadOnlyList<TextCorpus> texts, int seed)
    {
        Random random = new(seed);
        foreach (TextCorpus text in texts)
        {
            foreach (string line in RunningText.Lines(text.Path))
            {
                int times = (int)text.Weight;
                if (random.NextDouble() < text.Weight - times)
                    times++;
                for (int i = 0; i < times; i++)
                    yield return line;
            }
        }
    }

    /// <summary>About so many characters of it, in a random order; all when there are fewer.</summary>
    /// <param name="shortest">Characters of a paragraph below which it says too little of contexts.</param>
    public static string[] Sample(IReadOnlyList<TextCorpus> texts, long characters, int shortest, int seed, CancellationToken cancellation)
    {
        long total = 0;
        foreach (string line in Lines(texts, seed))
        {
            cancellation.ThrowIfCancellationRequested();
            total += line.Length >= shortest ? line.Length : 0;
        }
        double share = Math.Min(1, (double)characters / Math.Max(1, total));
        Random random = new(seed + 1);
        List<string> sample = [];
        foreach (string line in Lines(texts, seed))
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Length >= shortest && random.NextDouble() < share)
                sample.Add(line);
        }
        string[] shuffled = [.. sample];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
