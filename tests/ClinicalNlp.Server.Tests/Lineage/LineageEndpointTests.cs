using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Extraction;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Lineage;

public sealed class LineageEndpointTests(TinyModels models) : IAsyncLifetime
{
    private const string Asked = "Takes metformin for gout.";
    private RunningServer _server = null!;
    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_names_itself_in_header_and_body_and_is_recorded_without_text()
    {
        var extracted = await Client.PostAsync("/v1/extract", new JsonObject { ["text"] = Asked });
        var classified = await Client.PostAsync("/v1/intents", JsonNode.Parse("""{"utterances":["good morning","i need a refill"]}""")!);
        using var response = await Client.PostAsync("/v1/extract", Json.Body(new JsonObject { ["text"] = Asked }));
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((string)answer["answerId"]!, response.Headers.GetValues(GivenAnswers.Header).Single());

        var first = await Lineage(extracted);
        Assert.Equal(
            ("extract", "local", "2", true, 1, 1),
            (
                (string)first["answer"]!["kind"]!,
                (string)first["answer"]!["by"]!,
                (string)first["answer"]!["model"]!["version"]!,
                (bool)first["answer"]!["recorded"]!,
                (int)first["answer"]!["texts"]!,
                (int)first["answer"]!["findings"]!
            )
        );
        var shipped = Assert.Single(first["versions"]!.AsArray())!;
        Assert.Equal(("shipped", "tiny"), ((string)shipped["origin"]!, (string)shipped["corpora"]![0]!["name"]!));
        var second = await Lineage(classified);
        Assert.Equal(
            ("intents", 2, 2),
            ((string)second["answer"]!["kind"]!, (int)second["answer"]!["texts"]!, (int)second["answer"]!["findings"]!)
        );
        foreach (var file in Directory.EnumerateFiles(_server.DataDirectory, "clinicalnlp.db*"))
        {
            Assert.DoesNotContain("metformin", await TextOf(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_whole_way_from_corrections_to_an_answer_and_back()
    {
        var project = await Gold.ProjectAsync(Client, 40);
        using var cyd = _server.SignInAs("cyd", project);
        var added = await Client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse("""{"documents":[{"text":"asthma again","group":"train-me"}]}""")!
        );
        var document = added["items"]![0]!.Id();
        await cyd.PostAsync(
            $"/v1/documents/{document}/corrections",
            JsonNode.Parse("""{"revision":0,"changes":[{"action":"add","start":0,"end":6,"label":"PROBLEM"}]}""")!
        );
        await cyd.PostAsync($"/v1/documents/{document}/complete", JsonNode.Parse("""{"revision":1}""")!);
        var version = await Gold.TrainAsync(Client, project);

        var lineage = await Lineage(await Client.PostAsync("/v1/extract", new JsonObject { ["text"] = Asked }));
        Assert.Equal([version, "2"], lineage["versions"]!.AsArray().Select(v => (string)v!["model"]!["version"]!));
        var training = lineage["versions"]![0]!["training"]!;
        var snapshot = training["snapshot"]!;
        Assert.Equal(project, (string)snapshot["projectId"]!);
        var examples = await Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot.Id()}/examples?limit=1000");
        Assert.Equal(41, examples["items"]!.AsArray().Count);
        var example = examples["items"]!.AsArray().Single(e => (string)e!["documentId"]! == document)!;
        Assert.Equal("cyd", (string)example["people"]![0]!);
        var corrections = await Client.GetJsonAsync($"/v1/lineage/documents/{document}/corrections?revision={(int)example["revision"]!}");
        Assert.Equal(
            [("add", "PROBLEM", "cyd"), (null, null, "cyd")],
            corrections["items"]!.AsArray().Select(c => ((string?)c!["action"], (string?)c["label"], (string)c["by"]!))
        );
        Assert.DoesNotContain("asthma", corrections.ToJsonString() + examples.ToJsonString(), StringComparison.Ordinal);

        var reach = await Client.GetJsonAsync($"/v1/lineage/documents/{document}");
        var seen = Assert.Single(reach["versions"]!.AsArray())!;
        var side = (string)reach["snapshots"]![0]!["side"]!;
        Assert.Equal((version, side == "train" ? "trained" : "judged"), ((string)seen["model"]!["version"]!, (string)seen["how"]!));
        Assert.Equal(1, (int)seen["answers"]!);
        var of = await Client.GetJsonAsync($"/v1/lineage/versions/{TinyModels.Entities}/{version}/answers");
        Assert.Equal((string)lineage["answer"]!["id"]!, of["items"]![0]!.Id());
        Assert.Single((await Client.GetJsonAsync($"/v1/lineage/versions/{TinyModels.Entities}/{version}"))["live"]!.AsArray());

        var person = await Client.GetJsonAsync("/v1/lineage/people/cyd");
        Assert.Equal((1, 1), ((int)person["documents"]!, (int)person["corrections"]!));
        Assert.Equal(side == "train" ? [version] : [], person["versions"]!.AsArray().Select(v => (string)v!["model"]!["version"]!));
        var documents = await Client.GetJsonAsync("/v1/lineage/people/cyd/documents");
        Assert.Equal(document, (string)Assert.Single(documents["items"]!.AsArray())!["documentId"]!);
    }

    [Fact]
    public async Task Suggestions_on_a_document_are_answers_too()
    {
        var project = await Gold.ProjectAsync(Client, 0);
        var document = (
            await Client.PostAsync(
                $"/v1/projects/{project}/documents",
                JsonNode.Parse("""{"documents":[{"text":"Takes metformin for gout."}]}""")!
            )
        )["items"]![0]!.Id();
        using var response = await Client.PostAsync($"/v1/documents/{document}/suggestions", Json.Body(new JsonObject()));
        var id = response.Headers.GetValues(GivenAnswers.Header).Single();
        var answer = (await Client.GetJsonAsync($"/v1/lineage/answers/{id}"))["answer"]!;
        Assert.Equal(("suggestions", document), ((string)answer["kind"]!, (string)answer["documentId"]!));
        Assert.Equal(1, (int)(await Client.GetJsonAsync($"/v1/lineage/documents/{document}"))["answersOnIt"]!);
    }

    [Fact]
    public async Task Who_may_not_see_does_not_see()
    {
        var project = await Gold.ProjectAsync(Client, 4);
        var other = await Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"other"}""")!);
        var document = (await Client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]![0]!.Id();
        var snapshot = (await Client.PostAsync($"/v1/projects/{project}/snapshots", JsonNode.Parse("""{"task":"entities"}""")!)).Id();
        using var asker = _server.WithKey(Key("asker", [KeyScope.Extract]));
        using var neighbour = _server.WithKey(Key("neighbour", [KeyScope.Extract]));
        using var annotator = _server.SignInAs("ann", project);
        using var reviewer = _server.SignInAs("rev", project, ProjectRole.Reviewer);
        using var manager = _server.SignInAs("man", project, ProjectRole.Manager);
        using var stranger = _server.SignInAs("far", other.Id(), ProjectRole.Manager);
        var answer = (string)(await asker.PostAsync("/v1/extract", new JsonObject { ["text"] = Asked }))["answerId"]!;

        await Expect(HttpStatusCode.OK, $"/v1/lineage/answers/{answer}", asker, manager, stranger);
        await Expect(HttpStatusCode.NotFound, $"/v1/lineage/answers/{answer}", neighbour, annotator, reviewer);
        await Expect(HttpStatusCode.NotFound, $"/v1/lineage/answers/{(answer[0] == '0' ? '1' : '0')}{answer[1..]}", asker, manager);
        await Expect(HttpStatusCode.OK, $"/v1/lineage/snapshots/{snapshot}/examples", reviewer, manager);
        await Expect(HttpStatusCode.Forbidden, $"/v1/lineage/snapshots/{snapshot}/examples", annotator);
        await Expect(HttpStatusCode.NotFound, $"/v1/lineage/snapshots/{snapshot}/examples", stranger, asker);
        await Expect(HttpStatusCode.Forbidden, $"/v1/lineage/documents/{document}", annotator, reviewer);
        await Expect(HttpStatusCode.OK, $"/v1/lineage/documents/{document}", manager);
        await Expect(HttpStatusCode.NotFound, $"/v1/lineage/documents/{document}", stranger);
        await Expect(HttpStatusCode.OK, $"/v1/lineage/documents/{document}/corrections", reviewer, manager);
        await Expect(HttpStatusCode.Forbidden, "/v1/lineage/people/local", annotator, reviewer, asker);
        Assert.Equal(4, (int)(await manager.GetJsonAsync("/v1/lineage/people/local"))["documents"]!);
        Assert.Equal(0, (int)(await stranger.GetJsonAsync("/v1/lineage/people/local"))["documents"]!);
        await Expect(HttpStatusCode.NotFound, $"/v1/lineage/versions/{TinyModels.Entities}/2/answers", manager, stranger);
        await Expect(HttpStatusCode.BadRequest, $"/v1/lineage/snapshots/{snapshot}/examples?side=left", reviewer);
    }

    private string Key(string name, KeyScope[] scopes) =>
        _server.App.Services.GetRequiredService<KeyStore>().Create(name, scopes, null, null, "test").Secret;

    private Task<JsonNode> Lineage(JsonNode answer) => Client.GetJsonAsync($"/v1/lineage/answers/{(string)answer["answerId"]!}");

    private static async Task Expect(HttpStatusCode status, string path, params HttpClient[] clients)
    {
        foreach (var client in clients)
        {
            Assert.Equal(status, (await client.SendAsync(HttpMethod.Get, path)).Status);
        }
    }

    private static async Task<string> TextOf(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
