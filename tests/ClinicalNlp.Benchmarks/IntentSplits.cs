using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>splits</c>: fixed training and held-out parts of sets that come without a dev split.</summary>
/// <remarks>
/// Every fifth part of each intent is held out (at least one utterance of an intent with two or more), drawn with a fixed seed and independent of the order of the file's
/// intents. The few-shot draws take ten utterances an intent from the training part and keep the held-out part.
/// </remarks>
internal static class IntentSplits
{
    private const int Seed = 20;
    private const double HeldShare = 0.2;
    public const int FewShots = 10;
    public const int Draws = 3;

    private static readonly string[] PublicSets = ["banking77", "hwu64_kfold1"];

    /// <summary>Writes all splits of the sets that are on this machine.</summary>
    public static void Run(BenchOptions options, TextWriter output)
    {
        foreach (string set in Sets(options))
        {
            (string train, string held) = Full(options, set);
            output.WriteLine($"{set}: {train}, {held}");
            for (int draw = 1; draw <= Draws; draw++)
                output.WriteLine($"{set}, {FewShots} an intent, draw {draw}: {FewShot(options, set, draw)}");
        }
    }

    public static IEnumerable<string> Sets(BenchOptions options) => options.Corpora is null ? [] : PublicSets;

    public static string Source(BenchOptions options, string set) => Path.Combine(options.Corpora!, "intents", set, "train.jsonl");

    /// <summary>Four fifths to train on and one to measure on; written when they are not there.</summary>
    public static (string Train, string Held) Full(BenchOptions options, string set)
    {
        string folder = Path.Combine(options.Work, "splits", set);
        string train = Path.Combine(folder, "train.jsonl");
        string held = Path.Combine(folder, "heldout.jsonl");
        if (!File.Exists(train) || !File.Exists(held))
        {
            (List<Utterance> kept, List<Utterance> left) = Split(UtteranceFile.Read(Source(options, set), needIntents: true));
            UtteranceFile.Write(kept, train);
            UtteranceFile.Write(left, held);
        }
        return (train, held);
    }

    /// <summary>Ten utterances an intent of the training part.</summary>
    /// <param name="draw">From 1.</param>
    public static string FewShot(BenchOptions options, string set, int draw)
    {
        string train = Path.Combine(options.Work, "splits", $"{set}-{FewShots}-draw{draw}", "train.jsonl");
        if (!File.Exists(train))
        {
            IReadOnlyList<Utterance> full = UtteranceFile.Read(Full(options, set).Train, needIntents: true);
            UtteranceFile.Write(Draw(full, FewShots, draw), train);
        }
        return train;
    }

    internal static (List<Utterance> Train, List<Utterance> Held) Split(IEnumerable<Utterance> utterances)
    {
        List<Utterance> train = [];
        List<Utterance> held = [];
        foreach (Utterance[] intent in ByIntent(utterances, Seed))
        {
            int left = intent.Length < 2 ? 0 : Math.Max(1, (int)Math.Round(intent.Length * HeldShare));
            held.AddRange(intent[..left]);
            train.AddRange(intent[left..]);
        }
        return (train, held);
    }

    internal static List<Utterance> Draw(IEnumerable<Utterance> utterances, int each, int draw) =>
        [.. ByIntent(utterances, Seed + draw).SelectMany(intent => intent.Take(each))];

    /// <summary>The utterances of each intent, shuffled, the intents in the order of their names.</summary>
    private static IEnumerable<Utterance[]> ByIntent(IEnumerable<Utterance> utterances, int seed)
    {
        Random random = new(seed);
        foreach (var intent in utterances.GroupBy(utterance => utterance.Intent).OrderBy(intent => intent.Key, StringComparer.Ordinal))
        {
            Utterance[] shuffled = [.. intent];
            random.Shuffle(shuffled);
            yield return shuffled;
        }
    }
}
