using System.Diagnostics;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks;

/// <summary>Raw text to mentions, end to end: tokens a second on all threads, the median latency of one note and of one utterance.</summary>
internal static class Throughput
{
    private const int Rounds = 5;
    private const int Requests = 300;

    public static void Run(TextWriter output, int threads)
    {
        string[] notes = ShippedModels.Notes();
        long tokens = notes.Sum(note => (long)Tokenizer.Tokenize(note).Length);
        using var recognizer = ShippedModels.Entities(threads);
        recognizer.Recognize(notes[..Math.Min(50, notes.Length)]);
        double[] rates = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            recognizer.Recognize(notes);
            rates[round] = tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        output.WriteLine($"extraction   {notes.Length} notes, {tokens} tokens, {threads} threads: {Describe(rates, "tokens/s", 0)}");

        string note = ShippedModels.NoteOf300Words();
        output.WriteLine(
            $"one note     300 words, {Tokenizer.Tokenize(note).Length} tokens: {Describe(Time(() => recognizer.Recognize(note)), "ms", 2)}"
        );

        using var classifier = ShippedModels.Intents();
        string[] utterances = ShippedModels.Utterances();
        int next = 0;
        double[] classified = Time(() => classifier.Classify(utterances[next++ % utterances.Length]));
        output.WriteLine($"one utterance: {Describe(classified, "ms", 3)}");
    }

    private static double[] Time(Action action)
    {
        for (int i = 0; i < 30; i++)
            action();
        double[] milliseconds = new double[Requests];
        for (int i = 0; i < Requests; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return milliseconds;
    }

    private static string Describe(double[] values, string unit, int digits)
    {
        Array.Sort(values);
        string Format(double value) => value.ToString($"F{digits}");
        return $"median {Format(values[values.Length / 2])} {unit} (min {Format(values[0])}, max {Format(values[^1])})";
    }
}
