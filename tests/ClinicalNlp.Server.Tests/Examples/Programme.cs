using System.Collections.Concurrent;
using System.Diagnostics;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Tests.Examples;

/// <summary>A programme beside the tests, with all that it says.</summary>
internal sealed class Programme : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private Programme(Process process) => _process = process;

    public static string Folder => Path.Combine(ServerOptions.FindHome(AppContext.BaseDirectory, "."), "examples");

    public string Said => string.Join('\n', _lines);

    /// <summary>Whether programmes are installed here; they are asked for their version, because a name alone may be a shim of nothing.</summary>
    public static void Need(params string[] names)
    {
        foreach (string name in names)
        {
            try
            {
                using var asked = Process.Start(
                    new ProcessStartInfo(name, "--version")
                    {
                        UseShellExecute = false,
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    }
                )!;
                asked.WaitForExit();
                if (asked.ExitCode == 0)
                {
                    continue;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not found.
            }

            Assert.Skip($"The example needs {name}, which is not installed here.");
        }
    }

    public static Programme Start(string file, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var programme = new Programme(process);
        process.OutputDataReceived += (_, line) => programme.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => programme.Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return programme;
    }

    /// <summary>Runs to the end, which is a good one, and returns the lines.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(
        string file,
        IEnumerable<string> arguments,
        params (string Name, string? Value)[] environment
    )
    {
        using var programme = Start(file, arguments, environment);
        using var patience = new CancellationTokenSource(Patience);
        await programme._process.WaitForExitAsync(patience.Token);
        Assert.True(programme._process.ExitCode == 0, $"{file} ended with {programme._process.ExitCode}: {programme.Said}");
        return [.. programme._lines];
    }

    public async Task<string> SaysAsync(Func<string, bool> wanted)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(50))
        {
            if (_lines.FirstOrDefault(wanted) is { } line)
            {
                return line;
            }

            Assert.False(_process.HasExited, $"It ended: {Said}");
        }

        throw new TimeoutException(Said);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
