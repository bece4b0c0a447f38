using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Relation types, attributes and values changed from the page, each after its preview, and taken back from the history.</summary>
[Collection(Chromium.Name)]
public sealed class SchemaPartTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Note = "Takes metformin 500 mg for mild diabetes.";

    private string _project = "";
    private string _note = "";

    private protected override async Task BeginAsync()
    {
        _project = await Server.NewProjectAsync("Notes");
        _note = await Server.NewNoteAsync(
            _project,
            Note,
            ("metformin", "MEDICATION", 0.9),
            ("500 mg", "DOSAGE", 0.9),
            ("diabetes", "PROBLEM", 0.8)
        );
        var ids = (await Server.DocumentAsync(_note))["mentions"]!.AsArray().Select(mention => mention!.Id()).ToList();
        var changes = ids.Select(id => new JsonObject { ["action"] = "accept", ["mentionId"] = id })
            .Append(
                new JsonObject
                {
                    ["action"] = "relate",
                    ["from"] = ids[0],
                    ["to"] = ids[1],
                    ["type"] = "HAS_DOSAGE",
                }
            )
            .Append(
                new JsonObject
                {
                    ["action"] = "annotate",
                    ["mentionId"] = ids[2],
                    ["attributes"] = new JsonObject { ["severity"] = "mild" },
                }
            );
        await Server.Client.PostAsync(
            $"/v1/documents/{_note}/corrections",
            new JsonObject { ["revision"] = 0, ["changes"] = new JsonArray([.. changes]) }
        );
        await Page.GotoAsync("/#/schema");
        await Page.Locator("[data-relation=HAS_DOSAGE]").WaitForAsync();
    }

    [Fact]
    public async Task A_relation_type_is_renamed_merged_archived_and_comes_back()
    {
        await ChangeAsync(
            "Rename HAS_DOSAGE",
            "Rename",
            "HAS_DOSAGE becomes DOSE_OF. 1 relation in 1 document changes with it.",
            "DOSE_OF"
        );
        Assert.Equal("DOSE_OF MEDICATION DOSAGE 1", await RowAsync("relation", "DOSE_OF"));
        Assert.Equal("metformin DOSE_OF 500 mg", await RelatedAsync());
        Assert.Equal("Rename HAS_DOSAGE: done, 1 relation in 1 document. Version 2.", await Page.GetByTestId("told").InnerTextAsync());

        await Page.GetByLabel("Merge DOSE_OF").ClickAsync();
        await Page.GetByLabel("Into").SelectOptionAsync("RELATED_TO");
        await SeeAsync("DOSE_OF becomes part of RELATED_TO, which allows what either allowed. 1 relation in 1 document changes with it.");
        await CarryOutAsync("Merge");
        Assert.Equal("metformin RELATED_TO 500 mg", await RelatedAsync());
        await Assertions.Expect(Page.Locator("[data-relation=DOSE_OF]")).ToHaveCountAsync(0);

        await ChangeAsync(
            "Remove RELATED_TO",
            "Remove",
            "RELATED_TO is removed. 1 relation in 1 document is archived until it is restored."
        );
        Assert.Equal("", await RelatedAsync());
        await ChangeAsync("Restore RELATED_TO", "Restore", "RELATED_TO comes back. 1 relation in 1 document comes back.");
        Assert.Equal("metformin RELATED_TO 500 mg", await RelatedAsync());

        await TakeBackAsync(3, "What goes back to what it was: 1 relation, in 1 document.");
        Assert.Equal("metformin DOSE_OF 500 mg", await RelatedAsync());
    }

    [Fact]
    public async Task An_attribute_is_added_renamed_merged_archived_and_taken_back()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add an attribute" }).ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("grade");
        await Page.GetByLabel("Of labels, with commas; empty for any").FillAsync("PROBLEM, DOSAGE");
        await Page.GetByLabel("Values, with commas; empty for anything").FillAsync("low, high");
        await SeeAsync("grade is added. Nothing that was said changes.");
        await CarryOutAsync("Add");
        Assert.Equal("low high", string.Join(' ', await ValuesAsync("grade")));

        await ChangeAsync("Rename severity", "Rename", "severity becomes extent. 1 mention in 1 document changes with it.", "extent");
        Assert.Equal("extent=mild", await SaidAsync());

        await Page.GetByLabel("Merge extent", new() { Exact = true }).ClickAsync();
        await Page.GetByLabel("Into").SelectOptionAsync("grade");
        await SeeAsync("extent becomes part of grade, which allows what either allowed. 1 mention in 1 document changes with it.");
        await CarryOutAsync("Merge");
        Assert.Equal("grade=mild", await SaidAsync());
        Assert.Contains("mild", await ValuesAsync("grade"));

        await TakeBackAsync(4, "What goes back to what it was: what is said of 1 mention, in 1 document.");
        Assert.Equal("extent=mild", await SaidAsync());
        await OpenLabelsAsync();
        Assert.Equal("low high", string.Join(' ', await ValuesAsync("grade")));

        await ChangeAsync(
            "Remove extent",
            "Remove",
            "extent is removed. 1 mention in 1 document loses it, which is archived until it is restored."
        );
        Assert.Equal("", await SaidAsync());
        await ChangeAsync("Restore extent", "Restore", "extent comes back. 1 mention in 1 document says it again.");
        Assert.Equal("extent=mild", await SaidAsync());
    }

    [Fact]
    public async Task A_value_is_added_renamed_merged_archived_and_taken_back()
    {
        await Page.GetByLabel("Add a value of severity").ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("slight");
        await SeeAsync("slight is added. Nothing that was said changes.");
        await CarryOutAsync("Add");

        await Page.GetByLabel("Merge severity mild").ClickAsync();
        await Page.GetByLabel("Into").SelectOptionAsync("slight");
        await SeeAsync("mild becomes part of slight, which allows what either allowed. 1 mention in 1 document changes with it.");
        await CarryOutAsync("Merge");
        Assert.Equal("severity=slight", await SaidAsync());

        await ChangeAsync("Rename severity slight", "Rename", "slight becomes light. 1 mention in 1 document changes with it.", "light");
        Assert.Equal("severity=light", await SaidAsync());
        Assert.Equal("light moderate severe", string.Join(' ', await ValuesAsync("severity")));

        await ChangeAsync(
            "Remove severity light",
            "Remove",
            "light is removed. 1 mention in 1 document loses it, which is archived until it is restored."
        );
        Assert.Equal("", await SaidAsync());
        await TakeBackAsync(5, "What goes back to what it was: what is said of 1 mention, in 1 document.");
        await TakeBackAsync(3, "What goes back to what it was: what is said of 1 mention, in 1 document.");
        Assert.Equal("severity=mild", await SaidAsync());
    }

    [Fact]
    public async Task Another_change_meanwhile_is_told_and_the_preview_is_asked_for_again()
    {
        await Page.GetByLabel("Rename HAS_DOSAGE").ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("DOSE_OF");
        await SeeAsync("HAS_DOSAGE becomes DOSE_OF.");
        await Server.Client.PostAsync(
            $"/v1/projects/{_project}/schema/changes",
            new JsonObject
            {
                ["kind"] = "add",
                ["to"] = "ROUTE",
                ["version"] = 1,
            }
        );

        await Page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
        await Page.GetByText("stale_schema").WaitForAsync();
        await SeeAsync("HAS_DOSAGE becomes DOSE_OF.");
        await CarryOutAsync("Rename");
        Assert.Equal("metformin DOSE_OF 500 mg", await RelatedAsync());
        await Assertions.Expect(Page.Locator("[data-label=ROUTE]")).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_page_and_its_dialogs_are_legible_and_fit(ColorScheme colours)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = colours });
        await FitsAsync($"schema-parts-{colours}");
        await Page.GetByLabel("Rename severity mild").ClickAsync();
        await FitsAsync($"schema-rename-{colours}");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("slight");
        await SeeAsync("mild becomes slight.");
        await FitsAsync($"schema-preview-{colours}");
        await CarryOutAsync("Rename");
        await ChangeAsync("Remove HAS_DOSAGE", "Remove", "HAS_DOSAGE is removed.");
        await FitsAsync($"schema-former-{colours}");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Page.GetByLabel("Take back version 2").ClickAsync();
        await Page.GetByTestId("effect").WaitForAsync();
        await FitsAsync($"schema-take-back-{colours}");
    }

    private async Task ChangeAsync(string button, string verb, string effect, string? to = null)
    {
        await OpenLabelsAsync();
        await Page.GetByLabel(button, new() { Exact = true }).ClickAsync();
        if (to is not null)
        {
            await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(to);
        }

        await SeeAsync(effect);
        await CarryOutAsync(verb);
    }

    private async Task TakeBackAsync(int version, string effect)
    {
        await Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Page.GetByLabel($"Take back version {version}", new() { Exact = true }).ClickAsync();
        await Page.GetByTestId("effect").GetByText(effect).WaitForAsync();
        await Page.GetByTestId("effect").GetByText("Nobody has changed any of it since: everything is restored.").WaitForAsync();
        await CarryOutAsync("Take back");
        await Page.GetByText($"version {version} taken back").WaitForAsync();
    }

    private async Task OpenLabelsAsync()
    {
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Labels" }).ClickAsync();
        await Page.GetByRole(AriaRole.Table, new() { Name = "Labels", Exact = true }).WaitForAsync();
    }

    /// <summary>Nothing has happened yet when the preview is there.</summary>
    private async Task SeeAsync(string effect)
    {
        var before = (await Server.DocumentAsync(_note)).ToJsonString();
        await Page.GetByText("See what changes").ClickAsync();
        await Page.GetByTestId("effect").GetByText(effect).WaitForAsync();
        Assert.Equal(before, (await Server.DocumentAsync(_note)).ToJsonString());
    }

    private async Task CarryOutAsync(string verb)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await Page.Locator("dialog[open]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private async Task<string> RowAsync(string kind, string name)
    {
        var cells = await Page.Locator($"[data-{kind}={name}] td").AllInnerTextsAsync();
        return string.Join(' ', cells.SkipLast(1));
    }

    private async Task<IReadOnlyList<string>> ValuesAsync(string attribute)
    {
        var row = Page.Locator($"[data-attribute={attribute}]");
        await row.WaitForAsync();
        return await row.Locator("[data-value]").EvaluateAllAsync<string[]>("values => values.map((value) => value.dataset.value)");
    }

    private async Task<string> RelatedAsync()
    {
        var document = await Server.DocumentAsync(_note);
        var words = document["mentions"]!.AsArray().ToDictionary(mention => mention!.Id(), mention => (string)mention!["text"]!);
        return string.Join(
            ' ',
            (document["relations"] as JsonArray ?? []).Select(relation =>
                $"{words[(string)relation!["from"]!]} {(string)relation["type"]!} {words[(string)relation["to"]!]}"
            )
        );
    }

    private async Task<string> SaidAsync()
    {
        var mention = (await Server.DocumentAsync(_note))["mentions"]!.AsArray().Single(item => (string)item!["text"]! == "diabetes")!;
        return string.Join(' ', (mention["attributes"] as JsonObject ?? []).Select(value => $"{value.Key}={(string)value.Value!}"));
    }

    /// <summary>Nothing is wider than the window; a picture for people to look at is kept when a folder for it is named.</summary>
    private async Task FitsAsync(string name)
    {
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), name);
        Assert.Equal(
            "",
            await Page.EvaluateAsync<string>(
                "[...document.querySelectorAll('.schema-panel, dialog')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className).join()"
            )
        );
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }
}
