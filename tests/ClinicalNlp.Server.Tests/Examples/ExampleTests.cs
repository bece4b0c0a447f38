using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Client;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Extraction;

namespace ClinicalNlp.Server.Tests.Examples;

/// <summary>The examples as somebody runs them who has just read them: against a real service, with a key.</summary>
public sealed class ExampleTests(TinyModels models) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clinicalnlp-examples-").FullName;
    private RunningServer _server = null!;
    private string _key = "";

    private string Service => _server.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        var withModels = ServerWithModels.WithModels(models);
        _server = await RunningServer.StartAsync(change: options => withModels(options) with { WebhookHosts = ["127.0.0.1"] });
        _key = (string)(await _server.Client.PostAsync("/v1/keys", JsonNode.Parse("""{"name":"examples"}""")!))["key"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Curl()
    {
        Programme.Need("bash", "curl", "node");
        var said = await Programme.RunAsync("bash", [Path.Combine(Programme.Folder, "extract.sh"), Service], ("CLINICALNLP_KEY", _key));
        Assert.Contains("metformin", (string)JsonNode.Parse(said[0])!["mentions"]![0]!["text"]!, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(JsonNode.Parse(said[1])!["intent"]);
        Assert.Equal("done", said[^1]);
        await StoredAsync();
    }

    [Fact]
    public async Task Python()
    {
        Programme.Need("python3");
        var said = await Programme.RunAsync("python3", [Path.Combine(Programme.Folder, "extract.py"), Service], ("CLINICALNLP_KEY", _key));
        Assert.StartsWith("MEDICATION metformin", said[0], StringComparison.Ordinal);
        Assert.Equal("done", said[^1]);
        await StoredAsync();
    }

    [Fact]
    public async Task CSharp()
    {
        string programme = await BuildAsync("Program.cs", "Microsoft.NET.Sdk");
        var said = await Programme.RunAsync("dotnet", [programme, Service], ("CLINICALNLP_KEY", _key));
        Assert.StartsWith("MEDICATION metformin", said[0], StringComparison.Ordinal);
        Assert.Equal("Done", said[^1], ignoreCase: true);
        await StoredAsync();
    }

    [Fact]
    public async Task Webhooks_in_Python()
    {
        Programme.Need("python3");
        int port = FreePort.Take();
        var (hook, secret) = await RegisterAsync($"http://127.0.0.1:{port}/");
        using var receiver = Programme.Start(
            "python3",
            [Path.Combine(Programme.Folder, "webhook_receiver.py"), secret, $"{port}"],
            ("PYTHONUNBUFFERED", "1")
        );
        await ReceivesAsync(receiver, hook, $"http://127.0.0.1:{port}/");
    }

    [Fact]
    public async Task Webhooks_in_CSharp()
    {
        string programme = await BuildAsync("WebhookReceiver.cs", "Microsoft.NET.Sdk.Web");
        int port = FreePort.Take();
        var (hook, secret) = await RegisterAsync($"http://127.0.0.1:{port}/hooks");
        using var receiver = Programme.Start(
            "dotnet",
            [programme, "--urls", $"http://127.0.0.1:{port}"],
            ("WEBHOOK_SECRET", secret),
            ("ASPNETCORE_URLS", null)
        );
        await ReceivesAsync(receiver, hook, $"http://127.0.0.1:{port}/hooks");
    }

    /// <summary>What the service sends is taken, by the new secret too; what somebody else sends is not.</summary>
    private async Task ReceivesAsync(Programme receiver, string hook, string url)
    {
        using var stranger = new HttpClient();
        HttpStatusCode? status = null;
        for (int i = 0; i < 600 && status is null; i++)
        {
            try
            {
                using var forged = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("""{"type":"forged"}""") };
                forged.Headers.Add("webhook-id", "1");
                forged.Headers.Add("webhook-timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}");
                forged.Headers.TryAddWithoutValidation("webhook-signature", $"v1,{Convert.ToBase64String(new byte[32])}");
                using var answer = await stranger.SendAsync(forged);
                status = answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100); // it is not up yet
            }
        }

        Assert.True(status == HttpStatusCode.Unauthorized, $"{status}: {receiver.Said}");
        using var admin = _server.WithKey(_key);
        // The receiver has the old secret still: the overlap is what lets it go on.
        await admin.PostAsync($"{hook}/rotate-secret", new JsonObject { ["oldValidHours"] = 1 });
        await admin.PostAsync($"{hook}/test", new JsonObject());
        await receiver.SaysAsync(line => line.Contains("webhook.test", StringComparison.Ordinal));
        Assert.DoesNotContain("forged", receiver.Said, StringComparison.Ordinal);
    }

    private async Task<(string Hook, string Secret)> RegisterAsync(string url)
    {
        using var admin = _server.WithKey(_key);
        string project = (await admin.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"Told"}""")!)).Id();
        var made = await admin.PostAsync(
            $"/v1/projects/{project}/webhooks",
            new JsonObject { ["url"] = url, ["events"] = new JsonArray("document.completed") }
        );
        return ($"/v1/projects/{project}/webhooks/{made.Id()}", (string)made["secret"]!);
    }

    /// <summary>Puts an example into a project of its own that references the client, as its first lines say.</summary>
    private async Task<string> BuildAsync(string example, string sdk)
    {
        string project = Path.Combine(_folder, "example.csproj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(ClinicalNlpClient).Assembly.Location}" />
              </ItemGroup>
            </Project>
            """
        );
        File.Copy(Path.Combine(Programme.Folder, example), Path.Combine(_folder, example));
        string output = Path.Combine(_folder, "out");
        await Programme.RunAsync(
            "dotnet",
            ["build", project, "-o", output, "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"]
        );
        return Path.Combine(output, "example.dll");
    }

    private async Task StoredAsync()
    {
        using var admin = _server.WithKey(_key);
        var project = (await admin.GetJsonAsync("/v1/projects"))["items"]!.AsArray().Single()!.Id();
        var document = (await admin.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray().Single()!;
        Assert.Equal(("n1", "done"), ((string)document["externalId"]!, (string)document["status"]!));
    }
}
