using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Hosting;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>
/// Every page, light and dark, at 1280 px and at a zoom of 200 %, by axe-core's rules of WCAG 2 A and AA: contrast, names, roles. Nothing
/// reaches over the page's edge.
/// </summary>
[Collection(Chromium.Name)]
public sealed class AccessibilityTests(Chromium chromium) : OneVisitor(chromium)
{
    private string _project = "";
    private string _note = "";
    private string _transcript = "";

    private protected override async Task BeginAsync()
    {
        _project = await Server.NewProjectAsync("Sweep of the outpatient clinic of internal medicine, second floor");
        await Server.NewProjectAsync("Another, so that one is chosen");
        _note = await Server.NewNoteAsync(
            _project,
            "HISTORY\nFever since May, took aspirin 81 mg.\n\nPLAN\nStop aspirin.\n",
            ("Fever", "PROBLEM", 0.9),
            ("aspirin", "MEDICATION", 0.6),
            ("81 mg", "DOSAGE", 0.4)
        );
        var done = await Server.NewNoteAsync(_project, "No rash, no cough.", ("rash", "PROBLEM", 0.9));
        await Server.Client.PostAsync($"/v1/documents/{done}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        _transcript = await Server.NewTranscriptAsync(
            _project,
            ("agent", "How can I help?", null),
            ("patient", "I have chest pain and need more tablets.", "refill_prescription"),
            ("patient", "And my bill is wrong.", "billing_question")
        );
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 640)]
    public async Task Every_page_keeps_the_rules(ColorScheme colours, int width)
    {
        await Page.SetViewportSizeAsync(width, 800);
        await Page.EmulateMediaAsync(new() { ColorScheme = colours });
        var axe = await File.ReadAllTextAsync(AxePath());
        (string Address, string Seen)[] pages =
        [
            ($"projects/{_project}", "table.list"),
            ($"documents/{_note}", ".cm-content"),
            ($"documents/{_transcript}", ".turn"),
            ("exchange", "h2"),
            ("inbox", ".utterance-row"),
            ("tasks", "h1"),
            ("adjudicate", "h1"),
            ("models", "h1"),
            ("schema", "[role=tabpanel] table"),
            ("quality", ".tiles"),
            ("label-errors", ".empty"),
            ("projects", "table.list"),
            ("people", "h1"),
            ("audit", "table.list"),
            ("lineage", "h1"),
            ($"lineage/document/{_note}", "h1"),
        ];
        var found = new List<string>();
        foreach (var (address, seen) in pages)
        {
            await Page.GotoAsync($"/#/{address}");
            await Page.Locator(seen).First.WaitForAsync();
            await LookAsync(address);
            await Person.PressAsync("?");
            if (await Page.Locator("dialog[open]").CountAsync() > 0)
            {
                await LookAsync($"{address} keys");
                await Person.PressAsync("Escape");
            }
        }

        await Page.GotoAsync("/#/inbox");
        foreach (var tab in new[] { "Confusion", "New intents", "Intents", "Set aside" })
        {
            await Page.GetByRole(AriaRole.Tab, new() { Name = tab, Exact = true }).ClickAsync();
            await LookAsync($"inbox {tab}");
        }

        await Page.GotoAsync("/#/schema");
        foreach (var tab in new[] { "Guidelines", "History" })
        {
            await Page.GetByRole(AriaRole.Tab, new() { Name = tab, Exact = true }).ClickAsync();
            await LookAsync($"schema {tab}");
        }

        await Person.OpenNoteAsync(_note);
        foreach (var (key, shown) in new[] { (";", ".note-popover"), ("G", ".note.with-guideline"), ("\"", "dialog[open]") })
        {
            await Person.PressAsync(key);
            await Page.Locator(shown).First.WaitForAsync();
            await LookAsync($"note {key}");
        }

        Assert.True(found.Count == 0, string.Join('\n', found));

        async Task LookAsync(string name)
        {
            await Page.Locator(".loading").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await Page.EvaluateAsync(axe);
            var violations = await Page.EvaluateAsync<JsonElement>(
                """
                async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
                  .flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`))
                """
            );
            found.AddRange(violations.EnumerateArray().Select(violation => $"{name}: {violation.GetString()}"));
            var over = await Page.EvaluateAsync<int>(
                """
                () => Math.max(...[document.documentElement, ...document.querySelectorAll('.content, .content [role=tabpanel]')]
                  .map((part) => part.scrollWidth - part.clientWidth))
                """
            );
            if (over > 0)
            {
                found.Add($"{name}: {over} px wider than the window");
            }
        }
    }

    private static string AxePath()
    {
        var home = ServerOptions.FindHome(AppContext.BaseDirectory, Environment.CurrentDirectory);
        var path = Path.Combine(home, "src", "Workbench", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(path))
        {
            Assert.Skip("axe-core is missing: ./build.sh installs it");
        }

        return path;
    }
}
