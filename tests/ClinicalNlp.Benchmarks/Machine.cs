using System.Globalization;
using System.Runtime.InteropServices;

namespace ClinicalNlp.Benchmarks;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    private const double Gibibyte = 1 << 30;

    public static string Describe() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte:F0} GiB, "
        + $"{RuntimeInformation.OSDescription.Split('#')[0].Trim()}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The load average of the last minute; null where the system does not say.</summary>
    public static double? Load()
    {
        const string Information = "/proc/loadavg";
        return File.Exists(Information) ? double.Parse(File.ReadAllText(Information).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }

    private static string Processor()
    {
        const string Information = "/proc/cpuinfo";
        string? line = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? $"{RuntimeInformation.ProcessArchitecture}"
            : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
