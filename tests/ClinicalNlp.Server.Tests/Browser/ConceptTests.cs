using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Mentions are linked to concepts by keys: the suggested one, or one that is searched.</summary>
[Collection(Chromium.Name)]
public sealed class ConceptTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Text = "Takes aspirin for chest pain.";

    private string _id = "";

    private protected override async Task BeginAsync()
    {
        _id = await Server.NewNoteAsync(
            await Server.NewProjectAsync("Concepts"),
            Text,
            ("aspirin", "MEDICATION", 0.9),
            ("chest pain", "PROBLEM", 0.8)
        );
    }

    [Fact]
    public async Task The_suggested_concept_is_taken_by_one_key_and_keeps_its_name_over_a_reload()
    {
        await OpenAsync();
        var concepts = Page.GetByTestId("concepts");
        await concepts.GetByText("Acetylsalicylic acid").WaitForAsync();
        await Person.PressAsync("=");
        await Person.SavedAsync();
        Assert.Equal(["aspirin: Own drugs:D1", "chest pain:"], await LinkedAsync());

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("k");
        await concepts.GetByText("Acetylsalicylic acid").WaitForAsync();
        Assert.Contains("#", await Page.Locator(".cm-content .tag").First.InnerTextAsync(), StringComparison.Ordinal);
        await Person.PressAsync("Control+z");
        await Person.SavedAsync();
        Assert.Equal(["aspirin:", "chest pain:"], await LinkedAsync());
    }

    [Fact]
    public async Task Concepts_are_searched_from_the_mentions_words_on_and_several_are_linked()
    {
        await OpenAsync();
        await Person.PressAsync("j", "/");
        var options = Page.GetByRole(AriaRole.Option);
        await options.First.WaitForAsync();
        Assert.Equal("chest pain", await Page.GetByRole(AriaRole.Combobox, new() { Name = "Concept" }).InputValueAsync());
        await Person.PressAsync("Shift+Enter");
        await Page.GetByText("✓ linked").WaitForAsync();

        await Page.GetByRole(AriaRole.Combobox, new() { Name = "Concept" }).FillAsync("angina");
        await Page.Locator("[role=option] >> text=Angina pectoris").WaitForAsync();
        await Person.PressAsync("Enter");
        await Person.SavedAsync();
        Assert.Equal(["aspirin:", "chest pain: Own problems:P1 Own problems:P2"], await LinkedAsync());
        Assert.Equal(0, await Page.Locator("dialog[open]").CountAsync());

        await Person.PressAsync("/");
        await Page.GetByText("✓ linked").First.WaitForAsync();
        await Person.PressAsync("Enter"); // takes the link away again
        await Person.SavedAsync();
        Assert.Equal("chest pain: Own problems:P2", (await LinkedAsync())[1]);
    }

    [Fact]
    public async Task Without_a_terminology_nothing_is_suggested_and_the_search_says_so()
    {
        await Person.OpenNoteAsync(_id);
        await Person.CurrentAsync();
        await Person.PressAsync("/");
        await Page.GetByText("No terminology was imported").WaitForAsync();
        await Person.PressAsync("Escape", "=");
        Assert.Contains("No concept", await Page.GetByTestId("message").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["aspirin:", "chest pain:"], await LinkedAsync());
    }

    private async Task OpenAsync()
    {
        Import("Own drugs", TerminologyKind.Drug, """{"code":"D1","name":"Acetylsalicylic acid","synonyms":["Aspirin"]}""");
        Import(
            "Own problems",
            TerminologyKind.Disease,
            """{"code":"P1","name":"Chest pain"}""",
            """{"code":"P2","name":"Angina pectoris"}"""
        );
        await Person.OpenNoteAsync(_id);
        await Person.CurrentAsync();
    }

    private void Import(string name, TerminologyKind kind, params string[] lines)
    {
        var file = Path.Combine(Server.DataDirectory, "import.jsonl");
        File.WriteAllLines(file, lines);
        new TerminologyStore(Server.DataDirectory, TimeProvider.System).Import(new NewTerminology(name, "1", "own", kind), [file]);
        File.Delete(file);
    }

    private async Task<List<string>> LinkedAsync()
    {
        var document = await Server.DocumentAsync(_id);
        return
        [
            .. document["mentions"]!
                .AsArray()
                .Select(m => $"{(string)m!["text"]!}:{string.Concat((m["concepts"]?.AsArray() ?? []).Select(c => $" {(string)c!}"))}"),
        ];
    }
}
