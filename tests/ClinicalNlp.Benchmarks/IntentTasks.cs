using ClinicalNlp.Corpora;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Benchmarks;

/// <summary>One set of utterances to train on and to measure on.</summary>
/// <param name="Dev">Whether the measured file is a dev split that training may see (it decides the bias of out of scope and the temperature); held-out parts are not shown.</param>
/// <param name="Train">Names the training file, writing it first where it is a split of ours.</param>
internal sealed record IntentTask(string Name, bool Dev, string Source, Func<(string Train, string Held)> Files);

internal static class IntentTasks
{
    /// <summary>Our own set.</summary>
    public const string Own = "care-intents";
    public const string OwnDialogues = "care-dialogues";

    private static readonly string[] WithDev = ["clinc150", "vira_intents"];

    public static string OwnFile(BenchOptions options, string split) => Path.Combine(options.Root, "corpora", Own, split + ".jsonl");

    /// <summary>Every held-out set of our own, the card's first; of the dialogues the turns that have an intent, each after the turns before it.</summary>
    public static IEnumerable<(string Name, string File)> OwnHeldOut(BenchOptions options)
    {
        foreach (string corpus in new[] { Own, OwnDialogues })
        {
            string folder = Path.Combine(options.Root, "corpora", corpus);
            string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "heldout*.jsonl") : [];
            foreach (string file in files.OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal))
                yield return ($"{corpus}, {Path.GetFileNameWithoutExtension(file)}", file);
        }
    }

    /// <summary>Utterances of a file of utterances or of dialogues.</summary>
    public static IReadOnlyList<Utterance> Read(string file) =>
        IntentCorpusFile.HoldsDialogues(file)
            ? [.. DialogueFile.Read(file).SelectMany(dialogue => dialogue.Labelled())]
            : UtteranceFile.Read(file, needIntents: true);

    /// <param name="draws">How many few-shot draws of each set that has them.</param>
    public static IEnumerable<IntentTask> Of(BenchOptions options, int draws)
    {
        if (options.Quick)
        {
            string own = OwnFile(options, "train");
            return [new IntentTask(Own, true, own, () => (own, OwnFile(options, "heldout")))];
        }
        return options.Corpora is null ? [] : Public(options, draws);
    }

    private static IEnumerable<IntentTask> Public(BenchOptions options, int draws)
    {
        foreach (string set in WithDev)
        {
            string folder = Path.Combine(options.Corpora!, "intents", set);
            string train = Path.Combine(folder, "train.jsonl");
            yield return new IntentTask(set, true, train, () => (train, Path.Combine(folder, "dev.jsonl")));
        }
        foreach (string set in IntentSplits.Sets(options))
        {
            string source = IntentSplits.Source(options, set);
            yield return new IntentTask(set, false, source, () => IntentSplits.Full(options, set));
            for (int draw = 1; draw <= draws; draw++)
            {
                int chosen = draw;
                yield return new IntentTask(
                    $"{set}, {IntentSplits.FewShots} an intent, draw {draw}",
                    false,
                    source,
                    () => (IntentSplits.FewShot(options, set, chosen), IntentSplits.Full(options, set).Held)
                );
            }
        }
    }
}
