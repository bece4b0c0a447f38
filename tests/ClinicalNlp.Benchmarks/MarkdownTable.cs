using System.Globalization;
using System.Text;

namespace ClinicalNlp.Benchmarks;

/// <summary>A table for people: a missing figure is an empty cell, a table without rows says so.</summary>
internal sealed class MarkdownTable(params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Row(params string[] cells) => rows.Add(cells);

    public override string ToString()
    {
        if (rows.Count == 0)
            return "Not measured.\n";
        StringBuilder table = new();
        Line(columns);
        Line([.. columns.Select(_ => "---")]);
        foreach (string[] row in rows)
            Line(row);
        return table.ToString();

        void Line(string[] cells) => table.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|"))).Append(" |\n");
    }

    /// <summary>A rate in [0, 1] in points.</summary>
    public static string Points(double? rate) => rate is { } value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "";

    public static string Points(BenchResult result, string measure) => Points(Of(result, measure));

    /// <summary>Enough digits to compare by: 104,000; 35.2; 0.31.</summary>
    public static string Number(double? number) =>
        number switch
        {
            null => "",
            >= 10_000 => (Math.Round(number.Value / 1000) * 1000).ToString("#,0", CultureInfo.InvariantCulture),
            >= 100 => number.Value.ToString("#,0", CultureInfo.InvariantCulture),
            >= 1 => number.Value.ToString("0.0", CultureInfo.InvariantCulture),
            _ => number.Value.ToString("0.00", CultureInfo.InvariantCulture),
        };

    public static string Number(BenchResult result, string measure) => Number(Of(result, measure));

    public static string Count(BenchResult result, string measure) =>
        Of(result, measure)?.ToString("#,0", CultureInfo.InvariantCulture) ?? "";

    public static double? Of(BenchResult result, string measure) => result.Measures.TryGetValue(measure, out double value) ? value : null;

    /// <summary>One figure as a multiple of another; empty when either is missing.</summary>
    public static string Ratio(double? of, double? to) => of is { } above && to is > 0 and { } below ? $"{Number(above / below)}×" : "";
}
