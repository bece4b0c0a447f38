using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class LabelErrorTests(Chromium chromium)
{
    [Fact]
    public async Task A_probable_error_is_read_opened_at_its_mention_and_decided()
    {
        await using var server = await RunningServer.StartAsync();
        var (project, notes) = await TwoErrorsAsync(server);
        await using var visitor = await chromium.VisitAsync(server.Url);
        var page = visitor.Page;
        await page.GotoAsync("/#/quality");
        await page.GetByRole(AriaRole.Link, new() { Name = "Probable label errors" }).ClickAsync();
        await page.GetByText("Marked PROBLEM; models: MEDICATION").WaitForAsync();
        var rows = page.Locator("tbody tr");
        Assert.Equal(2, await rows.CountAsync());
        await PictureAsync(page, "label-errors");

        await page.GetByLabel("Kind").SelectOptionAsync("missing");
        await page.GetByText("Not marked; models: PROBLEM").WaitForAsync();
        Assert.Equal(1, await rows.CountAsync());
        await page.GetByLabel("Kind").SelectOptionAsync("");
        await rows.Nth(1).WaitForAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Probable label errors" }).ClickAsync();

        // The document is right, taken back after a reload; then looked at, and back at the same row.
        await visitor.PressAsync("x");
        await page.GetByText("1 left, 1 seen: 0 errors; 1 right.").WaitForAsync();
        await page.Locator("[data-testid=progress][data-saving=saved]").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByText("1 left, 1 seen: 0 errors; 1 right.").WaitForAsync();
        Assert.Equal(1, await rows.CountAsync());
        await visitor.PressAsync("u");
        await page.GetByText("2 left, none seen. Taken back.").WaitForAsync();
        await page.Locator("tr[aria-current]", new() { HasText = "Marked PROBLEM" }).WaitForAsync();
        await visitor.PressAsync("o");
        await page.GetByTestId("current").GetByText("aspirin").WaitForAsync();
        await visitor.PressAsync("B");
        await page.Locator("tr[aria-current]", new() { HasText = "Marked PROBLEM" }).WaitForAsync();

        // It is an error: the note is open again at that mention; relabelled and completed, it leads to the next entry.
        await visitor.PressAsync("e");
        await page.GetByTestId("current").GetByText("aspirin").WaitForAsync();
        await visitor.PressAsync("m");
        await visitor.SavedAsync();
        await visitor.PressAsync("Control+Enter");
        await page.GetByText("1 left, 1 seen: 1 error, all mended; 0 right.").WaitForAsync();
        await page.Locator("tr[aria-current]", new() { HasText = "Not marked" }).WaitForAsync();
        Assert.Equal(1, await rows.CountAsync());
        Assert.Contains("aspirin MEDICATION accepted", await server.MarkedAsync(notes[0]));

        // Mended without a word of who is right: closed all the same.
        await server.Client.PostAsync(
            $"/v1/documents/{notes[1]}/reopen",
            new System.Text.Json.Nodes.JsonObject { ["revision"] = (int)(await server.DocumentAsync(notes[1]))["revision"]! }
        );
        await visitor.PressAsync("Enter");
        await page.Locator(".cm-content").WaitForAsync();
        await visitor.DragOverAsync("cough");
        await visitor.PressAsync("p");
        await visitor.SavedAsync();
        await visitor.PressAsync("B");
        await page.GetByText("0 left, 2 seen: 2 errors, all mended; 0 right.").WaitForAsync();
        await page.GetByText("Nothing waits here").WaitForAsync();
        var errors = (await server.Client.GetJsonAsync($"/v1/projects/{project}/label-errors?state=decided"))["items"]!.AsArray();
        Assert.Equal(["error True", " True"], errors.Select(item => $"{(string?)item!["decision"]} {(bool)item["mended"]!}"));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.GetByLabel("Show").SelectOptionAsync("all");
        await rows.Nth(1).WaitForAsync();
        await PictureAsync(page, "label-errors-dark");
    }

    [Fact]
    public async Task A_note_opened_again_to_be_mended_and_left_as_it_was_is_done_again()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, notes) = await TwoErrorsAsync(server);
        await using var visitor = await chromium.VisitAsync(server.Url);
        await OpenTheFirstAsync(visitor);
        var page = visitor.Page;
        Assert.Equal("in_progress", await StatusAsync(notes[0]));
        await visitor.PressAsync("B");
        await page.GetByText("1 left, 1 seen: 1 error").WaitForAsync();
        Assert.Equal("done", await StatusAsync(notes[0]));

        // With a change it stays open, and so it is left by another way.
        await visitor.PressAsync("e");
        await page.Locator(".cm-content").WaitForAsync();
        await visitor.DragOverAsync("cough");
        await visitor.PressAsync("p");
        await visitor.SavedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Documents" }).ClickAsync();
        await page.Locator("table.list").WaitForAsync();
        await page.GotoAsync("/#/label-errors");
        await page.GetByText("0 left").WaitForAsync();
        Assert.Equal(["done", "in_progress"], [await StatusAsync(notes[0]), await StatusAsync(notes[1])]);

        async Task<string> StatusAsync(string note) => (string)(await server.DocumentAsync(note))["status"]!;
    }

    [Fact]
    public async Task A_note_opened_again_in_a_tab_that_was_closed_is_done_again_later()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, notes) = await TwoErrorsAsync(server);
        await using var visitor = await chromium.VisitAsync(server.Url);
        await OpenTheFirstAsync(visitor);
        var page = visitor.Page;

        // The page goes without a word; another one, opened at once, leaves the note alone: somebody may be at it.
        await page.GotoAsync("/openapi/v1.json");
        await page.GotoAsync("/#/documents");
        await page.Locator("table.list").WaitForAsync();
        Assert.Equal("in_progress", (string)(await server.DocumentAsync(notes[0]))["status"]!);

        // Long after.
        await page.GotoAsync("/openapi/v1.json");
        await page.EvaluateAsync(
            "() => { for (const name of Object.keys(localStorage)) if (name.startsWith('clinicalnlp.reopened')) localStorage.setItem(name, localStorage.getItem(name).replace(/\"shown\":\\d+/, '\"shown\":0')); }"
        );
        await page.RunAndWaitForResponseAsync(
            () => page.GotoAsync("/#/documents"),
            response => response.Url.EndsWith("/complete", StringComparison.Ordinal)
        );
        Assert.Equal("done", (string)(await server.DocumentAsync(notes[0]))["status"]!);
    }

    /// <summary>It is an error: the note is open again, at its mention.</summary>
    private static async Task OpenTheFirstAsync(Visitor visitor)
    {
        await visitor.Page.GotoAsync("/#/label-errors");
        await visitor.Page.GetByText("2 left, none seen.").WaitForAsync();
        await visitor.PressAsync("e");
        await visitor.Page.GetByTestId("current").GetByText("aspirin").WaitForAsync();
    }

    /// <summary>Two finished notes, each with a probable error.</summary>
    private static async Task<(string Project, string[] Notes)> TwoErrorsAsync(RunningServer server)
    {
        var project = await server.NewProjectAsync("Errors");
        string[] notes =
        [
            await server.NewNoteAsync(project, "Fever since May, took aspirin.", ("Fever", "PROBLEM", 0.9), ("aspirin", "PROBLEM", 0.9)),
            await server.NewNoteAsync(project, "No rash, no cough.", ("rash", "PROBLEM", 0.9)),
        ];
        foreach (var note in notes)
        {
            var body = new System.Text.Json.Nodes.JsonObject { ["revision"] = 0, ["undecided"] = "accept" };
            await server.Client.PostAsync($"/v1/documents/{note}/complete", body);
        }

        Save(server, project, notes);
        return (project, notes);
    }

    /// <summary>For looking at: written only where a folder for pictures is named.</summary>
    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    /// <summary>As a search would.</summary>
    private static void Save(RunningServer server, string project, string[] notes)
    {
        var database = server.App.Services.GetRequiredService<AnnotationDatabase>();
        var snapshots = new SnapshotStore(database);
        var runs = new TrainingRunStore(database);
        var snapshot = snapshots.Create(project, ModelTask.Entities, "boss").Id;
        var asked = new NewTrainingRun(project, ModelTask.Entities, snapshot) { Kind = RunKind.LabelErrors, Folds = 2 };
        var run = runs.Create(asked, snapshot, 1, 1, "boss").Id;
        runs.End(run, RunState.Succeeded, "boss");
        TextSpan aspirin = new(22, 29);
        TextSpan cough = new(12, 17);
        database.Write(
            "boss",
            transaction =>
            {
                transaction.Audit("test", run);
                LabelErrorStore.Save(
                    transaction,
                    project,
                    run,
                    intents: false,
                    [
                        new(notes[0], ErrorKind.WrongLabel, aspirin, "PROBLEM", aspirin, "MEDICATION", null, 0.97),
                        new(notes[1], ErrorKind.Missing, cough, null, cough, "PROBLEM", null, 0.8),
                    ],
                    snapshots.Documents(snapshot).ToDictionary(document => document.DocumentId)
                );
            }
        );
    }
}
