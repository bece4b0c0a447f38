using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Assignments;

/// <summary>What an annotator is asked blindly is nowhere to be read for them; every way in is tried.</summary>
public class BlindReadingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly (HttpMethod Method, string Path, string? Body)[] Doors =
    [
        (HttpMethod.Get, "", null),
        (HttpMethod.Get, "/history", null),
        (HttpMethod.Get, "/comments", null),
        (HttpMethod.Post, "/comments", """{"text":"Hm."}"""),
        (HttpMethod.Put, "/comments/x/state", """{"resolved":true}"""),
        (HttpMethod.Put, "/comments/read", """{"comment":"x"}"""),
        (HttpMethod.Put, "/set-aside", """{"reason":"A test."}"""),
        (HttpMethod.Delete, "/set-aside", null),
        (HttpMethod.Post, "/suggestions", "{}"),
        (HttpMethod.Post, "/corrections", """{"revision":1,"changes":[{"action":"add","start":0,"end":3,"label":"PROBLEM"}]}"""),
        (HttpMethod.Put, "/annotations", """{"revision":1,"spans":[]}"""),
        (HttpMethod.Post, "/reopen", """{"revision":1}"""),
        (HttpMethod.Post, "/complete", """{"revision":1}"""),
    ];

    private static async Task<int> Counted(HttpClient reader, string project)
    {
        var one = (await reader.GetJsonAsync($"/v1/projects/{project}"))["documents"]!;
        var listed = (await reader.GetJsonAsync("/v1/projects?limit=200"))["items"]!.AsArray().Single(item => item!.Id() == project)!;
        Assert.Equal(one.ToJsonString(), listed["documents"]!.ToJsonString());
        return one.AsObject().Sum(count => (int)count.Value!);
    }

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_gold_question_is_not_there_for_annotators_by_any_door()
    {
        var (project, gold, other) = await NewNotes();
        using var ana = Server.SignInAs("ana of gold", project);
        using var judge = Server.SignInAs("judge of gold", project, ProjectRole.Reviewer);
        Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Get, $"/v1/documents/{gold}")).Status);
        await MakeGold(project, gold);

        await AssertClosed(ana, gold);
        Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Get, $"/v1/documents/{other}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await judge.SendAsync(HttpMethod.Get, $"/v1/documents/{gold}")).Status);

        Assert.Equal([other], await Listed(ana, project));
        Assert.Equal([other], await Listed(ana, project, "?limit=1"));
        Assert.Equal([gold, other], await Listed(judge, project));
        Assert.Equal((1, 0), await Insights(ana, project));
        Assert.Equal((1, 2), (await Counted(ana, project), await Counted(judge, project)));
        Assert.Equal((2, 1), await Insights(judge, project));
        string[] forbidden =
        [
            $"projects/{project}/export?format=jsonl",
            $"projects/{project}/export/report?format=jsonl",
            $"projects/{project}/quality/agreement",
            $"projects/{project}/adjudications",
            $"lineage/documents/{gold}",
            $"lineage/documents/{gold}/corrections",
        ];
        foreach (var door in forbidden)
        {
            Assert.Equal("forbidden", (await ana.SendAsync(HttpMethod.Get, $"/v1/{door}")).Body.Code());
        }
    }

    [Fact]
    public async Task The_copy_of_a_gold_question_is_read_and_its_source_is_not()
    {
        var (project, gold, _) = await NewNotes();
        await MakeGold(project, gold);
        await Server.Client.SendAsync(
            HttpMethod.Put,
            $"/v1/projects/{project}/assignment-settings",
            new JsonObject { ["goldQuestionEvery"] = 1 }
        );
        using var ana = Server.SignInAs("ana of copy", project);
        var taken = (await ana.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject()))["assignment"]!;
        Assert.Equal(gold, (string)taken["documentId"]!);
        Assert.Empty((await ana.GetJsonAsync($"/v1/documents/{taken["copyId"]}"))["mentions"]!.AsArray());
        await AssertClosed(ana, gold);
    }

    [Fact]
    public async Task A_document_given_to_an_annotator_is_read_by_them_in_their_copy_alone_also_afterwards()
    {
        var (project, _, note) = await NewNotes();
        using var ana = Server.SignInAs("ana of given", project);
        using var ben = Server.SignInAs("ben of given", project);
        using var carl = Server.SignInAs("carl of given", project);
        using var judge = Server.SignInAs("judge of given", project, ProjectRole.Reviewer);
        await Server.Client.PostAsync(
            $"/v1/projects/{project}/assignments",
            new JsonObject { ["people"] = new JsonArray("ana of given", "ben of given"), ["perDocument"] = 2 }
        );

        await AssertClosed(ana, note);
        Assert.DoesNotContain(note, await Listed(ana, project));
        var copies = new List<string>();
        foreach (var reader in new[] { ana, ben })
        {
            var next = await reader.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject());
            var copy = (string)next["assignment"]!["copyId"]!;
            copies.Add(copy);
            var body = new JsonObject
            {
                ["revision"] = 0,
                ["spans"] = new JsonArray(),
                ["done"] = true,
            };
            Assert.Equal(HttpStatusCode.OK, (await reader.SendAsync(HttpMethod.Put, $"/v1/documents/{copy}/annotations", body)).Status);
        }

        await AssertClosed(ana, note);
        await AssertClosed(ana, copies[1]);
        await AssertClosed(ben, copies[0]);
        await AssertClosed(carl, copies[0]);
        await AssertClosed(judge, copies[0]);
        Assert.Equal(HttpStatusCode.OK, (await carl.SendAsync(HttpMethod.Get, $"/v1/documents/{note}")).Status);
        Assert.Contains(note, await Listed(carl, project));
        Assert.Equal(HttpStatusCode.OK, (await judge.SendAsync(HttpMethod.Get, $"/v1/documents/{note}")).Status);
    }

    [Fact]
    public async Task The_inbox_leaves_out_the_transcripts_of_gold_questions_and_takes_no_decisions_on_them()
    {
        var project = await shared.NewProject();
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await Server.NewTranscriptAsync(project, ("patient", "i need a refill please", "greeting")));
        }

        await Server.Client.PostAsync($"/v1/documents/{ids[0]}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        await MakeGold(project, ids[0]);
        using var ana = Server.SignInAs("ana of inbox", project);
        using var judge = Server.SignInAs("judge of inbox", project, ProjectRole.Reviewer);
        var inbox = $"/v1/projects/{project}/inbox";

        Assert.Equal(ids[1..], await Documents(ana, $"{inbox}?state=all"));
        Assert.Equal(ids, await Documents(judge, $"{inbox}?state=all"));
        Assert.Equal(0, (int)(await ana.GetJsonAsync($"{inbox}?state=decided"))["decided"]!);
        Assert.Empty(await Documents(ana, $"{inbox}?state=all&only={ids[0]}:0"));
        Assert.Equal(ids[1..], await Documents(ana, $"{inbox}/similar?documentId={ids[1]}&turn=0"));
        Assert.Equal(HttpStatusCode.NotFound, (await ana.SendAsync(HttpMethod.Get, $"{inbox}/similar?documentId={ids[0]}&turn=0")).Status);
        Assert.Empty((await ana.GetJsonAsync($"{inbox}/proposals?intent=greeting&smallest=1"))["items"]!.AsArray());
        Assert.Equal(0, (int)(await ana.GetJsonAsync($"{inbox}/confusion"))["total"]!);
        Assert.Equal(1, (int)(await judge.GetJsonAsync($"{inbox}/confusion"))["total"]!);

        await Server.Client.PostAsync($"/v1/documents/{ids[0]}/reopen", new JsonObject { ["revision"] = 1 });
        var decision = new JsonObject
        {
            ["documentId"] = ids[0],
            ["revision"] = 2,
            ["turn"] = 0,
            ["intent"] = "refill_prescription",
        };
        var answer = await ana.PostAsync(
            $"{inbox}/decisions",
            new JsonObject { ["idempotencyKey"] = "k", ["decisions"] = new JsonArray(decision) }
        );
        Assert.Equal((0, "not_found"), ((int)answer["applied"]!, answer["documents"]![0]!.Code()));
        Assert.Equal("greeting", (string)(await judge.GetJsonAsync($"/v1/documents/{ids[0]}"))["turns"]![0]!["intent"]!);
    }

    private static async Task AssertClosed(HttpClient client, string document)
    {
        foreach (var (method, path, body) in Doors)
        {
            var (status, answer) = await client.SendAsync(
                method,
                $"/v1/documents/{document}{path}",
                body is null ? null : JsonNode.Parse(body)
            );
            Assert.True(status == HttpStatusCode.NotFound, $"{method} {path}: {status}");
            Assert.Equal("not_found", answer.Code());
        }
    }

    private static async Task<List<string>> Listed(HttpClient client, string project, string query = "") =>
        await Ids(client, $"/v1/projects/{project}/documents{query}", "id");

    private static async Task<List<string>> Documents(HttpClient client, string path) =>
        [.. (await Ids(client, path, "documentId")).Order(StringComparer.Ordinal)];

    private static async Task<List<string>> Ids(HttpClient client, string path, string name) =>
        [.. (await client.GetJsonAsync(path))["items"]!.AsArray().Select(item => (string)item![name]!)];

    private static async Task<(int Documents, int Done)> Insights(HttpClient client, string project)
    {
        var entities = (await client.GetJsonAsync($"/v1/projects/{project}/insights"))["tasks"]![0]!;
        return ((int)entities["documents"]!, (int)entities["done"]!);
    }

    private async Task MakeGold(string project, string document) =>
        Assert.True(
            (int)
                (
                    await Server.Client.SendAsync(
                        HttpMethod.Post,
                        $"/v1/projects/{project}/gold-questions",
                        new JsonObject { ["documents"] = new JsonArray(document) }
                    )
                ).Status < 300
        );

    /// <summary>A finished note and one that nobody has begun.</summary>
    private async Task<(string Project, string Gold, string Other)> NewNotes()
    {
        var project = await shared.NewProject();
        var added = await Server.Client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse(
                """{"documents":[{"text":"Flu since May.","spans":[{"start":0,"end":3,"label":"PROBLEM"}]},{"text":"Took aspirin."}]}"""
            )!
        );
        return (project, added["items"]![0]!.Id(), added["items"]![1]!.Id());
    }
}
