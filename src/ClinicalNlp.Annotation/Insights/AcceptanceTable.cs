using System.Globalization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>Counts decided suggestions by label, version and week.</summary>
internal static class AcceptanceTable
{
    public static AcceptanceReport Of(IEnumerable<DecidedSuggestion> decided)
    {
        var cells = decided
            .GroupBy(item => (item.Label, item.Model, Week: WeekOf(item.At)))
            .Select(cell => new AcceptanceCell(cell.Key.Label, cell.Key.Model, cell.Key.Week, Count(cell)))
            .OrderBy(cell => cell.Label, StringComparer.Ordinal)
            .ThenBy(cell => NameOf(cell.Model), StringComparer.Ordinal)
            .ThenBy(cell => cell.Week)
            .ToList();
        return new AcceptanceReport(
            Sum("all", cells),
            By(cells, cell => cell.Label),
            By(cells, cell => NameOf(cell.Model)),
            By(cells, cell => cell.Week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            cells
        );
    }

    public static string NameOf(ModelStamp model) => $"{model.Name} {model.Version}";

    private static List<AcceptanceOf> By(IEnumerable<AcceptanceCell> cells, Func<AcceptanceCell, string> key) =>
        [.. cells.GroupBy(key).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Sum(group.Key, group))];

    private static AcceptanceOf Sum(string name, IEnumerable<AcceptanceCell> cells)
    {
        var counts = cells.Aggregate(new AcceptanceCounts(0, 0, 0, 0, 0), (sum, cell) => sum + cell.Counts);
        return new AcceptanceOf(name, counts.Decided, counts, ScoreIntervals.Proportion(counts.Accepted, counts.Decided));
    }

    private static AcceptanceCounts Count(IEnumerable<DecidedSuggestion> cell)
    {
        var counts = cell.CountBy(item => item.Outcome).ToDictionary();
        return new AcceptanceCounts(
            counts.GetValueOrDefault(SuggestionOutcome.Accepted),
            counts.GetValueOrDefault(SuggestionOutcome.Relabelled),
            counts.GetValueOrDefault(SuggestionOutcome.Resized),
            counts.GetValueOrDefault(SuggestionOutcome.Rejected),
            counts.GetValueOrDefault(SuggestionOutcome.Missed)
        );
    }

    private static DateOnly WeekOf(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        return day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
    }
}
