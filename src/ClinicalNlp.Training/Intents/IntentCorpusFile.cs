using System.Security.Cryptography;
using System.Text.Json;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;

namespace ClinicalNlp.Training.Intents;

/// <summary>A file of utterances, or of dialogues whose turns with an intent are the utterances, as a training corpus.</summary>
public static class IntentCorpusFile
{
    /// <param name="map">Maps and samples the corpus when it has an entry of that name.</param>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public static IntentCorpus Read(string path, string name, double weight = 1, SharedSets? map = null)
    {
        SharedSet? set = map?.Find(name);
        List<Utterance> utterances = HoldsDialogues(path)
            ?
            [
                .. DialogueFile
                    .Read(path)
                    .Where((_, i) => set is not { LeaveOutEvery: > 0 } || (i + 1) % set.LeaveOutEvery != 0)
                    .SelectMany(dialogue => dialogue.Labelled()),
            ]
            : [.. UtteranceFile.Read(path, needIntents: true)];
        using FileStream stream = TextFile.Open(path);
        IntentCorpus corpus = new(name, utterances, weight, Sha256: Convert.ToHexStringLower(SHA256.HashData(stream)));
        return set is null ? corpus : set.Apply(corpus);
    }

    /// <summary>Whether the first line is a dialogue.</summary>
    public static bool HoldsDialogues(string path)
    {
        using StreamReader reader = new(TextFile.Open(path));
        string? first = reader.ReadLine();
        while (first is not null && string.IsNullOrWhiteSpace(first))
            first = reader.ReadLine();
        try
        {
            using JsonDocument document = JsonDocument.Parse(first ?? "{}");
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("turns", out _);
        }
        catch (JsonException)
        {
            // The reader of utterances says what is wrong with it, and where.
            return false;
        }
    }
}

/// <summary>How one public set serves a model with other intents.</summary>
/// <param name="Intents">The set's intent to ours, to <c>oos</c>, or to null: left out because it is neither.</param>
/// <param name="Others">What every other intent of the set is; null leaves them out; "same" keeps the set's own.</param>
/// <param name="Weight">How often its utterances are drawn.</param>
/// <param name="MostMapped">Utterances taken of each intent that is one of ours.</param>
/// <param name="MostOutOfScope">Utterances taken of each intent that is out of scope; the set's own <c>oos</c> is taken whole.</param>
/// <param name="LeaveOutEvery">Of dialogues every n-th is left out, to be held out.</param>
public sealed record SharedSet(
    IReadOnlyDictionary<string, string?>? Intents = null,
    string? Others = "same",
    double Weight = 1,
    int MostMapped = int.MaxValue,
    int MostOutOfScope = int.MaxValue,
    int LeaveOutEvery = 0,
    string? Licence = null
)
{
    /// <summary>Which utterances are taken must not change with the seed of the training.</summary>
    private const int SampleSeed = 1;

    public IntentCorpus Apply(IntentCorpus corpus)
    {
        Utterance[] shuffled = [.. corpus.Utterances];
        new Random(SampleSeed).Shuffle(shuffled);
        Dictionary<string, int> taken = [];
        List<Utterance> kept = [];
        foreach (Utterance utterance in shuffled)
        {
            string? intent = IntentOf(utterance.Intent!);
            if (intent is null)
                continue;
            int count = taken[utterance.Intent!] = taken.GetValueOrDefault(utterance.Intent!) + 1;
            int most =
                intent != IntentPrediction.OutOfScope ? MostMapped
                : utterance.Intent == IntentPrediction.OutOfScope ? int.MaxValue
                : MostOutOfScope;
            if (count <= most)
                kept.Add(utterance with { Intent = intent });
        }
        return corpus with { Utterances = kept, Weight = corpus.Weight * Weight, Licence = Licence ?? corpus.Licence };
    }

    private string? IntentOf(string intent) =>
        Intents is not null && Intents.TryGetValue(intent, out string? mapped) ? mapped
        : intent == IntentPrediction.OutOfScope ? intent
        : Others == "same" ? intent
        : Others;
}

/// <summary>A JSON file that says, by corpus name, how public sets map to our intents; names that start with "_" are remarks.</summary>
public sealed class SharedSets
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Dictionary<string, SharedSet> sets = [];

    /// <exception cref="UnusableInputException"><c>file_missing</c>, <c>invalid_json</c>.</exception>
    public static SharedSets Load(string path)
    {
        SharedSets loaded = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(TextFile.Read(path));
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name.StartsWith('_'))
                    continue;
                loaded.sets[property.Name] =
                    property.Value.Deserialize<SharedSet>(Json) ?? throw new JsonException($"\"{property.Name}\" is null.");
            }
            return loaded;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnusableInputException("invalid_json", $"The map of intents cannot be read: {e.Message}", path);
        }
    }

    public SharedSet? Find(string corpus) => sets.GetValueOrDefault(corpus);
}
