using System.Text.Json;
using System.Text.Json.Serialization;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks;

/// <summary>What one system did on one task.</summary>
/// <param name="System">"clinicalnlp" or the peer's name.</param>
/// <param name="Setting">What a reader needs to know to repeat it.</param>
/// <param name="Measures">By name; rates in [0, 1], times in seconds unless the name says otherwise, memory in MiB.</param>
/// <param name="Labels">F1 by label, where that is of interest.</param>
internal sealed record BenchResult(
    string System,
    string Setting,
    IReadOnlyDictionary<string, double> Measures,
    IReadOnlyDictionary<string, double>? Labels = null
);

/// <summary>One piece of work that is measured as a whole or not at all, so that what it compares comes from one run.</summary>
/// <param name="Fingerprint">Of everything that the figures depend on: code, data, models, options.</param>
/// <param name="Load">Processes that wanted a processor while it was measured, our own among them (the one-minute load average).</param>
internal sealed record MeasuredUnit(
    string Fingerprint,
    DateTimeOffset Measured,
    string Machine,
    IReadOnlyList<BenchResult> Results,
    double? Load = null
);

/// <summary>The results file: units by their key, for example <c>entities/bc5cdr/seed 1</c>.</summary>
internal sealed class BenchResults
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string path;
    private readonly SortedDictionary<string, MeasuredUnit> units;

    private BenchResults(string path, SortedDictionary<string, MeasuredUnit> units)
    {
        this.path = path;
        this.units = units;
    }

    public IReadOnlyDictionary<string, MeasuredUnit> Units => units;

    /// <summary>Those of the file; none when it is not there.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_json</c>.</exception>
    public static BenchResults Load(string path)
    {
        if (!File.Exists(path))
            return new BenchResults(path, new(StringComparer.Ordinal));
        try
        {
            return new BenchResults(
                path,
                new(JsonSerializer.Deserialize<Dictionary<string, MeasuredUnit>>(TextFile.Read(path), Json) ?? [], StringComparer.Ordinal)
            );
        }
        catch (JsonException exception)
        {
            throw new UnusableInputException("invalid_json", $"Not a file of benchmark results: {exception.Message}", path);
        }
    }

    public bool Holds(string key, string fingerprint) => units.TryGetValue(key, out MeasuredUnit? unit) && unit.Fingerprint == fingerprint;

    /// <summary>Adds the unit and saves all at once, so that an interrupted run loses only what it was at.</summary>
    public void Put(string key, MeasuredUnit unit)
    {
        units[key] = unit;
        WholeFile.WriteText(path, JsonSerializer.Serialize(units, Json) + "\n");
    }

    /// <summary>The units of a part in the order of their keys, without the part's name.</summary>
    public IEnumerable<(string Task, MeasuredUnit Unit)> Of(string part) =>
        units
            .Where(unit => unit.Key.StartsWith(part + "/", StringComparison.Ordinal))
            .Select(unit => (unit.Key[(part.Length + 1)..], unit.Value));
}
