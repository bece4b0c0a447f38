using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Entities;

namespace ClinicalNlp.Tests.Training;

/// <summary>A toy language in which a small network learns to tag drugs, doses and complaints in a second or two.</summary>
internal static class PillBox
{
    private static readonly string[] Drugs = ["aspirin", "metoprolol", "lisinopril", "warfarin", "heparin", "insulin", "alpha-blocker"];
    private static readonly string[] Complaints = ["pain", "chest pain", "fever", "nausea", "shortness of breath", "cough"];
    private static readonly string[] Doses = ["5 mg", "10 mg", "20 mg", "2 tablets"];
    private static readonly string[] Frames =
    [
        "Patient took {D} {S} for {C}.",
        "Started {D} because of {C} 😀.",
        "No {C} today; continue {D} {S}.",
        "She reports {C} after {D}.\r\nThe wound is clean.",
        "Doctor stopped {D}, {C} persists.",
    ];

    public static EntitySettings Small { get; } = new() { Width = 32, Depth = 2 };

    public static EntityHyperparameters Quick { get; } =
        new()
        {
            Epochs = 6,
            BatchTokens = 60,
            Rate = 0.01,
            TableRate = 0.01,
            Dropout = 0.1f,
            InputDropout = 0,
        };

    public static EntityCorpus Corpus(
        int documents,
        int seed,
        string[]? keep = null,
        IReadOnlySet<string>? covers = null,
        string[]? drugs = null
    )
    {
        drugs ??= Drugs;
        Random random = new(seed);
        List<AnnotatedDocument> made = [];
        for (int d = 0; d < documents; d++)
        {
            string text = "";
            List<AnnotatedSpan> spans = [];
            foreach (string piece in Frames[random.Next(Frames.Length)].Split('{', '}'))
            {
                (string surface, string? label) = piece switch
                {
                    "D" => (drugs[random.Next(drugs.Length)], "MEDICATION"),
                    "C" => (Complaints[random.Next(Complaints.Length)], "PROBLEM"),
                    "S" => (Doses[random.Next(Doses.Length)], "DOSAGE"),
                    _ => (piece, (string?)null),
                };
                if (label is not null && (keep is null || keep.Contains(label, StringComparer.Ordinal)))
                    spans.Add(new AnnotatedSpan(new TextSpan(text.Length, text.Length + surface.Length), label));
                text += surface;
            }
            made.Add(new AnnotatedDocument($"d{d}", text, spans));
        }
        return new EntityCorpus("pill box", made, covers);
    }

    public static TrainingResult Train(
        string directory,
        IReadOnlyList<EntityCorpus> train,
        IReadOnlyList<EntityCorpus>? dev = null,
        string? baseModel = null,
        int seed = 1,
        int workers = 2,
        double? minutes = null,
        EntityHyperparameters? hyperparameters = null,
        EntitySettings? settings = null,
        TimeProvider? time = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        EntityRecipe.Train(
            train,
            dev ?? [],
            new TrainingOptions
            {
                OutputDirectory = directory,
                ModelName = "pill-box",
                ModelVersion = "1",
                Seed = seed,
                Workers = workers,
                Minutes = minutes,
                BaseModelDirectory = baseModel,
                Time = time ?? TimeProvider.System,
            },
            settings ?? Small,
            hyperparameters ?? Quick,
            progress,
            cancellation
        );
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "clinicalnlp-" + Guid.NewGuid().ToString("N"));

    public ScratchFolder() => Directory.CreateDirectory(Path);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
