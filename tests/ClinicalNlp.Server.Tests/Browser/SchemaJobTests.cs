using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Hosting;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>A change that takes its time, seen from the page. A gate in the real file holds it at the first mention of each document.</summary>
[Collection(Chromium.Name)]
public sealed class SchemaJobTests(Chromium chromium) : IAsyncLifetime
{
    private const int Documents = 3;
    private const int MentionsEach = 20_000; // a slice of a change's work

    private readonly SemaphoreSlim _gate = new(0);
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _project = "";

    private IPage Page => _visitor.Page;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(configure: builder =>
            builder.Services.AddSingleton(services =>
                AnnotationDatabase.Open(
                    Path.Combine(services.GetRequiredService<ServerOptions>().DataDirectory, "clinicalnlp.db"),
                    TimeProvider.System,
                    readOnly: false,
                    connection => connection.CreateFunction("pass_gate", () => _gate.Wait(TimeSpan.FromMinutes(2)) ? 1L : 0L)
                )
            )
        );
        _visitor = await chromium.VisitAsync(_server.Url);
        _project = await _server.NewProjectAsync("Notes");
        await FillAsync();
        await Page.GotoAsync("/#/schema");
        await Page.Locator("[data-label=PROBLEM]").WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Release(Documents);
        await _visitor.DisposeAsync();
        await _server.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task How_far_a_change_is_and_its_end_are_shown_even_to_who_comes_later()
    {
        await BeginAsync();
        await SaysAsync("PROBLEM renamed to FINDING");
        await SaysAsync("0 of 60,000 changed");
        _gate.Release();
        await SaysAsync("20,000 of 60,000 changed");
        Assert.Equal("20000", await Page.GetByRole(AriaRole.Progressbar).GetAttributeAsync("value"));
        await ShotAsync("schema-job");

        // The page may be left; whoever opens it sees the same.
        await Page.ReloadAsync();
        await SaysAsync("20,000 of 60,000 changed");
        _gate.Release(Documents);
        await SaysAsync("Done: PROBLEM renamed to FINDING; 60,000 mentions in 3 documents. Version 2.");
        await Page.Locator("[data-label=FINDING]").WaitForAsync();
        await Page.Locator("[data-former=PROBLEM]").WaitForAsync();
        await ShotAsync("schema-job-done");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        Assert.Equal(0, await Page.GetByTestId("schema-job").CountAsync());
    }

    [Fact]
    public async Task A_change_that_is_stopped_leaves_everything_as_it_was()
    {
        await BeginAsync();
        _gate.Release();
        await SaysAsync("20,000 of 60,000 changed");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop the change" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stopping…" }).WaitForAsync();
        _gate.Release(Documents);

        await SaysAsync("Stopped: PROBLEM renamed to FINDING. Nothing of it is stored.");
        await Page.Locator("[data-label=PROBLEM]").WaitForAsync();
        Assert.Equal(0, await Page.Locator("[data-label=FINDING]").CountAsync());
        var schema = await _server.Client.GetJsonAsync($"/v1/projects/{_project}/schema");
        Assert.Equal((1, 60_000), ((int)schema["version"]!, (int)schema["labels"]![0]!["decided"]!));

        // And it can be begun again.
        _gate.Release(Documents);
        await RenameAsync();
        await Page.Locator("[data-label=FINDING]").WaitForAsync();
    }

    /// <summary>Begins a change and waits until the page tells that it takes its time.</summary>
    private async Task BeginAsync()
    {
        await RenameAsync();
        await Page.Locator("[data-testid=schema-job][data-state=waiting]").WaitForAsync();
        Assert.Equal(0, await Page.Locator("dialog[open]").CountAsync());
    }

    private async Task RenameAsync()
    {
        await Page.GetByLabel("Rename PROBLEM").ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("FINDING");
        await Page.GetByText("See what changes").ClickAsync();
        await Page.GetByText("60,000 mentions in 3 documents change from PROBLEM to FINDING.").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
    }

    private Task SaysAsync(string words) => Page.GetByTestId("schema-job").GetByText(words).WaitForAsync();

    /// <summary>Rows as decisions of people leave them, and the gate, written straight into the file.</summary>
    private async Task FillAsync()
    {
        var text = string.Concat(Enumerable.Repeat("a ", MentionsEach));
        for (var i = 0; i < Documents; i++)
        {
            await _server.NewNoteAsync(_project, text);
        }

        _server
            .App.Services.GetRequiredService<AnnotationDatabase>()
            .Write(
                "test",
                transaction =>
                {
                    transaction.Connection.Execute(
                        """
                        WITH RECURSIVE places(at) AS (SELECT 0 UNION ALL SELECT at + 2 FROM places WHERE at + 2 < 2 * @MentionsEach)
                        INSERT INTO mentions (id, document_id, span_start, span_end, label, state)
                        SELECT d.id || at, d.id, at, at + 1, 'PROBLEM', 'added' FROM documents d, places;
                        CREATE TRIGGER gate AFTER UPDATE OF label ON mentions WHEN NEW.span_start = 0 BEGIN SELECT pass_gate(); END;
                        """,
                        new { MentionsEach }
                    );
                    transaction.OnlyProgress();
                }
            );
    }

    private async Task ShotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (theme, scheme) in new[] { ("light", ColorScheme.Light), ("dark", ColorScheme.Dark) })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}.png") });
        }
    }
}
