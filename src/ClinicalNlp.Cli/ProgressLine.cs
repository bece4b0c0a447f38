using ClinicalNlp.Training;

namespace ClinicalNlp.Cli;

/// <summary>Training progress on standard error: one line that changes on a terminal, a line every few seconds in a log.</summary>
internal sealed class ProgressLine(CommandConsole console) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private string? _phase;
    private long _last;
    private int _drawn;

    public void Report(TrainingProgress value)
    {
        lock (_gate)
        {
            var now = console.Time.GetTimestamp();
            var due = console.Time.GetElapsedTime(_last, now) >= (console.ErrorIsTerminal ? DrawEvery : LogEvery);
            if (!due && value.Phase == _phase && value.DevScore is null)
                return;
            (_phase, _last) = (value.Phase, now);
            var line = Describe(value);
            if (!console.ErrorIsTerminal)
            {
                console.Error.WriteLine(line);
                return;
            }
            console.Error.Write("\r" + line.PadRight(_drawn));
            _drawn = line.Length;
            // A measured score stays on the screen.
            if (value.DevScore is not null)
                EndLine();
        }
    }

    /// <summary>Leaves the line that was being overwritten.</summary>
    public void EndLine()
    {
        if (_drawn > 0)
            console.Error.WriteLine();
        _drawn = 0;
    }

    internal static string Describe(TrainingProgress progress)
    {
        var parts = new List<string> { progress.Phase };
        if (progress.Total > 0)
            parts.Add($"{progress.Done:N0}/{progress.Total:N0} {progress.Unit}");
        if (progress.PerSecond > 0)
            parts.Add($"{progress.PerSecond:N0}/s");
        if (progress.TimeLeft is { } left)
            parts.Add($"{(int)left.TotalMinutes}:{left.Seconds:00} left");
        if (progress.Epoch > 0)
            parts.Add($"epoch {progress.Epoch}");
        if (progress.Loss is { } loss)
            parts.Add($"loss {loss:F4}");
        if (progress.DevScore is { } score)
            parts.Add($"dev {100 * score:F2}");
        return string.Join("  ", parts);
    }
}
