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
        await using var visitor = await chromium.VisitAsync(server.Url);
        var page = visitor.Page;
        await page.GotoAsync("/#/quality");
        var errors = page.GetByRole(AriaRole.Region, new() { Name = "Probable label errors" });
        await errors.GetByText("Marked PROBLEM; models: MEDICATION").WaitForAsync();
        Assert.Equal(2, await errors.Locator("tbody tr").CountAsync());
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "label-errors.png"), FullPage = true });
        }

        await errors.GetByLabel("Kind").SelectOptionAsync("missing");
        await errors.GetByText("Not marked; models: PROBLEM").WaitForAsync();
        Assert.Equal(1, await errors.Locator("tbody tr").CountAsync());
        await errors.GetByLabel("Kind").SelectOptionAsync("");

        await errors.Locator("tr", new() { HasText = "Marked PROBLEM" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByTestId("current").GetByText("aspirin").WaitForAsync();
        await page.GoBackAsync();
        var row = errors.Locator("tr", new() { HasText = "Marked PROBLEM" });
        await row.GetByRole(AriaRole.Button, new() { Name = "It is an error" }).ClickAsync();
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var decided = await server.Client.GetJsonAsync($"/v1/projects/{project}/label-errors?state=decided");
        Assert.Equal("error", (string)decided["items"]![0]!["decision"]!);
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
