using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Corpora;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Extraction;

namespace ClinicalNlp.Server.Tests.Lineage;

public sealed class WithdrawalEndpointTests(TinyModels models) : IAsyncLifetime
{
    private const string Secret = "zebrafishitis";
    private const string Reason = """{"reason":"consent_withdrawn"}""";
    private RunningServer _server = null!;
    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_version_that_saw_a_withdrawn_document_is_named_and_the_next_snapshot_lacks_it()
    {
        var project = await Gold.ProjectAsync(Client, 40);
        var version = await Gold.TrainAsync(Client, project);
        var answer = (string)
            (await Client.PostAsync("/v1/extract", new JsonObject { ["text"] = "Takes metformin for gout." }))["answerId"]!;
        var snapshot = (await Client.GetJsonAsync($"/v1/projects/{project}/snapshots"))["items"]![0]!.Id();
        var examples = (await Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot}/examples?side=train"))["items"]!.AsArray();
        var document = (string)examples[0]!["documentId"]!;

        var outcome = await Client.PostAsync($"/v1/documents/{document}/withdraw", JsonNode.Parse(Reason)!);
        Assert.Equal("consent_withdrawn", (string)outcome["withdrawal"]!["reason"]!);
        var reach = outcome["reach"]!;
        Assert.Equal(snapshot, (string)reach["snapshots"]![0]!["snapshotId"]!);
        Assert.Equal(
            (version, "trained", 1),
            ((string)reach["versions"]![0]!["model"]!["version"]!, (string)reach["versions"]![0]!["how"]!, (int)reach["answers"]!)
        );
        Assert.Equal(answer, (await Client.GetJsonAsync($"/v1/lineage/documents/{document}/answers"))["items"]![0]!.Id());

        var listed = (await Client.GetJsonAsync("/v1/models"))["items"]!.AsArray();
        Assert.Equal([version], listed.Where(m => (int)m!["withdrawnDocuments"]! == 1).Select(m => (string)m!["version"]!));
        var (refused, problem) = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/training-runs",
            new JsonObject { ["task"] = "entities", ["snapshotId"] = snapshot }
        );
        Assert.Equal((HttpStatusCode.Conflict, "snapshot_withdrawn"), (refused, problem.Code()));
        var next = await Client.PostAsync($"/v1/projects/{project}/snapshots", JsonNode.Parse("""{"task":"entities"}""")!);
        Assert.Equal(39, (int)next["train"]!["documents"]! + (int)next["heldOut"]!["documents"]!);
        Assert.DoesNotContain(
            document,
            (await Client.GetJsonAsync($"/v1/lineage/snapshots/{next.Id()}/examples?limit=1000")).ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.True((bool)(await Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot}/examples?side=train"))["items"]![0]!["withdrawn"]!);
    }

    [Fact]
    public async Task Only_who_manages_withdraws_and_only_administrators_erase()
    {
        var project = await Gold.ProjectAsync(Client, 0);
        var document = await Add(project, "asthma again");
        using var annotator = _server.SignInAs("ann", project);
        using var reviewer = _server.SignInAs("rev", project, ProjectRole.Reviewer);
        using var manager = _server.SignInAs("man", project, ProjectRole.Manager);
        using var stranger = _server.SignInAs("far");

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await Post(reviewer, $"/v1/documents/{document}/withdraw", Reason));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await Post(stranger, $"/v1/documents/{document}/withdraw", Reason));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_value"),
            await Post(manager, $"/v1/documents/{document}/withdraw", """{"reason":"he asked for it"}""")
        );
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), await Post(manager, $"/v1/documents/{document}/restore"));
        Assert.Equal(HttpStatusCode.OK, (await Post(manager, $"/v1/documents/{document}/withdraw", Reason)).Status);
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), await Post(manager, $"/v1/documents/{document}/withdraw", Reason));

        foreach (var client in new[] { annotator, reviewer })
        {
            var (status, problem) = await client.SendAsync(HttpMethod.Get, $"/v1/documents/{document}");
            Assert.Equal((HttpStatusCode.Conflict, "document_withdrawn"), (status, problem.Code()));
            Assert.Equal(
                HttpStatusCode.Forbidden,
                (await client.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/documents?withdrawn=true")).Status
            );
            Assert.Empty((await client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
        }

        Assert.Equal("man", (string)(await manager.GetJsonAsync($"/v1/documents/{document}"))["withdrawn"]!["by"]!);
        Assert.Single((await manager.GetJsonAsync($"/v1/projects/{project}/documents?withdrawn=true"))["items"]!.AsArray());
        Assert.Equal(
            (HttpStatusCode.Conflict, "document_withdrawn"),
            await Post(manager, $"/v1/documents/{document}/complete", """{"revision":0}""")
        );
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await Post(manager, $"/v1/documents/{document}/erase"));
        Assert.Null((await manager.PostAsync($"/v1/documents/{document}/restore", new JsonObject()))["withdrawn"]);
        Assert.Equal("asthma again", (string)(await annotator.GetJsonAsync($"/v1/documents/{document}"))["text"]!);
    }

    [Fact]
    public async Task Erased_words_are_in_no_file_no_log_and_no_answer()
    {
        var project = await Gold.ProjectAsync(Client, 6);
        var document = await Add(project, $"Known {Secret}; started metformin today.", ("externalId", $"{Secret}-7"));
        await Client.PostAsync($"/v1/documents/{document}/suggestions", new JsonObject());
        await Client.PostAsync($"/v1/documents/{document}/comments", new JsonObject { ["text"] = $"is it {Secret}?" });
        await Client.PostAsync($"/v1/documents/{document}/complete", JsonNode.Parse("""{"revision":0,"undecided":"accept"}""")!);
        var snapshot = await Client.PostAsync($"/v1/projects/{project}/snapshots", JsonNode.Parse("""{"task":"entities"}""")!);
        Assert.True(await SomeFileHolds(Secret));
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), await Post(Client, $"/v1/documents/{document}/erase"));
        await Client.PostAsync($"/v1/documents/{document}/withdraw", JsonNode.Parse(Reason)!);
        var erased = await Client.PostAsync($"/v1/documents/{document}/erase", new JsonObject());

        Assert.Equal((1, 1), ((int)erased["snapshots"]!, (int)erased["documents"]!));
        Assert.False(await SomeFileHolds(Secret));
        Assert.DoesNotContain(_server.Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
        var audit = await Client.GetJsonAsync("/v1/audit?limit=1000");
        Assert.DoesNotContain(Secret, audit.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(audit["items"]!.AsArray(), entry => (string)entry!["action"]! == "document.erased");
        Assert.True((bool)(await Client.GetJsonAsync("/v1/audit/verification"))["whole"]!);
        Assert.Equal((string)snapshot["hash"]!, (string)(await Client.GetJsonAsync($"/v1/snapshots/{snapshot.Id()}"))["hash"]!);
        var example = (await Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot.Id()}/examples"))["items"]!
            .AsArray()
            .Single(e => (string)e!["documentId"]! == document)!;
        Assert.True((bool)example["erased"]!);
        Assert.Equal("", ((string)(await Client.GetJsonAsync($"/v1/documents/{document}"))["text"]!).Trim());
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), await Post(Client, $"/v1/documents/{document}/restore"));
        Assert.Equal(7, (await Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot.Id()}/examples"))["items"]!.AsArray().Count);
    }

    public static TheoryData<string> Formats => [.. CorpusFormats.All.Where(format => !format.OfUtterances).Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task An_erased_document_comes_back_by_no_way_in_until_a_manager_allows_it(string format)
    {
        var project = await Gold.ProjectAsync(Client, 0);
        var document = await Add(project, "Started metformin today.", ("externalId", $"{Secret}-7"), ("spans", Metformin()));
        byte[] file = await Client.GetByteArrayAsync($"/v1/projects/{project}/export?format={format}");
        await Client.PostAsync($"/v1/documents/{document}/withdraw", JsonNode.Parse(Reason)!);
        await Client.PostAsync($"/v1/documents/{document}/erase", new JsonObject());

        Assert.Equal((HttpStatusCode.Conflict, "external_id_erased"), await Import(HttpStatusCode.Conflict));
        foreach (var batch in new[] { new[] { Again() }, [new JsonObject { ["text"] = "Another." }, Again()] })
        {
            var (status, problem) = await Client.SendAsync(
                HttpMethod.Post,
                $"/v1/projects/{project}/documents",
                new JsonObject { ["documents"] = new JsonArray(batch) }
            );
            Assert.Equal((HttpStatusCode.Conflict, "external_id_erased"), (status, problem.Code()));
            Assert.StartsWith($"document {batch.Length}: ", (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, problem.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Empty((await Client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
        Assert.False(await SomeFileHolds(Secret));

        using var reviewer = _server.SignInAs($"rev-{format}", project, ProjectRole.Reviewer);
        using var manager = _server.SignInAs($"man-{format}", project, ProjectRole.Manager);
        string allow = $"/v1/projects/{project}/erased-ids/allow";
        string id = $$"""{"externalId":"{{Secret}}-7"}""";
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await Post(reviewer, allow, id));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await Post(manager, allow, """{"externalId":"other"}"""));
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await manager.PostAsync(allow, new StringContent(id, null, "application/json"))).StatusCode
        );
        Assert.Equal(HttpStatusCode.Created, (await Import(HttpStatusCode.Created)).Status);

        JsonArray Metformin() =>
            [
                new JsonObject
                {
                    ["start"] = 8,
                    ["end"] = 17,
                    ["label"] = "MEDICATION",
                },
            ];
        JsonObject Again() => new() { ["text"] = "Started metformin today.", ["externalId"] = $"{Secret}-7" };
        async Task<(HttpStatusCode Status, string Code)> Import(HttpStatusCode wanted)
        {
            using var answer = await Client.PostAsync(
                $"/v1/projects/{project}/import?format={format}&name={Secret}-7",
                new ByteArrayContent(file)
            );
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.True(wanted == answer.StatusCode, $"{format}: {body}");
            return (answer.StatusCode, (string?)body["code"] ?? "");
        }
    }

    private async Task<string> Add(string project, string text, params (string Name, JsonNode Value)[] more)
    {
        var document = new JsonObject { ["text"] = text };
        foreach (var (name, value) in more)
        {
            document[name] = value;
        }

        var added = await Client.PostAsync($"/v1/projects/{project}/documents", new JsonObject { ["documents"] = new JsonArray(document) });
        return added["items"]![0]!.Id();
    }

    private async Task<bool> SomeFileHolds(string words)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(_server.DataDirectory, "*", SearchOption.TopDirectoryOnly)
                .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            if ((await reader.ReadToEndAsync()).Contains(words, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<(HttpStatusCode Status, string Code)> Post(HttpClient client, string path, string? json = null)
    {
        var (status, body) = await client.SendAsync(HttpMethod.Post, path, json is null ? null : JsonNode.Parse(json));
        return (status, body.Code());
    }
}
