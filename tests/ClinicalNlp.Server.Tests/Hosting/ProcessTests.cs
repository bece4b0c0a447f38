using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Hosting;

public sealed class ProcessTests(TinyModels models) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;

    private string[] Arguments => ["--port", "0", "--data", _data, "--models", Path.Combine(_data, "none"), "--no-demo"];

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_taken_port_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();
        var (code, output, error) = await ServerProcess.RunAsync("--port", port, "--data", _data, "--models", _data, "--no-demo");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(port, error, StringComparison.Ordinal);
        Assert.Contains("--port", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_data_folder_in_use_is_one_clear_line()
    {
        using var first = await ServerProcess.StartAsync(Arguments);
        var (code, _, error) = await ServerProcess.RunAsync(Arguments);
        Assert.Equal(1, code);
        Assert.Contains("in use by another running service", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_printed_link_signs_in()
    {
        using var server = await ServerProcess.StartAsync(Arguments);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(server.Link);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        const int Kills = 3;
        string? project = null;
        string? document = null;
        var acknowledged = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await ServerProcess.StartAsync(Arguments);
            project ??= (
                await server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"p","labels":[{"name":"A"},{"name":"B"}]}""")!)
            ).Id();
            document ??= (
                await server.Client.PostAsync(
                    $"/v1/projects/{project}/documents",
                    JsonNode.Parse("""{"documents":[{"text":"one two"}]}""")!
                )
            )["items"]![0]!.Id();
            await CheckAsync(server.Client, document, acknowledged);

            // The revision a kill left may be one ahead of what was acknowledged.
            var revision = (int)(await server.Client.GetJsonAsync($"/v1/documents/{document}"))["revision"]!;
            using var killing = new CancellationTokenSource(TimeSpan.FromMilliseconds(200 + (150 * kill)));
            var stop = Task.Run(async () =>
            {
                await Task.Delay(Timeout.Infinite, killing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                await server.KillAsync();
            });
            try
            {
                while (true)
                {
                    var (status, _) = await server.Client.SendAsync(
                        HttpMethod.Put,
                        $"/v1/documents/{document}/annotations",
                        SpansAt(revision)
                    );
                    Assert.Equal(HttpStatusCode.OK, status);
                    acknowledged = ++revision;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await stop;
            }
        }

        Assert.True(acknowledged > Kills, $"only {acknowledged} corrections were made before the kills");
        using var last = await ServerProcess.StartAsync(Arguments);
        await CheckAsync(last.Client, document!, acknowledged);
    }

    [Fact]
    public async Task A_kill_during_promotions_leaves_one_version_in_use_and_it_answers()
    {
        string[] arguments = ["--port", "0", "--data", _data, "--models", models.Folder, "--corpora", _data, "--no-demo"];
        string? acknowledged = null;
        string? asked = null;
        for (var kill = 0; kill < 3; kill++)
        {
            using var server = await ServerProcess.StartAsync(arguments);
            await CheckInUseAsync(server.Client, acknowledged, asked);
            using var killing = new CancellationTokenSource(TimeSpan.FromMilliseconds(150 + (97 * kill)));
            var stop = Task.Run(async () =>
            {
                await Task.Delay(Timeout.Infinite, killing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                await server.KillAsync();
            });
            try
            {
                while (true)
                {
                    asked = asked == "1" ? "2" : "1";
                    await server.Client.SendAsync(HttpMethod.Post, $"/v1/models/{TinyModels.Entities}/{asked}/promote", new JsonObject());
                    acknowledged = asked;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await stop;
            }
        }

        Assert.NotNull(acknowledged);
        using var last = await ServerProcess.StartAsync(arguments);
        await CheckInUseAsync(last.Client, acknowledged, asked);
    }

    [Fact]
    public async Task A_killed_training_run_is_shown_as_interrupted_and_leaves_nothing_behind()
    {
        string[] arguments = ["--port", "0", "--data", _data, "--models", models.Folder, "--corpora", _data, "--no-demo"];
        string run;
        using (var server = await ServerProcess.StartAsync(arguments))
        {
            var project = (
                await server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"p","labels":[{"name":"MEDICATION"}]}""")!)
            ).Id();
            var notes = new JsonArray([
                .. Enumerable
                    .Range(0, 400) // so many that the run is not over before it is killed
                    .Select(i => TinyModels.Note(i, "MEDICATION"))
                    .Select(n => new JsonObject
                    {
                        ["text"] = n.Text,
                        ["spans"] = new JsonArray([
                            .. n.Spans.Select(s => new JsonObject
                            {
                                ["start"] = s.Span.Start,
                                ["end"] = s.Span.End,
                                ["label"] = s.Label,
                            }),
                        ]),
                    }),
            ]);
            await server.Client.PostAsync(
                $"/v1/projects/{project}/documents",
                new JsonObject { ["offsetUnit"] = "utf16CodeUnit", ["documents"] = notes }
            );
            run = (
                await server.Client.PostAsync(
                    $"/v1/projects/{project}/training-runs",
                    JsonNode.Parse("""{"task":"entities","minutes":5}""")!
                )
            ).Id();
            while ((string)(await server.Client.GetJsonAsync($"/v1/training-runs/{run}"))["state"]! == "queued")
            {
                await Task.Delay(20);
            }

            await server.KillAsync();
        }

        using var again = await ServerProcess.StartAsync(arguments);
        Assert.Equal("interrupted", (string)(await again.Client.GetJsonAsync($"/v1/training-runs/{run}"))["state"]!);
        await CheckInUseAsync(again.Client, "2", "2");
        var retrained = Path.Combine(_data, "models", TinyModels.Entities);
        Assert.Empty(Directory.Exists(retrained) ? Directory.GetFileSystemEntries(retrained) : []);
    }

    /// <summary>Exactly one version is in use; it is the one acknowledged last, or the one asked for when the kill came; and it answers.</summary>
    private static async Task CheckInUseAsync(HttpClient client, string? acknowledged, string? asked)
    {
        var inUse = (await client.GetJsonAsync("/v1/models"))["items"]!
            .AsArray()
            .Where(m => (bool)m!["inUse"]! && (string)m["task"]! == "entities")
            .ToList();
        var version = (string)Assert.Single(inUse)!["version"]!;
        if (acknowledged is not null)
        {
            Assert.Contains(version, new[] { acknowledged, asked! });
        }

        var answer = await client.PostAsync("/v1/extract", JsonNode.Parse("""{"text":"Takes metformin for gout."}""")!);
        Assert.Equal(version, (string)answer["model"]!["version"]!);
    }

    /// <summary>A label in turn, so that every revision changes something.</summary>
    private static JsonObject SpansAt(int revision) =>
        new()
        {
            ["revision"] = revision,
            ["spans"] = new JsonArray(
                new JsonObject
                {
                    ["start"] = 0,
                    ["end"] = 3,
                    ["text"] = "one",
                    ["label"] = revision % 2 == 0 ? "A" : "B",
                }
            ),
        };

    private static async Task CheckAsync(HttpClient client, string document, int acknowledged)
    {
        var now = await client.GetJsonAsync($"/v1/documents/{document}");
        Assert.InRange((int)now["revision"]!, acknowledged, acknowledged + 1);
        var history = await client.GetJsonAsync($"/v1/documents/{document}/history?limit=1000");
        Assert.Equal((int)now["revision"]!, history["items"]!.AsArray().Count(b => (int)b!["revision"]! > 0));
    }
}
