using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Benchmarks.Load;

/// <summary>The built service as a process of its own on an empty data folder, so that it can be measured and killed.</summary>
internal sealed class RunningService : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly string assembly;
    private readonly string data;
    private readonly string log;
    private Process process;

    private RunningService(string assembly, string data, string log)
    {
        this.assembly = assembly;
        this.data = data;
        this.log = log;
        process = Launch(0);
    }

    public Uri Address { get; private set; } = null!;

    public static string AssemblyOf(BenchOptions options) =>
        Path.Combine(options.Root, "src", "ClinicalNlp.Server", "bin", "Release", "net10.0", "ClinicalNlp.Server.dll");

    /// <exception cref="BenchFailure">The service is not built, or does not start.</exception>
    public static RunningService Start(BenchJob job, string name)
    {
        string built = AssemblyOf(job.Options);
        if (!File.Exists(built))
            throw new BenchFailure("the service is not built: run ./build.sh first");
        string folder = Path.Combine(job.Options.Work, "load", name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return new RunningService(built, Directory.CreateDirectory(folder).FullName, job.Log);
    }

    /// <summary>SIGKILL, then a new start on the same port and folder; nothing in the process gets to run any more.</summary>
    public void KillAndStart()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        process = Launch(Address.Port);
    }

    /// <summary>Of the process now, in MiB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>A project with our ten types and these documents in it.</summary>
    public static async Task<(string Project, string[] Documents)> MakeProjectAsync(
        HttpClient client,
        string name,
        IEnumerable<string> texts
    )
    {
        JsonNode project = await Json.PostAsync(
            client,
            "/v1/projects",
            new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonArray([.. EntityScoring.TenTypes.Select(label => (JsonNode)new JsonObject { ["name"] = label })]),
            }
        );
        string id = (string)project["id"]!;
        List<string> documents = [];
        foreach (string[] some in texts.Chunk(200))
        {
            JsonNode answer = await Json.PostAsync(
                client,
                $"/v1/projects/{id}/documents",
                new JsonObject { ["documents"] = new JsonArray([.. some.Select(text => (JsonNode)new JsonObject { ["text"] = text })]) }
            );
            documents.AddRange(answer["items"]!.AsArray().Select(item => (string)item!["id"]!));
        }
        return (id, [.. documents]);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
        process.Dispose();
    }

    private Process Launch(int port)
    {
        // The shell ties the request log to a file, so that copying it costs us nothing.
        ProcessStartInfo start = new(
            "bash",
            ["-c", "exec dotnet exec \"$1\" --port $2 --data \"$3\" --no-demo 2>>\"$4\"", "bash", assembly, $"{port}", data, log]
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        Process started = Process.Start(start) ?? throw new BenchFailure("the service could not be started");
        // The line that it prints last is the link to sign in with.
        long since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < StartTimeout && started.StandardOutput.ReadLine() is { } line)
        {
            if (!line.StartsWith("http", StringComparison.Ordinal))
                continue;
            Address = new Uri(new Uri(line).GetLeftPart(UriPartial.Authority));
            _ = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return started;
        }
        throw new BenchFailure("the service did not start");
    }
}
