using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Extraction;

namespace ClinicalNlp.Server.Tests.LabelErrors;

public sealed class LabelErrorEndpointTests(TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;

    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_search_finds_the_label_that_was_left_out_and_a_reviewer_decides_it()
    {
        var project = await ProjectWithAnError(60);
        var errors = $"/v1/projects/{project}/label-errors";
        var (status, run) = await Client.SendAsync(
            HttpMethod.Post,
            $"{errors}/searches",
            JsonNode.Parse("""{"task":"entities","folds":3,"minutes":2}""")
        );
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("label_errors", (string)run["kind"]!);
        var last = await LastState(run.Id());
        Assert.True((string)last["state"]! == "succeeded", last.ToJsonString());
        Assert.Null(last["candidate"]);
        Assert.InRange((double)last["agreement"]!, 0.5, 0.999);
        Assert.DoesNotContain((await Client.GetJsonAsync("/v1/models"))["items"]!.AsArray(), m => (string)m!["origin"]! == "retrained");

        using var judge = _server.SignInAs("judge", project, ProjectRole.Reviewer);
        using var ana = _server.SignInAs("ana", project);
        Assert.Equal("forbidden", (await ana.SendAsync(HttpMethod.Get, errors)).Body.Code());
        Assert.Equal(
            "forbidden",
            (await judge.SendAsync(HttpMethod.Post, $"{errors}/searches", JsonNode.Parse("""{"task":"entities"}"""))).Body.Code()
        );

        var found = (await judge.GetJsonAsync($"{errors}?kind=missing"))["items"]![0]!;
        Assert.Equal("note with an error", (string)found["externalId"]!);
        Assert.Equal("MEDICATION", (string)found["suggestedLabel"]!);
        var text = (string)(await judge.GetJsonAsync($"/v1/documents/{found["documentId"]}?offsetUnit=utf16CodeUnit"))["text"]!;
        Assert.Contains((string)found["suggested"]!["words"]!, text, StringComparison.Ordinal);

        var decided = await judge.PostAsync($"{errors}/{found.Id()}/decision", JsonNode.Parse("""{"decision":"error"}""")!);
        Assert.Equal(("error", "judge"), ((string)decided["decision"]!, (string)decided["decidedBy"]!));
        Assert.DoesNotContain((await judge.GetJsonAsync(errors))["items"]!.AsArray(), item => item!.Id() == found.Id());
        Assert.Equal(found.Id(), (await judge.GetJsonAsync($"{errors}?state=decided"))["items"]![0]!.Id());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await judge.SendAsync(HttpMethod.Post, $"{errors}/nothing/decision", new JsonObject())).Status
        );
        Assert.Equal("invalid_value", (await judge.SendAsync(HttpMethod.Get, $"{errors}?kind=colour")).Body.Code());
    }

    [Fact]
    public async Task Nothing_is_reported_by_a_search_that_saw_what_was_withdrawn_meanwhile()
    {
        var project = await ProjectWithAnError(30);
        var document = (await Client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]![0]!.Id();
        var (_, run) = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/label-errors/searches",
            JsonNode.Parse("""{"task":"entities","folds":10,"minutes":100}""")
        );
        await Client.PostAsync($"/v1/documents/{document}/withdraw", JsonNode.Parse("""{"reason":"consent_withdrawn"}""")!);

        var last = await LastState(run.Id());
        Assert.Equal("failed", (string)last["state"]!);
        Assert.Contains("snapshot_withdrawn", last.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty((await Client.GetJsonAsync($"/v1/projects/{project}/label-errors"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_search_is_cancelled_and_one_of_too_little_is_refused()
    {
        var project = await ProjectWithAnError(30);
        var searches = $"/v1/projects/{project}/label-errors/searches";
        var many = JsonNode.Parse("""{"task":"entities","folds":20,"minutes":100}""");
        var (_, run) = await Client.SendAsync(HttpMethod.Post, searches, many);
        await Client.PostAsync($"/v1/training-runs/{run.Id()}/cancel", new JsonObject());
        Assert.Equal("cancelled", (string)(await LastState(run.Id()))["state"]!);
        Assert.Empty((await Client.GetJsonAsync($"/v1/projects/{project}/label-errors"))["items"]!.AsArray());

        var wrong = await Client.SendAsync(HttpMethod.Post, searches, JsonNode.Parse("""{"task":"entities","folds":1}"""));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_value"), (wrong.Status, wrong.Body.Code()));
        var small = await ProjectWithAnError(3);
        var refused = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{small}/label-errors/searches",
            JsonNode.Parse("""{"task":"entities","folds":6}""")
        );
        Assert.Equal("too_little_data", refused.Body.Code());
    }

    [Fact]
    public async Task A_search_whose_models_agree_with_nobody_lists_nothing_and_says_why()
    {
        var project = await Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"no rule","labels":[{"name":"PROBLEM"}]}""")!);
        // What is marked follows no rule that could be learnt.
        string[] words = ["amber", "birch", "cedar", "delta", "ember", "fjord"];
        var random = new Random(4);
        await Client.PostAsync(
            $"/v1/projects/{project.Id()}/documents",
            new JsonObject { ["documents"] = new JsonArray([.. Enumerable.Range(0, 12).Select(_ => Arbitrary())]) }
        );
        var (_, run) = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project.Id()}/label-errors/searches",
            JsonNode.Parse("""{"task":"entities","folds":2,"minutes":0.1}""")
        );
        var last = await LastState(run.Id());
        Assert.Equal(("failed", "too_little_data"), ((string)last["state"]!, (string)last["errorCode"]!));
        Assert.True((double)last["agreement"]! < 0.5, last.ToJsonString());
        Assert.Contains("agree with people on", (string)last["errorReason"]!, StringComparison.Ordinal);
        Assert.Empty((await Client.GetJsonAsync($"/v1/projects/{project.Id()}/label-errors"))["items"]!.AsArray());

        JsonNode Arbitrary()
        {
            random.Shuffle(words);
            int at = random.Next(words.Length);
            int start = words.Take(at).Sum(word => word.Length + 1);
            return new JsonObject
            {
                ["text"] = string.Join(' ', words),
                ["spans"] = new JsonArray(
                    new JsonObject
                    {
                        ["start"] = start,
                        ["end"] = start + words[at].Length,
                        ["label"] = "PROBLEM",
                    }
                ),
            };
        }
    }

    private async Task<JsonNode> LastState(string run)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var stream = await Client.GetStreamAsync($"/v1/training-runs/{run}/events", timeout.Token);
        JsonNode? last = null;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(timeout.Token))
        {
            last = item.EventType == "state" ? JsonNode.Parse(item.Data) : last;
        }

        return last!;
    }

    /// <summary>Finished notes; from one of them the medication was left out.</summary>
    private async Task<string> ProjectWithAnError(int notes)
    {
        var project = await Client.PostAsync(
            "/v1/projects",
            JsonNode.Parse($$"""{"name":"gold of {{notes}}","labels":[{"name":"MEDICATION"},{"name":"PROBLEM"}]}""")!
        );
        await Client.PostAsync(
            $"/v1/projects/{project.Id()}/documents",
            new JsonObject { ["offsetUnit"] = "utf16CodeUnit", ["documents"] = new JsonArray([.. Enumerable.Range(0, notes).Select(Gold)]) }
        );
        return project.Id();

        static JsonNode Gold(int i)
        {
            var note = TinyModels.Note(i, "MEDICATION", "PROBLEM");
            var spans = note.Spans.Where(s => i != 1 || s.Label != "MEDICATION");
            return new JsonObject
            {
                ["externalId"] = i == 1 ? "note with an error" : note.Id,
                ["text"] = note.Text,
                ["spans"] = new JsonArray([
                    .. spans.Select(s => new JsonObject
                    {
                        ["start"] = s.Span.Start,
                        ["end"] = s.Span.End,
                        ["label"] = s.Label,
                    }),
                ]),
            };
        }
    }
}
