using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;

namespace ClinicalNlp.Server.Tests.Adjudication;

/// <summary>Two people read a document blindly, a third decides, all over HTTP.</summary>
public class DoubleAnnotationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Text = "😀 Started metformin 500 mg for diabetes.";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task From_assignment_to_gold()
    {
        var (project, id) = await NewProject();
        using var ana = Server.SignInAs("ana of From_assignment", project);
        using var ben = Server.SignInAs("ben of From_assignment", project);
        using var judge = Server.SignInAs("judge of From_assignment", project, ProjectRole.Reviewer);
        var people = new JsonArray("ana of From_assignment", "ben of From_assignment");
        var assigned = await Server.Client.PostAsync(
            $"/v1/projects/{project}/assignments",
            new JsonObject { ["people"] = people, ["perDocument"] = 2 }
        );
        Assert.Equal(2, (int)assigned["added"]!);

        var copy = await Read(
            ana,
            project,
            """[{"start":10,"end":19,"label":"MEDICATION","text":"metformin"},{"start":20,"end":26,"label":"DOSAGE","text":"500 mg"}]"""
        );
        await Read(
            ben,
            project,
            """[{"start":10,"end":19,"label":"MEDICATION"},{"start":31,"end":39,"label":"PROBLEM","text":"diabetes"}]"""
        );

        // Nobody reads another's copy, by whatever door.
        foreach (var door in new[] { "", "/history", "/comments" })
        {
            Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Get, $"/v1/documents/{copy}{door}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await ben.SendAsync(HttpMethod.Get, $"/v1/documents/{copy}{door}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Server.Client.SendAsync(HttpMethod.Get, $"/v1/documents/{copy}{door}")).Status);
        }

        Assert.Equal("forbidden", (await ben.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/adjudications/{id}")).Body.Code());
        await ana.PostAsync(
            $"/v1/documents/{copy}/comments",
            new JsonObject
            {
                ["text"] = "Is a dose one?",
                ["start"] = 20,
                ["end"] = 26,
            }
        );

        var agreement = await judge.GetJsonAsync($"/v1/projects/{project}/quality/agreement");
        Assert.Equal(0.5, (double)agreement["mentions"]!["exactF1"]!["value"]!);
        Assert.Equal("From_assignment", ((string)agreement["mentions"]!["pairs"]![0]!["second"]!).Split(' ')[2]);

        var waiting = await judge.GetJsonAsync($"/v1/projects/{project}/adjudications");
        Assert.Equal((1, 2), ((int)waiting["items"]![0]!["agreed"]!, (int)waiting["items"]![0]!["differing"]!));
        Assert.Equal((1, null, 1), ((int)waiting["total"]!, waiting["next"], (int)waiting["items"]![0]!["comments"]!));
        var adopted = await judge.PostAsync($"/v1/projects/{project}/adjudications/agreed", new JsonObject());
        Assert.Equal((0, 1, null), (adopted["documents"]!.AsArray().Count, (int)adopted["looked"]!, adopted["next"]));
        var open = await judge.GetJsonAsync($"/v1/projects/{project}/adjudications/{id}");
        Assert.Equal("Is a dose one?", (string)open["comments"]![0]!["text"]!);
        Assert.Equal("500 mg", (string)open["groups"]![1]!["options"]![0]!["mentions"]![0]!["text"]!);
        Assert.Equal([true, false, false], open["groups"]!.AsArray().Select(group => (bool)group!["agreed"]!));

        var decision = new JsonObject
        {
            ["revision"] = 0,
            ["basis"] = (string)open["basis"]!,
            ["groups"] = new JsonArray(
                new JsonObject { ["group"] = 1, ["take"] = new JsonArray("ana of From_assignment") },
                new JsonObject
                {
                    ["group"] = 2,
                    ["take"] = new JsonArray(),
                    ["spans"] = new JsonArray(
                        new JsonObject
                        {
                            ["start"] = 27,
                            ["end"] = 39,
                            ["label"] = "PROBLEM",
                        }
                    ),
                }
            ),
        };
        var refused = await judge.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/adjudications/{id}",
            new JsonObject { ["revision"] = 0, ["basis"] = (string)open["basis"]! }
        );
        Assert.Equal("undecided_groups", refused.Body.Code());
        var gold = await judge.PostAsync($"/v1/projects/{project}/adjudications/{id}", decision);
        Assert.Equal("done", (string)gold["document"]!["status"]!);
        Assert.Equal(
            ["metformin", "500 mg", "for diabetes"],
            gold["document"]!["mentions"]!.AsArray().Select(mention => (string)mention!["text"]!)
        );
        Assert.Empty((await judge.GetJsonAsync($"/v1/projects/{project}/adjudications"))["items"]!.AsArray());
        Assert.Single((await Server.Client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_refused_with_those_who_work_here()
    {
        var (project, _) = await NewProject();
        using var ana = Server.SignInAs("Ana of names", project);
        var address = $"/v1/projects/{project}/assignments";
        var (status, body) = await Server.Client.SendAsync(
            HttpMethod.Post,
            address,
            new JsonObject { ["people"] = new JsonArray("anna of names") }
        );
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unknown_person"), (status, body.Code()));
        Assert.DoesNotContain("anna", (string)body["detail"]!, StringComparison.Ordinal);
        Assert.Contains("Ana of names", (string)body["detail"]!, StringComparison.Ordinal);
        Assert.Contains(
            "Ana of names",
            (await Server.Client.GetJsonAsync($"{address}/people"))["items"]!.AsArray().Select(name => (string)name!)
        );

        // Upper and lower case are one name, so that the work arrives.
        await Server.Client.PostAsync(address, new JsonObject { ["people"] = new JsonArray("ana of NAMES") });
        var mine = Assert.Single((await ana.GetJsonAsync($"{address}/mine"))["items"]!.AsArray())!;
        var refused = await ana.SendAsync(HttpMethod.Delete, $"{address}/{(string)mine["id"]!}");
        Assert.Equal("forbidden", refused.Body.Code());
        Assert.Equal("not_found", (await Server.Client.SendAsync(HttpMethod.Put, $"{address}/nothing", new JsonObject())).Body.Code());
    }

    [Fact]
    public async Task What_is_said_of_mentions_and_relations_go_from_two_readings_to_gold()
    {
        var (project, id) = await NewProject();
        using var ana = Server.SignInAs("ana of What_is_said", project);
        using var ben = Server.SignInAs("ben of What_is_said", project);
        using var judge = Server.SignInAs("judge of What_is_said", project, ProjectRole.Reviewer);
        await Server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject { ["perDocument"] = 2 });
        const string metformin = """{"start":10,"end":19,"label":"MEDICATION","id":"m","concepts":["DB00331"]}""";
        await Read(
            ana,
            project,
            $$"""[{{metformin}},{"start":31,"end":39,"label":"PROBLEM","id":"p","assertion":{"historical":true} }]""",
            """[{"from":"m","to":"p","type":"TREATS"}]"""
        );
        await Read(ben, project, $$"""[{{metformin}},{"start":31,"end":39,"label":"PROBLEM","assertion":{"negated":true} }]""");

        var address = $"/v1/projects/{project}/adjudications/{id}";
        var open = await judge.GetJsonAsync(address);
        Assert.Equal([true, true], open["groups"]!.AsArray().Select(group => (bool)group!["agreed"]!));
        var detail = open["details"]!.AsArray().Single(item => !(bool)item!["agreed"]!)!;
        Assert.Equal(("assertion", 31, 39), ((string)detail["aspect"]!, (int)detail["start"]!, (int)detail["end"]!));
        Assert.True((bool)detail["options"]![0]!["assertion"]!["historical"]!);
        Assert.Equal("DB00331", (string)open["details"]![0]!["options"]![1]!["concepts"]![0]!);
        var relation = Assert.Single(open["relations"]!.AsArray())!;
        Assert.Equal(["ana of What_is_said"], relation["annotators"]!.AsArray().Select(name => (string)name!));

        var body = new JsonObject { ["revision"] = 0, ["basis"] = (string)open["basis"]! };
        Assert.Equal("undecided_groups", (await judge.SendAsync(HttpMethod.Post, address, body)).Body.Code());
        body["details"] = new JsonArray(new JsonObject { ["detail"] = (int)detail["index"]!, ["take"] = "ben of What_is_said" });
        body["relations"] = new JsonArray(new JsonObject { ["relation"] = 0, ["keep"] = true });
        var gold = (await judge.PostAsync(address, body))["document"]!;
        Assert.Equal("DB00331", (string)gold["mentions"]![0]!["concepts"]![0]!);
        Assert.True((bool)gold["mentions"]![1]!["assertion"]!["negated"]!);
        Assert.Equal((string)gold["mentions"]![0]!["id"]!, (string)Assert.Single(gold["relations"]!.AsArray())!["from"]!);
    }

    [Fact]
    public async Task Next_skip_mine_progress_and_settings()
    {
        var (project, id) = await NewProject();
        using var ana = Server.SignInAs("ana of Next_skip", project);
        using var ben = Server.SignInAs("ben of Next_skip", project);
        Assert.Null((await Next(ana, project))["assignment"]);
        await Server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject());
        var taken = (await Next(ana, project, "gain_per_second"))["assignment"]!;
        Assert.Equal(id, (string)taken["documentId"]!);
        Assert.Null((await Next(ben, project))["assignment"]);
        Assert.Equal("taken", (string)(await ana.GetJsonAsync($"/v1/projects/{project}/assignments/mine"))["items"]![0]!["state"]!);

        var skip = $"/v1/projects/{project}/assignments/{taken.Id()}/skip";
        Assert.Equal("reason_missing", (await ana.SendAsync(HttpMethod.Post, skip, new JsonObject { ["reason"] = "" })).Body.Code());
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await ana.SendAsync(HttpMethod.Post, skip, new JsonObject { ["reason"] = "Not for me." })).Status
        );
        Assert.Null((await Next(ana, project))["assignment"]);
        Assert.Equal(id, (string)(await Next(ben, project))["assignment"]!["documentId"]!);
        var progress = await ana.GetJsonAsync($"/v1/projects/{project}/assignments/progress");
        Assert.Equal("ben of Next_skip", (string)progress["items"]![0]!["person"]!);

        var settings = $"/v1/projects/{project}/assignment-settings";
        Assert.Equal("forbidden", (await ana.SendAsync(HttpMethod.Get, settings)).Body.Code());
        var saved = await Server.Client.SendAsync(HttpMethod.Put, settings, new JsonObject { ["lockMinutes"] = 5, ["seededShare"] = 0.1 });
        Assert.Equal((5, 0.1), ((double)saved.Body["lockMinutes"]!, (double)saved.Body["seededShare"]!));
        var wrong = await Server.Client.SendAsync(HttpMethod.Put, settings, new JsonObject { ["seededShare"] = 0.9 });
        Assert.Equal("invalid_value", wrong.Body.Code());
        Assert.Empty((await Server.Client.GetJsonAsync($"/v1/projects/{project}/quality/annotators"))["items"]!.AsArray());
    }

    private static async Task<string> Read(HttpClient client, string project, string spans, string relations = "[]")
    {
        var copy = (string)(await Next(client, project))["assignment"]!["copyId"]!;
        var body = new JsonObject
        {
            ["revision"] = 0,
            ["spans"] = JsonNode.Parse(spans),
            ["relations"] = JsonNode.Parse(relations),
            ["done"] = true,
        };
        var (status, answer) = await client.SendAsync(HttpMethod.Put, $"/v1/documents/{copy}/annotations", body);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
        return copy;
    }

    private static Task<JsonNode> Next(HttpClient client, string project, string order = "given") =>
        client.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject { ["order"] = order });

    private async Task<(string Project, string Document)> NewProject()
    {
        var project = await shared.NewProject();
        var added = await Server.Client.PostAsync(
            $"/v1/projects/{project}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = Text }) }
        );
        return (project, added["items"]![0]!.Id());
    }
}
