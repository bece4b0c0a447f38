using System.Diagnostics;
using System.Globalization;

namespace ClinicalNlp.Benchmarks;

/// <summary>A program that was run to its end: wall time, processor time, and the most memory that it or a child of it held.</summary>
/// <param name="ResidentMegabytes">MiB; null where there is no GNU time to measure it.</param>
internal sealed record MeasuredProcess(int ExitCode, double Seconds, double? ResidentMegabytes)
{
    private const string GnuTime = "/usr/bin/time";

    /// <summary>Runs the program with its streams tied to files by the shell, so that copying them costs us nothing.</summary>
    /// <param name="input">Standard input; null for none.</param>
    /// <param name="output">Standard output; null throws it away.</param>
    /// <param name="job">Its log gets standard error; it hears every quarter of a minute that the program is still at it.</param>
    public static MeasuredProcess Run(BenchJob job, IEnumerable<string> command, string? input = null, string? output = null)
    {
        string report = Path.GetTempFileName();
        try
        {
            List<string> all = File.Exists(GnuTime) ? [GnuTime, "-o", report, "-f", "%e %M"] : [];
            all.AddRange(["bash", "-c", "in=$1 out=$2 err=$3; shift 3; exec \"$@\" <\"$in\" >\"$out\" 2>>\"$err\"", "bash"]);
            all.AddRange([input ?? "/dev/null", output ?? "/dev/null", job.Log, .. command]);
            ProcessStartInfo start = new(all[0], all[1..]) { WorkingDirectory = job.Options.Root };
            // Java and Python read and write in the encoding of the locale.
            start.Environment["LC_ALL"] = "C.UTF-8";
            long before = File.Exists(job.Log) ? new FileInfo(job.Log).Length : 0;
            long started = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start) ?? throw new BenchFailure($"{all[0]} could not be started");
            while (!process.WaitForExit(TimeSpan.FromSeconds(15)))
                job.Say($"… {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s  {LastLine(job.Log, before)}");
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return new MeasuredProcess(process.ExitCode, seconds, Memory(report));
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>The same; a program that fails, fails the unit.</summary>
    public static MeasuredProcess RunOrFail(BenchJob job, IReadOnlyList<string> command, string? input = null, string? output = null)
    {
        MeasuredProcess process = Run(job, command, input, output);
        return process.ExitCode == 0
            ? process
            : throw new BenchFailure($"{Path.GetFileName(command[0])} ended with {process.ExitCode}; its messages are in {job.Log}");
    }

    private static double? Memory(string report) =>
        File.ReadLines(report).LastOrDefault()?.Split(' ') is [_, var kibibytes]
        && double.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out double resident)
            ? resident / 1024
            : null;

    /// <summary>What the program said last; the progress of a training, for example. Nothing when it has said nothing.</summary>
    /// <param name="before">Bytes of the log that others wrote.</param>
    private static string LastLine(string log, long before)
    {
        const int Tail = 400;
        using FileStream stream = new(log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(Math.Max(before, stream.Length - Tail), SeekOrigin.Begin);
        using StreamReader reader = new(stream);
        string line = reader.ReadToEnd().Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return line.Length > 100 ? line[..100] : line;
    }
}
