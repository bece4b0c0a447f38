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
        BenchOptions options = BenchOptions.Parse([]);
        recognizer = EntityRecognizer.Load(NewestModels.Load(options.Models, "clinical-entities"));
        classifier = IntentClassifier.Load(NewestModels.Load(options.Models, IntentTasks.Own));
        note = ShippedModels.NoteOf300Words(options);
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
