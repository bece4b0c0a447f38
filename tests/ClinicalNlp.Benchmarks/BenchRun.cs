using System.Globalization;

namespace ClinicalNlp.Benchmarks;

/// <param name="Seconds">A guess, from which the time left is estimated.</param>
internal sealed record BenchUnit(string Key, double Seconds, string Fingerprint, Func<BenchJob, IReadOnlyList<BenchResult>> Measure);

/// <summary>What a unit is given while it runs.</summary>
/// <param name="Log">The file that the programs it starts write their progress to.</param>
/// <param name="Say">One line of progress.</param>
internal sealed record BenchJob(BenchOptions Options, string Log, Action<string> Say);

/// <summary>Runs units one after the other, keeps what was measured before, and says how far it is.</summary>
internal sealed class BenchRun(BenchOptions options, TextWriter output, TimeProvider time)
{
    /// <returns>How many units failed.</returns>
    public int Run(IReadOnlyList<BenchUnit> units)
    {
        BenchResults results = BenchResults.Load(options.Results);
        List<BenchUnit> wanted = [.. units.Where(unit => options.Again || !results.Holds(unit.Key, unit.Fingerprint))];
        if (units.Count > wanted.Count)
            output.WriteLine(
                $"{units.Count - wanted.Count} of {units.Count} measured before and unchanged since (--again measures them again)"
            );
        double left = wanted.Sum(unit => unit.Seconds);
        double guessed = 0;
        double spent = 0;
        int failed = 0;
        for (int i = 0; i < wanted.Count; i++)
        {
            BenchUnit unit = wanted[i];
            // How much slower or faster this machine is than the guesses, once there is something to tell it from.
            double pace = guessed > 20 ? spent / guessed : 1;
            string place = $"[{i + 1}/{wanted.Count}] {unit.Key}";
            output.WriteLine($"{place}  about {Clock(left * pace)} left");
            long started = time.GetTimestamp();
            try
            {
                BenchJob job = new(options, LogOf(unit.Key), line => output.WriteLine($"{place}  {line}"));
                IReadOnlyList<BenchResult> measured = unit.Measure(job);
                results.Put(unit.Key, new MeasuredUnit(unit.Fingerprint, time.GetUtcNow(), Machine.Describe(), measured, Machine.Load()));
                foreach (BenchResult result in measured)
                    output.WriteLine($"    {result.System}: {Summary(result)}");
            }
            catch (Exception failure) when (failure is BenchFailure or UnusableInputException or InvalidDataException or IOException)
            {
                failed++;
                output.WriteLine($"{place}  FAILED: {failure.Message}");
            }
            spent += time.GetElapsedTime(started).TotalSeconds;
            guessed += unit.Seconds;
            left -= unit.Seconds;
        }
        return failed;
    }

    private static string Summary(BenchResult result) =>
        string.Join(
            "  ",
            result.Measures.Select(measure =>
                measure.Value is >= 0 and <= 1 && !measure.Key.EndsWith("seconds", StringComparison.OrdinalIgnoreCase)
                    ? $"{measure.Key} {100 * measure.Value:F2}%"
                    : string.Create(CultureInfo.InvariantCulture, $"{measure.Key} {measure.Value:#,0.###}")
            )
        );

    private string LogOf(string key)
    {
        string folder = Path.Combine(options.Work, "logs");
        Directory.CreateDirectory(folder);
        string log = Path.Combine(folder, key.Replace('/', '-').Replace(' ', '-') + ".log");
        File.Delete(log);
        return log;
    }

    private static string Clock(double seconds) => $"{(int)seconds / 60}:{(int)seconds % 60:00}";
}

/// <summary>A unit that could not be measured: says what failed and where its log is. The others go on.</summary>
internal sealed class BenchFailure(string message) : Exception(message);
