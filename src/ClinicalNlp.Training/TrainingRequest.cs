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
);

public sealed record IntentCorpus(
    string Name,
    IReadOnlyList<Utterance> Utterances,
    double Weight = 1,
    string? Licence = null,
    string? Sha256 = null
);

/// <summary>A file of running text without labels: .txt, .txt.gz, or JSON lines with "text".</summary>
public sealed record TextCorpus(string Name, string Path, string? Licence = null);

/// <summary>What every recipe needs beside its data.</summary>
public sealed record TrainingOptions
{
    /// <summary>The bundle folder to write: it appears whole, by rename, or not at all.</summary>
    public required string OutputDirectory { get; init; }
    public required string ModelName { get; init; }
    public required string ModelVersion { get; init; }

    /// <summary>A bundle to start from; null trains from scratch.</summary>
    public string? BaseModelDirectory { get; init; }
    public int Seed { get; init; } = 1;

    /// <summary>Wall-clock bound of the training; null lets the recipe decide.</summary>
    public double? Minutes { get; init; }

    /// <summary>Running text, from which an intent model from scratch learns word vectors first; empty: it does without.</summary>
    public IReadOnlyList<TextCorpus> RunningText { get; init; } = [];

    /// <summary>Data-parallel workers, one thread each.</summary>
    public int Workers { get; init; } = Math.Max(1, Math.Min(2, Environment.ProcessorCount));

    /// <summary>The command or request that repeats this run, for the model card.</summary>
    public string? Command { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
