using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;

[assembly: AssemblyFixture(typeof(ClinicalNlp.Server.Tests.TinyModels))]

namespace ClinicalNlp.Server.Tests;

/// <summary>
/// Models that learn a toy language in moments, trained once for all tests. Version 1 of the entity model knows problems, version 2 knows
/// medications, so that an answer shows which version made it.
/// </summary>
public sealed class TinyModels : IDisposable
{
    public const string Entities = "clinical-entities";
    public const string Intents = "care-intents";

    private static readonly string[] Problems = ["asthma", "hypertension", "migraine", "gout", "anaemia", "psoriasis"];
    private static readonly string[] Medications = ["lisinopril", "metformin", "warfarin", "ibuprofen", "omeprazole", "salbutamol"];
    private readonly Lazy<string> _folder;

    public TinyModels() => _folder = new Lazy<string>(Train);

    /// <summary>As <c>models/</c> in the repository.</summary>
    public string Folder => _folder.Value;

    /// <summary>A note with a problem and a medication.</summary>
    public static AnnotatedDocument Note(int i, params string[] labels)
    {
        var (problem, medication) = (Problems[i % Problems.Length], Medications[i / 2 % Medications.Length]);
        var text = (i % 3) switch
        {
            0 => $"Known {problem}; started {medication} today.",
            1 => $"Takes {medication} for {problem}.",
            _ => $"Seen for {problem} 😀.\r\nContinue {medication}.",
        };
        AnnotatedSpan[] spans = [Span(problem, "PROBLEM"), Span(medication, "MEDICATION")];
        return new AnnotatedDocument($"n{i}", text, [.. spans.Where(s => labels.Contains(s.Label)).OrderBy(s => s.Span)]);

        AnnotatedSpan Span(string words, string label)
        {
            var at = text.IndexOf(words, StringComparison.Ordinal);
            return new AnnotatedSpan(new TextSpan(at, at + words.Length), label);
        }
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            Directory.Delete(_folder.Value, recursive: true);
        }
    }

    private static string Train()
    {
        var folder = Directory.CreateTempSubdirectory("clinicalnlp-models-").FullName;
        EntityRecipe.Train([Corpus("PROBLEM")], [], Options(folder, Entities, "1"));
        EntityRecipe.Train([Corpus("MEDICATION")], [], Options(folder, Entities, "2"));
        string[] asking =
        [
            "hello there",
            "hi",
            "good morning",
            "hey you",
            "refill my pills please",
            "i need a refill",
            "more tablets please",
            "renew my prescription",
        ];
        var utterances = Enumerable
            .Range(0, 40)
            .Select(i => new Utterance(
                $"{asking[i % 8]}{(i < 8 ? "" : i % 2 == 0 ? " now" : " today")}",
                i % 8 < 4 ? "greeting" : "refill_prescription"
            ))
            // What "yes please" means depends on the turn before.
            .Concat(Enumerable.Range(0, 12).Select(_ => new Utterance("yes please", "refill_prescription", ["shall i renew your tablets"])))
            .Concat(Enumerable.Range(0, 12).Select(_ => new Utterance("yes please", "greeting", ["may i say hello to you"])))
            .Concat(Enumerable.Range(0, 12).Select(i => new Utterance($"what is the capital of country {i}", "oos")))
            .ToList();
        IntentRecipe.Train([new IntentCorpus("tiny", utterances)], [], Options(folder, Intents, "1"));
        return folder;
    }

    private static EntityCorpus Corpus(string label) => new("tiny", [.. Enumerable.Range(0, 30).Select(i => Note(i, label))]);

    private static TrainingOptions Options(string folder, string name, string version) =>
        new()
        {
            OutputDirectory = Path.Combine(folder, name, version),
            ModelName = name,
            ModelVersion = version,
            Seed = 1,
            Minutes = 0.1,
        };
}
