using System.CommandLine;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Cli;

/// <summary><c>--map FROM=TO</c>, repeated: what a label of the data is called in the model; <c>FROM=</c> leaves it out.</summary>
internal static class LabelRenames
{
    public static Option<string[]> Option() =>
        new("--map") { Description = "FROM=TO: a label of the data is called TO in the model; FROM= leaves it out. May be repeated." };

    /// <exception cref="UnusableInputException"><c>invalid_option</c>.</exception>
    public static IReadOnlyDictionary<string, string> Of(string[]? given)
    {
        var renames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in given ?? [])
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || !renames.TryAdd(pair[..sign], pair[(sign + 1)..]))
                throw new UnusableInputException("invalid_option", $"--map {pair} is not FROM=TO, or FROM was mapped already.");
        }
        return renames;
    }

    /// <summary>The spans with their new labels; those mapped to nothing are left out.</summary>
    public static IReadOnlyList<AnnotatedSpan> Apply(IReadOnlyDictionary<string, string> renames, IReadOnlyList<AnnotatedSpan> spans) =>
        renames.Count == 0
            ? spans
            :
            [
                .. spans
                    .Select(span => renames.TryGetValue(span.Label, out var label) ? span with { Label = label } : span)
                    .Where(span => span.Label.Length > 0),
            ];
}
