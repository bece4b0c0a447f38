using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Tests.Access;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Two people read a note, each in a browser of their own, and a third makes gold of it with keys.</summary>
[Collection(Chromium.Name)]
public sealed class AdjudicationTests(Chromium chromium) : IAsyncLifetime
{
    private const string Text = "Started metformin 500 mg daily for diabetes.\nNo chest pain, mild nausea since yesterday.";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Two_readings_become_gold_by_keys()
    {
        var project = await _server.NewProjectAsync("Double");
        var id = await _server.NewNoteAsync(
            project,
            Text,
            ("metformin", "MEDICATION", 0.97),
            ("500 mg", "DOSAGE", 0.91),
            ("diabetes", "PROBLEM", 0.55),
            ("chest pain", "PROBLEM", 0.7)
        );
        await using var ana = await VisitAsync("ana", project, ProjectRole.Annotator);
        await using var ben = await VisitAsync("ben", project, ProjectRole.Annotator);
        await _server.Client.PostAsync(
            $"/v1/projects/{project}/assignments",
            new JsonObject { ["people"] = new JsonArray("ana", "ben"), ["perDocument"] = 2 }
        );

        var copy = await ReadAsync(ana, "a", "a", "a", "a");
        await _server.Client.PostAsync($"/v1/documents/{id}/comments", JsonNode.Parse("""{"text":"Is it angina?","start":48,"end":53}""")!);
        await ReadAsync(ben, "a", "a", "x", "x");

        // Somebody else's copy is not there, and an annotator has no door to adjudication.
        await ben.Page.GotoAsync($"/#/documents/{copy}");
        await ben.Page.GetByText("not_found").WaitForAsync();
        Assert.Equal(0, await ben.Page.GetByRole(AriaRole.Link, new() { Name = "Adjudicate" }).CountAsync());

        await using var judge = await VisitAsync("judge", project, ProjectRole.Reviewer);
        await judge.Page.GotoAsync("/#/adjudicate");
        await judge.Page.GetByText("Krippendorff’s alpha, unitising").WaitForAsync();
        await Picture(judge, "adjudicate");
        var heads = (await judge.Page.GetByRole(AriaRole.Columnheader, new() { Name = "All readers" }).BoundingBoxAsync())!;
        var figures = (await judge.Page.Locator(".agreement td").First.BoundingBoxAsync())!;
        Assert.Equal((heads.X, heads.Width), (figures.X, figures.Width));
        await judge.Page.GetByRole(AriaRole.Link, new() { Name = id }).WaitForAsync();
        await judge.Page.GetByText("1 open comment").WaitForAsync();
        await judge.PressAsync("j", "Enter");
        await judge.Page.Locator(".place").First.WaitForAsync();
        Assert.Equal(2, await judge.Page.Locator(".place").CountAsync());
        await Picture(judge, "case");

        Assert.StartsWith(
            "commented by ",
            Assert.Single(await judge.Page.Locator(".place .chip").AllTextContentsAsync()),
            StringComparison.Ordinal
        );

        // Both and neither; what is left is there again after a reload, and taken back.
        var decided = judge.Page.Locator(".place.decided");
        await judge.PressAsync("b", "x");
        await decided.Nth(1).WaitForAsync();
        await judge.PressAsync("B");
        await judge.Page.GetByText("Krippendorff’s alpha, unitising").WaitForAsync();
        await judge.Page.ReloadAsync();
        await judge.Page.GetByRole(AriaRole.Link, new() { Name = id }).WaitForAsync();
        await judge.PressAsync("j", "Enter");
        await judge.Page.GetByText("2 decisions of an earlier visit are here.").WaitForAsync();
        await decided.Nth(1).WaitForAsync();
        await judge.PressAsync("u", "u");
        await decided.First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await judge.PressAsync("B");
        await judge.Page.GetByText("Krippendorff’s alpha, unitising").WaitForAsync();
        await judge.PressAsync("j", "Enter");
        await judge.Page.Locator(".place").First.WaitForAsync();

        // The first reader's key is another now: the old one does nothing.
        await judge.PressAsync("?");
        await judge.Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await judge
            .Page.GetByRole(AriaRole.Button, new() { Name = "Change the key: take the reading of reader 1", Exact = true })
            .ClickAsync();
        await judge.PressAsync("q", "Escape", "1");
        Assert.Equal(0, await decided.CountAsync());
        await judge.PressAsync("q", "e");
        var words = judge.Page.GetByLabel("Words");
        Assert.Equal("chest pain", await words.InputValueAsync());
        await words.FillAsync("pain");
        await Picture(judge, "case-own");
        await judge.PressAsync("Enter");
        await judge.Page.Locator(".place.decided").Nth(1).WaitForAsync();
        await judge.PressAsync("Control+Enter");
        await judge.Page.GetByText("Nothing waits for a decision").WaitForAsync();

        Assert.Equal(
            ["metformin MEDICATION accepted", "500 mg DOSAGE accepted", "diabetes PROBLEM accepted", "pain PROBLEM added"],
            await _server.MarkedAsync(id)
        );
    }

    [Fact]
    public async Task What_readers_say_of_mentions_is_decided_beside_them_by_keys()
    {
        var project = await _server.NewProjectAsync("Details");
        var id = await _server.NewNoteAsync(project, Text);
        await _server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject { ["perDocument"] = 2 });
        await using var judge = await VisitAsync("judge", project, ProjectRole.Reviewer);
        await PutAsync("ana", """{"negated":true}""", """[{"from":"d","to":"p","type":"TREATS"}]""");
        await PutAsync("ben", """{"uncertain":true}""", "[]");

        await judge.Page.GotoAsync($"/#/adjudicate/{id}");
        await judge.Page.GetByText("assertion of").WaitForAsync();
        Assert.Equal(2, await judge.Page.Locator(".place").CountAsync());
        await Picture(judge, "case-details");
        await judge.PressAsync("1");
        await judge.Page.Locator(".place.current", new() { HasText = "TREATS" }).WaitForAsync();
        Assert.Contains("TREATS", await judge.Page.EvaluateAsync<string>("document.activeElement.textContent"), StringComparison.Ordinal);
        await judge.PressAsync("x", "k", "2", "Control+Enter");
        await judge.Page.GetByText("Nothing waits for a decision").WaitForAsync();
        var gold = await _server.Client.GetJsonAsync($"/v1/documents/{id}");
        Assert.True((bool)gold["mentions"]![1]!["assertion"]!["uncertain"]!);
        Assert.Empty(gold["relations"]!.AsArray());

        async Task PutAsync(string name, string assertion, string relations)
        {
            using var client = _server.SignInAs(name, project);
            await ReadAsync(
                client,
                project,
                $$"""
                [{"start":8,"end":17,"label":"MEDICATION","text":"metformin","id":"d"},
                 {"start":35,"end":43,"label":"PROBLEM","text":"diabetes","id":"p","assertion":{{assertion}} }]
                """,
                relations
            );
        }
    }

    [Fact]
    public async Task One_case_leads_to_the_next_and_where_all_agree_nobody_needs_to_look()
    {
        const string Drug = """{"start":8,"end":17,"label":"MEDICATION"}""";
        const string Disease = """{"start":35,"end":43,"label":"PROBLEM"}""";
        var project = await _server.NewProjectAsync("Many");
        string[] ids = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _server.NewNoteAsync(project, Text)))];
        Array.Sort(ids, StringComparer.Ordinal);
        await _server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject { ["perDocument"] = 2 });
        using var ana = _server.SignInAs("ana", project);
        using var ben = _server.SignInAs("ben", project);
        for (var i = 0; i < 4; i++)
        {
            await ReadAsync(ana, project, $"[{Drug}]");
            await ReadAsync(ben, project, i == 1 ? $"[{Drug}]" : $"[{Drug},{Disease}]");
        }

        await using var judge = await VisitAsync("judge", project, ProjectRole.Reviewer);
        await judge.Page.GotoAsync("/#/adjudicate");
        await judge.Page.GetByText("4 documents wait.").WaitForAsync();
        await judge.Page.GetByRole(AriaRole.Button, new() { Name = "Make gold where all agree" }).ClickAsync();
        await judge.Page.GetByText("1 document is gold now, of 4 looked at.").WaitForAsync();
        await judge.Page.GetByText("3 documents wait.").WaitForAsync();
        await Picture(judge, "adjudicate-agreed");

        // From the second of three on: after the last comes the first. What is left for later keeps what was decided.
        await judge.PressAsync("j", "j", "Enter");
        await judge.Page.Locator(".place").WaitForAsync();
        await judge.PressAsync("2", "s");
        await judge.AtAsync($"adjudicate/{ids[3]}");
        await judge.Page.GetByText($"{ids[2]} is left for later.").WaitForAsync();
        await judge.PressAsync("s");
        await judge.AtAsync($"adjudicate/{ids[0]}");
        await judge.Page.GetByText($"{ids[3]} is left for later.").WaitForAsync();
        await judge.PressAsync("s");
        await judge.AtAsync($"adjudicate/{ids[2]}");
        await judge.Page.GetByText("1 decision of an earlier visit is here.").WaitForAsync();
        await judge.PressAsync("Control+Enter");
        await judge.AtAsync($"adjudicate/{ids[3]}");
        await judge.Page.GetByText($"{ids[2]} is gold. This and 1 more wait.").WaitForAsync();
        await Picture(judge, "case-next");
        await judge.PressAsync("1", "Control+Enter");
        await judge.AtAsync($"adjudicate/{ids[0]}");
        await judge.Page.GetByText($"{ids[3]} is gold. This one waits.").WaitForAsync();
        await judge.PressAsync("1", "Control+Enter");
        await judge.Page.GetByText("Nothing waits for a decision").WaitForAsync();
        Assert.Equal(2, (await _server.MarkedAsync(ids[2])).Count);
        Assert.Single(await _server.MarkedAsync(ids[3]));
    }

    [Fact]
    public async Task A_case_that_its_reviewer_still_reads_does_not_stand_in_the_way()
    {
        var project = await _server.NewProjectAsync("Own");
        var first = await _server.NewNoteAsync(project, Text);
        await _server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject { ["perDocument"] = 2 });
        using var ana = _server.SignInAs("ana", project);
        using var ben = _server.SignInAs("ben", project);
        await ReadAsync(ana, project, "[]");
        await using var judge = await VisitAsync("judge", project, ProjectRole.Reviewer);
        await judge.Page.GotoAsync("/#/tasks");
        await judge.Page.GetByRole(AriaRole.Button, new() { Name = "Next document" }).ClickAsync();
        await judge.Page.Locator(".cm-content").WaitForAsync();

        await judge.Page.GotoAsync($"/#/adjudicate/{first}");
        await judge.Page.GetByText("own_reading_open").WaitForAsync();
        var next = judge.Page.GetByRole(AriaRole.Button, new() { Name = "Next document" });
        await next.ClickAsync();
        await judge.Page.GetByText("No other document waits.").WaitForAsync();
        await Picture(judge, "case-own-reading");

        var other = await _server.NewNoteAsync(project, Text);
        await _server.Client.PostAsync($"/v1/projects/{project}/assignments", new JsonObject { ["perDocument"] = 2 });
        await ReadAsync(ana, project, "[]");
        await ReadAsync(ben, project, """[{"start":8,"end":17,"label":"MEDICATION"}]""");
        await next.ClickAsync();
        await judge.AtAsync($"adjudicate/{other}");
        await judge.Page.GetByText("The document before this one is left for later.").WaitForAsync();
    }

    /// <summary>Somebody's reading of what they are given next.</summary>
    private static async Task ReadAsync(HttpClient client, string project, string spans, string relations = "[]")
    {
        var next = await client.PostAsync($"/v1/projects/{project}/assignments/next", new JsonObject());
        var (status, body) = await client.SendAsync(
            HttpMethod.Put,
            $"/v1/documents/{next["assignment"]!["copyId"]}/annotations",
            new JsonObject
            {
                ["revision"] = 0,
                ["spans"] = JsonNode.Parse(spans),
                ["relations"] = JsonNode.Parse(relations),
                ["done"] = true,
            }
        );
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
    }

    [Fact]
    public async Task Work_is_given_out_and_skipped_with_a_reason()
    {
        var project = await _server.NewProjectAsync("Given");
        await _server.NewNoteAsync(project, Text);
        await using var boss = await VisitAsync("boss", project, ProjectRole.Manager);
        await using var ana = await VisitAsync("ana", project, ProjectRole.Annotator);
        await boss.Page.GotoAsync("/#/tasks");
        await boss.Page.GetByRole(AriaRole.Checkbox, new() { Name = "ana" }).CheckAsync();
        await boss.Page.GetByLabel("Readings a document").FillAsync("1");
        await boss.PressAsync("Enter");
        await boss.Page.GetByText("1 reading added.").WaitForAsync();
        await Picture(boss, "tasks");

        await ana.Page.GotoAsync("/#/tasks");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Skip…" }).WaitForAsync();
        await ana.PressAsync("s");
        await ana.Page.GetByText("Choose a task of the list first.").WaitForAsync();
        await ana.PressAsync("j", "s");
        await ana.Page.GetByLabel("Reason").FillAsync("I know this patient.");
        await ana.PressAsync("Enter");
        await ana.Page.Locator(".chip", new() { HasText = "skipped" }).WaitForAsync();
        await ana.PressAsync("n");
        await ana.Page.GetByText("There is nothing for you to do at present.").WaitForAsync();

        // Who gives out work sees why, and gives it to somebody else or takes it back.
        await using var ben = await VisitAsync("ben", project, ProjectRole.Annotator);
        await boss.Page.ReloadAsync();
        await boss.Page.GetByText("I know this patient.").WaitForAsync();
        await Picture(boss, "tasks-skipped");
        await boss.Page.Locator("select[aria-label$='reading of ana, to']").SelectOptionAsync("ben");
        await boss.Page.GetByText("was given to ben.").WaitForAsync();
        await ben.Page.GotoAsync("/#/tasks");
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Skip…" }).WaitForAsync();
        await boss.Page.Locator("button[aria-label$='from ben']").ClickAsync();
        await boss.Page.GetByText("is read by one fewer.").WaitForAsync();
        await ben.PressAsync("n");
        await ben.Page.GetByText("There is nothing for you to do at present.").WaitForAsync();
    }

    [Fact]
    public async Task A_finished_document_becomes_a_gold_question_and_is_asked_no_more_when_it_is_removed()
    {
        var project = await _server.NewProjectAsync("Asked");
        var id = await _server.NewNoteAsync(project, Text);
        await _server.Client.PostAsync($"/v1/documents/{id}/complete", new JsonObject { ["revision"] = 0 });
        await using var boss = await VisitAsync("boss", project, ProjectRole.Manager);
        await boss.Page.GotoAsync("/#/tasks");
        await boss.Page.GetByLabel("Finished document").FillAsync(id);
        await boss.Page.GetByRole(AriaRole.Button, new() { Name = "Make it a gold question" }).ClickAsync();
        await boss.Page.GetByText("so none is asked").WaitForAsync();
        await Picture(boss, "gold-questions");
        await boss.Page.GetByRole(AriaRole.Button, new() { Name = $"Ask {id} no more" }).ClickAsync();
        await boss
            .Page.GetByRole(AriaRole.Button, new() { Name = $"Ask {id} no more" })
            .WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var left = await _server.Client.GetJsonAsync($"/v1/projects/{project}/gold-questions");
        Assert.Empty(left["items"]!.AsArray());
    }

    /// <summary>Takes the next document, decides its suggestions with keys, and completes it.</summary>
    /// <returns>The working copy.</returns>
    private static async Task<string> ReadAsync(Visitor person, params string[] keys)
    {
        await person.Page.GotoAsync("/#/tasks");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Next document" }).ClickAsync();
        await person.Page.Locator(".cm-content").WaitForAsync();
        var copy = person.Page.Url.Split('/')[^1];
        await person.PressAsync(keys);
        await person.SavedAsync();
        await person.PressAsync("Control+Enter");
        await person.AtAsync("tasks");
        await person.Page.Locator(".chip.status-done").WaitForAsync();
        return copy;
    }

    private async Task<Visitor> VisitAsync(string name, string projectId, ProjectRole role)
    {
        using var client = _server.SignInAs(name, projectId, role);
        var secret = client.DefaultRequestHeaders.GetValues("Cookie").Single()[(SessionCookie.Name.Length + 1)..];
        var visitor = await chromium.VisitAsync(_server.Url);
        await visitor.Page.Context.AddCookiesAsync([
            new()
            {
                Name = SessionCookie.Name,
                Value = secret,
                Url = _server.Url.ToString(),
            },
        ]);
        return visitor;
    }

    /// <summary>For looking at: written only where a folder for pictures is named.</summary>
    private static async Task Picture(Visitor visitor, string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }
}
