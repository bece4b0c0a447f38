using BenchmarkDotNet.Attributes;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;

namespace ClinicalNlp.Benchmarks;

/// <summary>The shipped models on one thread.</summary>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private EntityRecognizer recognizer = null!;
    private IntentClassifier classifier = null!;
    private string note = "";

    [GlobalSetup]
    public void Setup()
    {
        recognizer = ShippedModels.Entities(threads: 1);
        classifier = ShippedModels.Intents();
        note = ShippedModels.NoteOf300Words();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        recognizer.Dispose();
        classifier.Dispose();
    }

    [Benchmark]
    public int ExtractNoteOf300Words() => recognizer.Recognize(note).Count;

    [Benchmark]
    public string ClassifyUtterance() =>
        classifier.Classify("hi can i move my appointment on friday to the week after, something came up").Intent;
}
