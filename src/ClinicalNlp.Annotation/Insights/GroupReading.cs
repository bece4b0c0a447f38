using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>One way to tell documents apart by whom or what they are about.</summary>
/// <param name="Keys">Of the meta data; the first that is there counts, whatever its case.</param>
public sealed record CoverageKey(string Name, IReadOnlyList<string> Keys)
{
    /// <summary>Letters and words for the same sex are one group under this name.</summary>
    public const string Sex = "sex";

    /// <summary>Numbers under this name are years and are put into bands.</summary>
    public const string Age = "age";

    /// <summary>Falls back on the kind of the document.</summary>
    public const string NoteType = "noteType";

    /// <summary>What is looked at unless something else is asked for.</summary>
    public static IReadOnlyList<CoverageKey> Usual { get; } =
    [
        new(Sex, ["sex", "gender"]),
        new(Age, ["age", "ageBand"]),
        new("language", ["language", "lang"]),
        new("site", ["site"]),
        new(NoteType, ["noteType", "type", "kind", "specialty"]),
    ];

    /// <summary>Reads <c>sex:sex|gender</c>; without a colon the name is the key.</summary>
    /// <returns>Null when it names nothing.</returns>
    public static CoverageKey? Parse(string text)
    {
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        string[] keys = parts[^1].Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts[0].Length == 0 || keys.Length == 0 ? null : new CoverageKey(parts[0], keys);
    }
}

/// <summary>Counts documents and scores suggestions by group.</summary>
internal static class GroupReading
{
    /// <summary>Gold items under which a group's score says nothing: one more or less moves it by five points.</summary>
    public const int MinimumItems = 20;

    /// <summary>The most values shown; the rarest of the others are put together.</summary>
    private const int MostValues = 12;

    /// <summary>Longer values are no names of groups, and might be text that is to stay with the document.</summary>
    private const int LongestValue = 40;

    private const string Others = "others";

    private static readonly (int Up, string Band)[] Bands =
    [
        (17, "0–17"),
        (39, "18–39"),
        (64, "40–64"),
        (79, "65–79"),
        (int.MaxValue, "80+"),
    ];

    // What hospital systems send for HL7's administrative gender, in full or by its letter. Others stay as they are given.
    private static readonly Dictionary<string, string> Sexes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["f"] = "female",
        ["woman"] = "female",
        ["w"] = "female",
        ["m"] = "male",
        ["man"] = "male",
        ["o"] = "other",
        ["u"] = "unknown",
    };

    /// <param name="documents">With their scores; null where there are none.</param>
    public static GroupCoverage Of(CoverageKey by, IReadOnlyList<(DocumentLog Log, ScoredDocument? Scored)> documents)
    {
        var values = documents
            // Files write the same group differently: a group that is split by its spelling looks too small to say anything.
            .GroupBy(document => ValueOf(by, document.Log) ?? "", StringComparer.OrdinalIgnoreCase)
            .Select(group => (Value: group.Key, Documents: group.ToList()))
            .OrderByDescending(group => Count(group.Documents))
            .ThenBy(group => group.Value, StringComparer.Ordinal)
            .ToList();
        var unstated = values.Where(group => group.Value.Length == 0).ToList();
        var stated = values.Where(group => group.Value.Length > 0 && group.Value != Others).ToList();
        var rest = stated
            .Skip(MostValues)
            .Concat(values.Where(group => group.Value == Others))
            .SelectMany(group => group.Documents)
            .ToList();
        stated = [.. stated.Take(MostValues)];
        if (by.Name == CoverageKey.Age)
        {
            stated = [.. stated.OrderBy(group => LeadingNumber(group.Value)).ThenBy(group => group.Value, StringComparer.Ordinal)];
        }

        if (rest.Count > 0)
        {
            stated.Add((Others, rest));
        }

        return new GroupCoverage(
            by.Name,
            by.Keys,
            Count(documents) - unstated.Sum(group => Count(group.Documents)),
            [.. stated.Concat(unstated).Select(group => Row(group.Value.Length == 0 ? null : group.Value, group.Documents))]
        );
    }

    internal static string? ValueOf(CoverageKey by, DocumentLog document)
    {
        foreach (string key in by.Keys)
        {
            var found = document.Meta?.FirstOrDefault(pair => string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
            if (found is JsonValue value && Text(value) is { Length: > 0 } text)
            {
                return by.Name switch
                {
                    CoverageKey.Age => BandOf(text),
                    CoverageKey.Sex => Sexes.GetValueOrDefault(text, Short(text)),
                    _ => Short(text),
                };
            }
        }

        return by.Name == CoverageKey.NoteType ? Short(document.Kind) : null;
    }

    private static GroupValue Row(string? value, IReadOnlyList<(DocumentLog Log, ScoredDocument? Scored)> documents)
    {
        var scored = documents.Select(document => document.Scored).OfType<ScoredDocument>().ToList();
        int items = scored.Sum(document => document.Items);
        return new GroupValue(
            value,
            Count(documents),
            Count(documents.Where(document => document.Log.Done)),
            items,
            items < MinimumItems,
            ScoreIntervals.Of([.. scored.Select(document => document.Labels)]).All.F1
        );
    }

    /// <summary>Readings of a document are scored with it and counted in it.</summary>
    private static int Count(IEnumerable<(DocumentLog Log, ScoredDocument? Scored)> documents) =>
        documents.Count(document => document.Log.Reader is null);

    private static string? Text(JsonValue value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Trim(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
            _ => null,
        };

    private static string BandOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double years) && years is >= 0 and < 150
            ? Bands.First(band => (int)years <= band.Up).Band
            : Short(text);

    private static string Short(string text) => text.Length > LongestValue ? Others : text;

    private static int LeadingNumber(string text) =>
        int.TryParse(string.Concat(text.TakeWhile(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : int.MaxValue;
}
