using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Problems;

/// <summary>A word that is in every request must be in no log line, no audit record and no problem detail.</summary>
public class NoClinicalTextTests
{
    private const string Canary = "zwitscherling";

    [Fact]
    public async Task The_canary_is_neither_logged_nor_audited_nor_quoted()
    {
        await using var server = await RunningServer.StartAsync();
        var client = server.Client;
        var project = (
            await client.PostAsync(
                "/v1/projects",
                JsonNode.Parse("""{"name":"p","labels":[{"name":"PROBLEM"}],"intents":[{"name":"greeting"}]}""")!
            )
        ).Id();
        var added = await client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse(
                $$"""{"documents":[{"text":"Seen for {{Canary}} today."},{"turns":[{"speaker":"patient","text":"{{Canary}} hurts"}]}]}"""
            )!
        );
        var id = added["items"]![0]!.Id();
        await client.PostAsync(
            $"/v1/documents/{id}/corrections",
            JsonNode.Parse($$"""{"revision":0,"changes":[{"action":"add","start":9,"end":22,"label":"PROBLEM","text":"{{Canary}}"}]}""")!
        );

        string[] paths =
        [
            "/v1/extract",
            "/v1/intents",
            "/v1/projects",
            $"/v1/projects/{project}/documents",
            $"/v1/documents/{id}/corrections",
            $"/v1/documents/{id}/suggestions",
            $"/v1/projects/{project}/snapshots",
            $"/v1/projects/{project}/training-runs",
            "/v1/sign-in",
            "/v1/keys",
            $"/v1/{Canary}",
            $"/v1/documents/{Canary}/corrections",
            $"/v1/models/{Canary}/{Canary}/promote",
        ];
        string[] bodies =
        [
            $$$"""{"text":"{{{Canary}}}"}""",
            $$$"""{"text":"{{{Canary}}}","offsetUnit":"{{{Canary}}}"}""",
            $$$"""{"{{{Canary}}}":"{{{Canary}}}"}""",
            $$$"""{"text":{"{{{Canary}}}":1}}""",
            $$$"""{"text":"{{{Canary}}}\ud83d"}""",
            $$$"""{"text":"{{{Canary}}} """,
            $$$"""["{{{Canary}}}"]""",
            $$$"""{"token":"{{{Canary}}}"}""",
            $$$"""{"name":{"{{{Canary}}}":2}}""",
            $$$"""{"task":"{{{Canary}}}"}""",
            $$$"""{"documents":[{"text":"{{{Canary}}}","spans":[{"start":0,"end":3,"label":"PROBLEM","text":"{{{Canary}}}"}]}]}""",
            $$$"""{"documents":[{"text":"{{{Canary}}}","spans":[{"start":0,"end":300,"label":"{{{Canary}}}"}]}]}""",
            $$$"""{"documents":[{"text":"{{{Canary}}}","spans":[{"start":0,"end":3,"label":"{{{Canary}}}"}]}]}""",
            $$$"""{"documents":[{"turns":[{"speaker":"{{{Canary}}}","text":"{{{Canary}}}","intent":"{{{Canary}}}"}]}]}""",
            $$$"""{"revision":1,"changes":[{"action":"add","start":0,"end":4,"label":"PROBLEM","text":"{{{Canary}}}"}]}""",
            $$$"""{"revision":0,"changes":[{"action":"add","start":0,"end":4,"label":"{{{Canary}}}"}]}""",
            $$$"""{"revision":1,"changes":[{"action":"{{{Canary}}}"}]}""",
            $$$"""{"revision":1,"changes":[{"action":"accept","mentionId":"{{{Canary}}}"}]}""",
            $$$"""{"revision":1,"changes":[{"action":"intent","turn":0,"intent":"{{{Canary}}}"}]}""",
        ];
        foreach (var path in paths)
        {
            foreach (var body in bodies)
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await client.PostAsync($"{path}?offsetUnit={Canary}&limit={Canary}", content);
                var answer = await response.Content.ReadAsStringAsync();
                Assert.False(
                    (int)response.StatusCode >= 400 && answer.Contains(Canary, StringComparison.Ordinal),
                    $"{path} quotes the request: {answer}"
                );
                Assert.NotEqual(System.Net.HttpStatusCode.InternalServerError, response.StatusCode);
            }

            using var got = await client.GetAsync($"{path}?status={Canary}&offsetUnit={Canary}&limit={Canary}");
            Assert.False(
                (int)got.StatusCode >= 400 && (await got.Content.ReadAsStringAsync()).Contains(Canary, StringComparison.Ordinal),
                path
            );
        }

        var audit = (await client.GetJsonAsync("/v1/audit?limit=1000")).ToJsonString();
        Assert.Contains("document.corrected", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, audit, StringComparison.Ordinal);
        Assert.NotEmpty(server.Log.Lines);
        Assert.DoesNotContain(server.Log.Lines, l => l.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unforeseen_failure_says_nothing_but_its_trace()
    {
        // Something that fails with the text it was given in its message, as a careless library might.
        var time = new TalkativeTime();
        await using var server = await RunningServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(time));
        time.Fails = true;
        var (status, problem) = await server.Client.SendAsync(HttpMethod.Post, "/v1/projects", JsonNode.Parse("""{"name":"p"}"""));
        time.Fails = false;
        Assert.Equal((System.Net.HttpStatusCode.InternalServerError, "internal_error"), (status, problem.Code()));
        var trace = (string)problem["traceId"]!;
        Assert.DoesNotContain(Canary, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            server.Log.Lines,
            l => l.Contains(trace, StringComparison.Ordinal) && l.Contains("InvalidOperationException", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(server.Log.Lines, l => l.Contains(Canary, StringComparison.Ordinal));
    }

    private sealed class TalkativeTime : TimeProvider
    {
        public bool Fails { get; set; }

        // Kestrel's heartbeat asks for the time as well, on a thread of its own; it knows no request and fails on nobody's words.
        public override DateTimeOffset GetUtcNow() =>
            Fails && !Environment.StackTrace.Contains("Heartbeat", StringComparison.Ordinal)
                ? throw new InvalidOperationException($"about {Canary}")
                : System.GetUtcNow();
    }
}
