using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Inbox;

public class InboxEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private HttpClient Client => shared.Server.Client;

    [Fact]
    public async Task The_inbox_shows_utterances_with_what_stands_around_them()
    {
        var project = await shared.NewProject();
        await Transcript(
            project,
            ("patient", "hello you there", "greeting"),
            ("bot", "What can I do?", null),
            ("patient", "more pills", null)
        );
        await Transcript(project, ("patient", "my father cannot breathe and his lips are blue", "greeting"));

        var inbox = await Client.GetJsonAsync($"/v1/projects/{project}/inbox?limit=2");

        Assert.Equal((3, 3, 0, 1), ((int)inbox["total"]!, (int)inbox["undecided"]!, (int)inbox["decided"]!, (int)inbox["urgent"]!));
        var first = inbox["items"]![0]!;
        Assert.Equal("my father cannot breathe and his lips are blue", (string)first["text"]!);
        Assert.Equal("urgent", (string)first["redFlags"]![0]!["level"]!);
        var second = inbox["items"]![1]!;
        Assert.Equal(("more pills", 2), ((string)second["text"]!, (int)second["turn"]!));
        Assert.Equal(["hello you there", "What can I do?"], second["before"]!.AsArray().Select(turn => (string)turn!["text"]!));
        Assert.Null(second["suggestion"]);
        var rest = await Client.GetJsonAsync($"/v1/projects/{project}/inbox?limit=2&after={Uri.EscapeDataString((string)inbox["next"]!)}");
        Assert.Equal(["hello you there"], rest["items"]!.AsArray().Select(item => (string)item!["text"]!));
        Assert.Null(rest["next"]);
    }

    [Fact]
    public async Task A_decision_on_a_group_is_told_for_each_document()
    {
        var project = await shared.NewProject();
        var ids = new List<string>();
        foreach (
            var text in new[] { "i need a refill please", "I need a refill, please!", "i need a refill please", "we need a refill please" }
        )
        {
            ids.Add(await Transcript(project, ("patient", text, "greeting")));
        }

        var similar = await Client.GetJsonAsync($"/v1/projects/{project}/inbox/similar?documentId={ids[0]}&turn=0");
        Assert.Equal(4, similar["items"]!.AsArray().Count);
        // Somebody saves one of them meanwhile, and finishes another.
        await Client.PostAsync($"/v1/documents/{ids[1]}/corrections", Intent(0, "oos"));
        await Client.PostAsync($"/v1/documents/{ids[2]}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        var decisions = Decisions("group-1", [.. ids, "nowhere"]);

        var answer = await Client.PostAsync($"/v1/projects/{project}/inbox/decisions", decisions);

        Assert.Equal((2, 3), ((int)answer["applied"]!, (int)answer["refused"]!));
        Assert.Equal(
            ["applied", "refused stale_revision", "refused stale_revision", "applied", "refused not_found"],
            answer["documents"]!.AsArray().Select(d => $"{d!["outcome"]} {d["code"]}".Trim())
        );
        Assert.Equal("oos", (string)answer["documents"]![1]!["utterances"]![0]!["intent"]!);
        Assert.Equal(1, (int)answer["documents"]![1]!["revision"]!);
        var again = await Client.PostAsync($"/v1/projects/{project}/inbox/decisions", decisions.DeepClone());
        Assert.Equal("repeated", (string)again["documents"]![0]!["outcome"]!);
        Assert.Equal(1, (int)(await shared.Server.DocumentAsync(ids[0]))["revision"]!);
        Assert.Equal("refill_prescription", (string)(await shared.Server.DocumentAsync(ids[3]))["turns"]![0]!["intent"]!);

        // Of another project nothing is told and nothing is changed.
        var other = await Transcript(await shared.NewProject(), ("patient", "hello you", "greeting"));
        var foreign = await Client.PostAsync($"/v1/projects/{project}/inbox/decisions", Decisions("x", other));
        Assert.Equal("not_found", (string)foreign["documents"]![0]!["code"]!);
        Assert.Equal(0, (int)(await shared.Server.DocumentAsync(other))["revision"]!);
    }

    [Fact]
    public async Task A_confusion_cell_opens_the_utterances_behind_it()
    {
        var project = await shared.NewProject();
        var id = await Transcript(project, ("patient", "hello you", "greeting"), ("patient", "hi hi", "greeting"));
        await Client.PostAsync($"/v1/projects/{project}/inbox/decisions", Decisions("c", id));

        var confusion = await Client.GetJsonAsync($"/v1/projects/{project}/inbox/confusion");

        var cell = Assert.Single(confusion["cells"]!.AsArray())!;
        Assert.Equal(("refill_prescription", "greeting", 1), ((string)cell["decided"]!, (string)cell["suggested"]!, (int)cell["count"]!));
        var behind = await Client.GetJsonAsync(
            $"/v1/projects/{project}/inbox?state=decided&decided=refill_prescription&suggested=greeting"
        );
        Assert.Equal(["hello you"], behind["items"]!.AsArray().Select(item => (string)item!["text"]!));
        await Refused("too_little_data", $"/v1/projects/{project}/inbox/confusion?of=held_out");
        await Refused("invalid_value", $"/v1/projects/{project}/inbox/confusion?of=x");
        await Refused("invalid_value", $"/v1/projects/{project}/inbox?state=x");
        await Refused("invalid_value", $"/v1/projects/{project}/inbox?only=x");
        await Refused("invalid_value", $"/v1/projects/{project}/inbox?after=x");
    }

    [Fact]
    public async Task Intents_are_merged_as_their_preview_says()
    {
        var project = await shared.NewProject();
        var id = await Transcript(project, ("patient", "hello you", "greeting"), ("patient", "hi hi", "greeting"));
        await Client.PostAsync($"/v1/documents/{id}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        var change = new JsonObject
        {
            ["kind"] = "merge",
            ["from"] = new JsonArray("greeting"),
            ["to"] = "small_talk",
        };

        var preview = await Client.PostAsync($"/v1/projects/{project}/intents/changes/preview", change);
        change["stamp"] = (string)preview["stamp"]!;
        var done = await Client.PostAsync($"/v1/projects/{project}/intents/changes", change.DeepClone());

        Assert.Equal((2, 1), ((int)preview["utterances"]!, (int)preview["doneDocuments"]!));
        Assert.Equal(preview.ToJsonString(), done.ToJsonString());
        Assert.Equal("small_talk", (string)(await shared.Server.DocumentAsync(id))["turns"]![1]!["intent"]!);
        var overview = await Client.GetJsonAsync($"/v1/projects/{project}/intents");
        Assert.Equal(
            ["refill_prescription 0", "small_talk 2", "oos 0"],
            overview["intents"]!.AsArray().Select(intent => $"{intent!["name"]} {intent["decided"]}")
        );
        Assert.Equal("small_talk", (string)overview["former"]![0]!["now"]!);
        var (status, body) = await Client.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/intents/changes", change);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "label_not_in_schema"), (status, body.Code()));
    }

    [Fact]
    public async Task A_transcript_is_set_aside_with_a_reason_and_one_that_is_decided_is_offered()
    {
        var project = await shared.NewProject();
        var test = await Transcript(project, ("patient", "hello test", "greeting"));
        var chat = await Transcript(project, ("patient", "hello you", "greeting"));
        await Client.PostAsync($"/v1/projects/{project}/inbox/decisions", Decisions("r", chat));
        var aside = await Client.SendAsync(HttpMethod.Put, $"/v1/documents/{test}/set-aside", new JsonObject { ["reason"] = "A test." });
        Assert.Equal((HttpStatusCode.OK, "A test."), (aside.Status, (string)aside.Body!["reason"]!));

        var inbox = await Client.GetJsonAsync($"/v1/projects/{project}/inbox?state=all");
        Assert.Equal("""{"open":0,"ready":1,"done":0}""", inbox["transcripts"]!.ToJsonString());
        var ready = Assert.Single((await Client.GetJsonAsync($"/v1/projects/{project}/inbox/ready"))["items"]!.AsArray())!;
        Assert.Equal((chat, 1), ((string)ready["documentId"]!, (int)ready["revision"]!));
        var listed = await Client.GetJsonAsync($"/v1/projects/{project}/inbox/set-aside");
        Assert.Equal(test, (string)Assert.Single(listed["items"]!.AsArray())!["documentId"]!);
        var (status, body) = await Client.SendAsync(HttpMethod.Put, $"/v1/documents/{chat}/set-aside", new JsonObject { ["reason"] = "" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "reason_missing"), (status, body.Code()));

        Assert.Equal(HttpStatusCode.NoContent, (await Client.SendAsync(HttpMethod.Delete, $"/v1/documents/{test}/set-aside")).Status);
        Assert.Equal(2, (int)(await Client.GetJsonAsync($"/v1/projects/{project}/inbox?state=all"))["total"]!);
    }

    [Fact]
    public async Task Annotators_decide_and_managers_change_intents()
    {
        var project = await shared.NewProject();
        var id = await Transcript(project, ("patient", "hello you", "greeting"));
        using var ana = shared.Server.SignInAs("inbox ana", project, ProjectRole.Annotator);
        var add = new JsonObject { ["kind"] = "add", ["to"] = "parking" };

        Assert.Equal(1, (int)(await ana.PostAsync($"/v1/projects/{project}/inbox/decisions", Decisions("a", id)))["applied"]!);
        var (status, _) = await ana.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/intents/changes", add);
        Assert.Equal(HttpStatusCode.Forbidden, status);

        using var ben = shared.Server.SignInAs("inbox ben", project, ProjectRole.Manager);
        Assert.Equal(0, (int)(await ben.PostAsync($"/v1/projects/{project}/intents/changes", add.DeepClone()))["utterances"]!);
    }

    private Task<string> Transcript(string project, params (string Speaker, string Text, string? Intent)[] turns) =>
        shared.Server.NewTranscriptAsync(project, turns);

    private async Task Refused(string code, string path) => Assert.Equal(code, (await Client.SendAsync(HttpMethod.Get, path)).Body.Code());

    private static JsonObject Intent(int turn, string intent) =>
        new()
        {
            ["revision"] = 0,
            ["changes"] = new JsonArray(
                new JsonObject
                {
                    ["action"] = "intent",
                    ["turn"] = turn,
                    ["intent"] = intent,
                }
            ),
        };

    private static JsonObject Decisions(string key, params string[] documents) =>
        new()
        {
            ["idempotencyKey"] = key,
            ["decisions"] = new JsonArray([
                .. documents.Select(id => new JsonObject
                {
                    ["documentId"] = id,
                    ["revision"] = 0,
                    ["turn"] = 0,
                    ["intent"] = "refill_prescription",
                }),
            ]),
        };
}
