using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Comments;

/// <summary>Threads of comments over HTTP: who sees them, and that their words stay in them.</summary>
public class CommentEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_thread_at_a_mention_is_answered_and_resolved_and_its_words_are_not_audited()
    {
        var project = await shared.NewProject();
        var note = await Server.NewNoteAsync(project, "💊 aspirin daily", ("aspirin", "MEDICATION", 0.9));
        var mention = (await Server.DocumentAsync(note))["mentions"]![0]!.Id();
        var comments = $"/v1/documents/{note}/comments";
        var first = await Server.Client.PostAsync(comments, new JsonObject { ["text"] = "zebra question", ["mentionId"] = mention });
        Assert.Equal((2, 9, mention), ((int)first["start"]!, (int)first["end"]!, (string)first["mentionId"]!));
        await Server.Client.PostAsync(comments, new JsonObject { ["text"] = "zebra answer", ["threadId"] = first.Id() });
        var resolved = await Server.Client.SendAsync(
            HttpMethod.Put,
            $"{comments}/{first.Id()}/state",
            new JsonObject { ["resolved"] = true }
        );
        Assert.Equal(HttpStatusCode.OK, resolved.Status);

        var items = (await Server.Client.GetJsonAsync($"{comments}?offsetUnit=utf16CodeUnit"))["items"]!.AsArray();
        Assert.Equal(["zebra question", "zebra answer"], items.Select(item => (string)item!["text"]!));
        Assert.Equal((3, 10), ((int)items[1]!["start"]!, (int)items[1]!["end"]!));
        Assert.NotNull(items[0]!["resolvedAt"]);
        Assert.Equal(first.Id(), (string)items[1]!["threadId"]!);
        var (status, problem) = await Server.Client.SendAsync(
            HttpMethod.Post,
            comments,
            new JsonObject { ["text"] = "zebra lost", ["threadId"] = "none" }
        );
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (status, problem.Code()));
        Assert.DoesNotContain("zebra", problem!.ToJsonString(), StringComparison.Ordinal);
        var audit = (await Server.Client.GetJsonAsync("/v1/audit?limit=100")).ToJsonString();
        Assert.Contains("comment.resolved", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_again_under_its_key_is_said_once()
    {
        var project = await shared.NewProject();
        var note = await Server.NewNoteAsync(project, "Took aspirin.");
        var comments = $"/v1/documents/{note}/comments";
        JsonObject Body(string text) => new() { ["text"] = text, ["idempotencyKey"] = "k1" };

        var first = await Server.Client.PostAsync(comments, Body("Which dose?"));
        var again = await Server.Client.PostAsync(comments, Body("Which dose?"));
        Assert.Equal(first.Id(), again.Id());
        var (status, problem) = await Server.Client.SendAsync(HttpMethod.Post, comments, Body("zebra"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (status, problem.Code()));
        Assert.DoesNotContain("zebra", problem!.ToJsonString(), StringComparison.Ordinal);
        // Another's key is another's.
        using var ben = Server.SignInAs("ben of keys", project);
        Assert.NotEqual(first.Id(), (await ben.PostAsync(comments, Body("Which dose?"))).Id());
        Assert.Equal(2, (await Server.Client.GetJsonAsync(comments))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_blind_annotators_say_on_their_copies_is_not_seen_by_each_other()
    {
        var project = await shared.NewProject();
        var note = await Server.NewNoteAsync(project, "Took aspirin.");
        using var ana = Server.SignInAs("ana of talk", project);
        using var ben = Server.SignInAs("ben of talk", project);
        await Server.Client.PostAsync(
            $"/v1/projects/{project}/assignments",
            new JsonObject { ["people"] = new JsonArray("ana of talk", "ben of talk"), ["perDocument"] = 2 }
        );
        var ofAna = await Copy(ana);
        var ofBen = await Copy(ben);
        var said = await ana.PostAsync($"/v1/documents/{ofAna}/comments", new JsonObject { ["text"] = "mine" });

        Assert.Single((await ana.GetJsonAsync($"/v1/documents/{ofAna}/comments"))["items"]!.AsArray());
        Assert.Empty((await ben.GetJsonAsync($"/v1/documents/{ofBen}/comments"))["items"]!.AsArray());
        foreach (var closed in new[] { ofAna, note })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await ben.SendAsync(HttpMethod.Get, $"/v1/documents/{closed}/comments")).Status);
        }

        foreach (var document in new[] { ofAna, ofBen })
        {
            var path = $"/v1/documents/{document}/comments";
            var state = await ben.SendAsync(HttpMethod.Put, $"{path}/{said.Id()}/state", new JsonObject { ["resolved"] = true });
            var answer = await ben.SendAsync(HttpMethod.Post, path, new JsonObject { ["text"] = "so?", ["threadId"] = said.Id() });
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (state.Status, answer.Status));
        }

        async Task<string> Copy(HttpClient reader) =>
            (string)(await reader.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject()))["assignment"]!["copyId"]!;
    }

    [Fact]
    public async Task Lists_count_what_others_have_said_since_one_has_looked()
    {
        var project = await shared.NewProject();
        var note = await Server.NewNoteAsync(project, "Took aspirin.");
        using var ana = Server.SignInAs("ana of unread", project);
        using var ben = Server.SignInAs("ben of unread", project);
        var comments = $"/v1/documents/{note}/comments";
        var first = await ana.PostAsync(comments, new JsonObject { ["text"] = "one" });
        var second = await ana.PostAsync(comments, new JsonObject { ["text"] = "two", ["threadId"] = first.Id() });
        Assert.Equal((0, 2), (await Unread(ana), await Unread(ben)));
        Assert.Null((await ben.GetJsonAsync(comments))["readUntil"]);

        await Look(ben, second.Id());
        await Look(ben, first.Id());
        Assert.Equal(second.Id(), (string)(await ben.GetJsonAsync(comments))["readUntil"]!);
        await ben.PostAsync(comments, new JsonObject { ["text"] = "three", ["threadId"] = first.Id() });
        Assert.Equal((1, 0), (await Unread(ana), await Unread(ben)));

        var other = await Server.NewNoteAsync(project, "Another.");
        var unknown = await ben.SendAsync(
            HttpMethod.Put,
            $"/v1/documents/{other}/comments/read",
            new JsonObject { ["comment"] = first.Id() }
        );
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (unknown.Status, unknown.Body.Code()));

        async Task<int> Unread(HttpClient reader) =>
            (int)
                (await reader.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray().First(item => item!.Id() == note)![
                    "unreadComments"
                ]!;

        async Task Look(HttpClient reader, string comment)
        {
            var answer = await reader.SendAsync(HttpMethod.Put, $"{comments}/read", new JsonObject { ["comment"] = comment });
            Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        }
    }

    [Fact]
    public async Task Reviewers_see_what_was_said_on_finished_readings_until_they_have_looked()
    {
        var project = await shared.NewProject();
        var note = await Server.NewNoteAsync(project, "Took aspirin.");
        using var ana = Server.SignInAs("ana reads", project);
        await Server.Client.PostAsync(
            $"/v1/projects/{project}/assignments",
            new JsonObject { ["people"] = new JsonArray("ana reads"), ["perDocument"] = 1 }
        );
        using var rita = Server.SignInAs("rita reviews", project, ProjectRole.Reviewer);
        var copy = (string)(await ana.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject()))["assignment"]!["copyId"]!;
        var said = await ana.PostAsync($"/v1/documents/{copy}/comments", new JsonObject { ["text"] = "Dose?" });
        // What was said on the document after it must not hide it once it is shown.
        var other = await Server.Client.PostAsync($"/v1/documents/{note}/comments", new JsonObject { ["text"] = "Later." });
        Assert.Equal(1, await Unread());
        await Look(other.Id());
        Assert.Equal(0, await Unread());

        await ana.PostAsync($"/v1/documents/{copy}/complete", new JsonObject { ["revision"] = 0 });
        Assert.Equal(1, await Unread());
        var items = (await rita.GetJsonAsync($"/v1/documents/{note}/comments"))["items"]!.AsArray();
        Assert.Equal(
            [$"Dose? {copy} True", "Later.  False"],
            items.Select(item => $"{(string)item!["text"]!} {(string?)item["reading"]} {(bool)item["unread"]!}")
        );

        await Look(said.Id());
        Assert.Equal(0, await Unread());
        Assert.All(
            (await rita.GetJsonAsync($"/v1/documents/{note}/comments"))["items"]!.AsArray(),
            item => Assert.False((bool)item!["unread"]!)
        );

        async Task<int> Unread() => (int)(await rita.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]![0]!["unreadComments"]!;

        async Task Look(string comment) =>
            Assert.Equal(
                HttpStatusCode.NoContent,
                (
                    await rita.SendAsync(HttpMethod.Put, $"/v1/documents/{note}/comments/read", new JsonObject { ["comment"] = comment })
                ).Status
            );
    }
}
