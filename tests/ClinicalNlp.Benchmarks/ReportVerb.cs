using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>report</c>: writes the tables of BENCHMARKS.md from the results, each between its two marks; the text around them stays.</summary>
/// <remarks>
/// <code>
/// &lt;!-- bench: speed --&gt;
/// …the table…
/// &lt;!-- /bench: speed --&gt;
/// </code>
/// </remarks>
internal static class ReportVerb
{
    private const string Text = "BENCHMARKS.md";

    /// <exception cref="UnusableInputException"><c>missing_mark</c>: the text has no place for a table.</exception>
    public static void Run(BenchOptions options, TextWriter output)
    {
        BenchResults results = BenchResults.Load(options.Results);
        string source = Path.Combine(options.Root, Text);
        // A quick run's figures mean nothing: they never reach the text that is read.
        string target = options.Report ?? (options.Quick ? Path.Combine(options.Work, "quick.md") : source);
        WholeFile.WriteText(target, Fill(TextFile.Read(source), source, results));
        output.WriteLine($"written: {target}");
    }

    internal static string Fill(string text, string source, BenchResults results)
    {
        foreach ((string name, Func<BenchResults, string> table) in ReportTables.All)
        {
            string begin = $"<!-- bench: {name} -->\n";
            string end = $"<!-- /bench: {name} -->";
            int from = text.IndexOf(begin, StringComparison.Ordinal);
            int to = from < 0 ? -1 : text.IndexOf(end, from, StringComparison.Ordinal);
            if (to < 0)
                throw new UnusableInputException("missing_mark", $"The marks of the table \"{name}\" are not here.", source);
            text = text[..(from + begin.Length)] + table(results) + text[to..];
        }
        return text;
    }
}
