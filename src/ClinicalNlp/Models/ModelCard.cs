using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ClinicalNlp.Models;

/// <summary>What a model is, what made it and what it scored: <c>card.json</c> of a bundle.</summary>
/// <remarks>Fields that this version does not know are tolerated, so that an older program reads a newer card; required ones are not optional.</remarks>
public sealed record ModelCard
{
    /// <summary>The one bundle format that this version reads and writes.</summary>
    public const string CurrentFormat = "clinicalnlp-model/1";
    public const string EntitiesKind = "entities";
    public const string IntentsKind = "intents";
    public const string EncoderKind = "encoder";
    public const string FileName = "card.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Format { get; init; } = CurrentFormat;

    /// <summary><see cref="EntitiesKind"/>, <see cref="IntentsKind"/> or <see cref="EncoderKind"/>.</summary>
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>Entity types or intents, in the order of the model's outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Everything that the recipe needs to load and to repeat the model; the recipe owns the shape.</summary>
    public JsonObject Settings { get; init; } = [];
    public IReadOnlyList<CardCorpus> Corpora { get; init; } = [];

    /// <summary>The version that training started from.</summary>
    public CardParent? Parent { get; init; }
    public IReadOnlyList<CardScore> Scores { get; init; } = [];
    public CardTraining? Training { get; init; }

    /// <summary>Every other file of the bundle; filled by <see cref="ModelBundleWriter"/>.</summary>
    public IReadOnlyDictionary<string, CardFile> Files { get; init; } = new SortedDictionary<string, CardFile>(StringComparer.Ordinal);

    /// <summary>Indented UTF-8 JSON with a final line feed.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>The card of a folder, without looking at the files it speaks of.</summary>
    /// <returns>Null when there is none that can be read.</returns>
    public static ModelCard? ReadOrNull(string directory)
    {
        try
        {
            return Parse(File.ReadAllBytes(Path.Combine(directory, FileName)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="JsonException">No card, or a required field is missing; the message names it.</exception>
    internal static ModelCard Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ModelCard>(json, Json) ?? throw new JsonException("The card is null.");
}

/// <summary>A corpus that the model learnt from.</summary>
/// <param name="Sha256">Of the training file.</param>
/// <param name="Count">Documents or utterances.</param>
public sealed record CardCorpus(string Name, int Count, string? Licence = null, string? Sha256 = null);

/// <summary>The version that a training started from.</summary>
public sealed record CardParent(string Name, string Version, string Fingerprint);

/// <param name="Split">For example "dev": never a test split.</param>
/// <param name="Measure">"f1" (exact match) or "accuracy".</param>
/// <param name="Overall">Micro average, in [0, 1].</param>
public sealed record CardScore(
    string Corpus,
    string Split,
    string Measure,
    double Overall,
    IReadOnlyDictionary<string, double>? Labels = null
);

/// <param name="Command">The command that trains it again.</param>
public sealed record CardTraining(int Seed, double Seconds, int Workers, string? Command = null);

/// <summary>What a file of the bundle must be; loading refuses it otherwise.</summary>
public sealed record CardFile(string Sha256, long Bytes);
