using ClinicalNlp.Corpora;

namespace ClinicalNlp.Training;

/// <summary>Documents of one corpus and the labels that it annotates exhaustively.</summary>
/// <param name="Covers">For labels not in this set an unlabelled token says nothing ("O or any uncovered label"). Null: all labels are covered.</param>
/// <param name="Weight">How often its documents are drawn relative to the others.</param>
public sealed record EntityCorpus(
    string Name,
    IReadOnlyList<AnnotatedDocument> Documents,
    IReadOnlySet<string>? Covers = null,
    double Weight = 1,
    string? Licence = null,
    string? Sha256 = null
)
{
    /// <summary>
    /// The annotation guideline it follows where that is not our own: the network is told it apart while it learns and answers by ours.
    /// </summary>
    public string? Guideline { get; init; }

    /// <summary>Without documents whose text is also in one of those: nothing may be learnt from what is measured on.</summary>
    public EntityCorpus Without(IEnumerable<EntityCorpus> measured)
    {
        HashSet<string> texts = [.. measured.SelectMany(corpus => corpus.Documents).Select(document => Fingerprint(document.Text))];
        return this with { Documents = [.. Documents.Where(document => !texts.Contains(Fingerprint(document.Text)))] };
    }

    /// <summary>The first letters and digits: corpora print the same abstract with other spaces and quotes.</summary>
    private static string Fingerprint(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit).Take(FingerprintLength)).ToLowerInvariant();

    private const int FingerprintLength = 80;
}

/// <summary>Utterances with their intents, to learn from.</summary>
public sealed record IntentCorpus(
    string Name,
    IReadOnlyList<Utterance> Utterances,
    double Weight = 1,
    string? Licence = null,
    string? Sha256 = null
);

/// <summary>A file of running text without labels: .txt, .txt.gz, or JSON lines with "text".</summary>
/// <param name="Weight">How often each paragraph is taken; below 1, by lot.</param>
public sealed record TextCorpus(string Name, string Path, string? Licence = null, double Weight = 1);

/// <summary>What every recipe needs beside its data.</summary>
public sealed record TrainingOptions
{
    /// <summary>The bundle folder to write: it appears whole, by rename, or not at all.</summary>
    public required string OutputDirectory { get; init; }
    public required string ModelName { get; init; }
    public required string ModelVersion { get; init; }

    /// <summary>A bundle to start from; null trains from scratch.</summary>
    public string? BaseModelDirectory { get; init; }

    /// <summary>The pretrained encoder that a model from scratch starts from; null: from nothing. A base model brings its own.</summary>
    public string? EncoderDirectory { get; init; }
    public int Seed { get; init; } = 1;

    /// <summary>Trainings whose weights are averaged (entities only); null lets the recipe decide.</summary>
    public int? Members { get; init; }

    /// <summary>Passes over the data (entities only); null lets the recipe decide.</summary>
    public int? Epochs { get; init; }

    /// <summary>With a base model (entities only): the share of the tuned weights in their average with the base's; null lets the recipe decide.</summary>
    public float? TunedShare { get; init; }

    /// <summary>Wall-clock bound of the training; null lets the recipe decide.</summary>
    public double? Minutes { get; init; }

    /// <summary>
    /// Running text without labels: an entity model learns what <see cref="TeacherDirectories"/> say of it. Empty: it does without.
    /// </summary>
    public IReadOnlyList<TextCorpus> RunningText { get; init; } = [];

    /// <summary>Entity models with the student's labels, whose scores on <see cref="RunningText"/> are averaged and learnt from.</summary>
    public IReadOnlyList<string> TeacherDirectories { get; init; } = [];

    /// <summary>Texts that the model is measured on beside dev: running text that quotes them is left out.</summary>
    public IReadOnlyList<string> MeasuredTexts { get; init; } = [];

    /// <summary>For an encoder: columns of its layers; null leaves it to the recipe, or to the base. Other than the base's, the layers begin anew.</summary>
    public int? Width { get; init; }

    /// <summary>For an encoder with a base: its word vectors stay as they are, only the layers learn.</summary>
    public bool KeepVectors { get; init; }

    /// <summary>For an encoder: a folder of public terminologies to make dictionaries of.</summary>
    public string? TerminologyDirectory { get; init; }

    /// <summary>For an encoder: files of terms and the dictionary each is added to.</summary>
    public IReadOnlyList<(string Dictionary, string Path)> TermFiles { get; init; } = [];

    /// <summary>Data-parallel workers, one thread each.</summary>
    public int Workers { get; init; } = Math.Max(1, Math.Min(2, Environment.ProcessorCount));

    /// <summary>The command or request that repeats this run, for the model card.</summary>
    public string? Command { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
