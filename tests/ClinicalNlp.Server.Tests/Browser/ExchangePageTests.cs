using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Files in and out by the page: what was read, what is lost and why, what is wrong and where.</summary>
[Collection(Chromium.Name)]
public sealed class ExchangePageTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Yaml =
        "version: \"3.1\"\nnlu:\n- intent: refill_prescription\n  examples: |\n    - refill [metoprolol](MEDICATION) 😀 pls\n- intent: lost_card\n  examples: |\n    - lost my [card](THING)\n";

    private string _project = "";

    private protected override async Task BeginAsync() => _project = await Server.NewProjectAsync("Chat team");

    [Fact]
    public async Task A_chat_team_brings_a_rasa_file_in_and_gets_it_out_again()
    {
        await Page.GotoAsync($"/#/projects/{_project}");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Import and export" }).WaitForAsync();
        await PictureAsync("documents");
        await Person.PressAsync("i");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Import and export" }).WaitForAsync();
        await ChooseByKeyAsync("nlu.yml", Yaml + "- synonym: pls\n  examples: |\n    - please\n");

        // What the project does not have is listed, and added from here.
        var missing = Page.GetByTestId("missing");
        await missing.WaitForAsync();
        Assert.Equal(["lost_card", "THING"], await missing.Locator("li").AllInnerTextsAsync());
        await PictureAsync("exchange-missing");
        await Person.PressAsync("Control+Enter");
        Assert.Empty(await DocumentsAsync());
        await missing.GetByRole(AriaRole.Button).ClickAsync();
        await missing.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Page.GetByTestId("checked").GetByText("Read: 2 documents with 2 mentions, 2 intents.").WaitForAsync();
        var lost = Page.GetByRole(AriaRole.Table, new() { Name = "What would be lost on the way in" });
        await lost.GetByText("synonym dropped").WaitForAsync();
        await lost.GetByText("Keep it in your Rasa project.").WaitForAsync();
        Assert.Empty(await DocumentsAsync());

        await Person.PressAsync("Control+Enter");
        await Page.GetByTestId("stored").GetByText("2 documents of nlu.yml came in.").WaitForAsync();
        Assert.Equal(["done", "done"], (await DocumentsAsync()).Select(document => (string)document!["status"]!));

        // Out again: the losses first, then the file, word for word what came in.
        await Page.GetByLabel("Format of the export").SelectOptionAsync("rasa");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Export documents" }).ClickAsync();
        await Page.GetByLabel("Format of the export").BlurAsync();
        await Person.PressAsync("e");
        await Page.GetByTestId("report").GetByText("project.yml would hold 2 documents with 2 mentions.").WaitForAsync();
        await PictureAsync("exchange-light");
        Assert.Equal(Yaml, await DownloadAsync(() => Person.PressAsync("d")));

        // At 1280 px what stands under the meter is one line.
        await Page.GotoAsync($"/#/projects/{_project}");
        var hint = await Page.GetByText("documents done", new() { Exact = true }).BoundingBoxAsync();
        var keys = await Page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).BoundingBoxAsync();
        Assert.InRange(hint!.Y + (hint.Height / 2), keys!.Y, keys.Y + keys.Height);
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_and_nothing_comes_in()
    {
        await Page.GotoAsync("/#/exchange");
        await ChooseAsync(
            "notes.jsonl",
            """
            {"id":"n1","text":"No fever.","spans":[{"start":3,"end":8,"label":"PROBLEM","text":"fever"}]}
            {"id":"n2","text":"No fever.","spans":[{"start":0,"end":5,"label":"PROBLEM","text":"fever"}]}
            """
        );
        await Page.GetByRole(AriaRole.Alert).GetByText("span_off_surface").WaitForAsync();
        Assert.Contains("Line 2", await Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("at line 2", await Page.GetByTestId("not-stored").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(await DocumentsAsync());

        // Mended, it comes in; its second time it is refused, for the ids are taken.
        const string Good = """{"id":"n1","text":"No fever.","spans":[{"start":3,"end":8,"label":"PROBLEM"}],"meta":{"group":"p1"}}""";
        await ChooseAsync("notes.jsonl", Good);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Bring in 1 document" }).ClickAsync();
        await Page.GetByTestId("stored").WaitForAsync();
        await Person.PressAsync("e");
        await Page.GetByTestId("report").GetByText("project.jsonl would hold 1 document with 1 mention.").WaitForAsync();
        await ChooseAsync("notes.jsonl", Good);
        await Page.GetByRole(AriaRole.Alert).GetByText("external_id_taken").WaitForAsync();
        Assert.Single(await DocumentsAsync());

        // Narrowed to what is not there, the export would be empty; in CoNLL it loses what the format has no place for.
        await Page.GetByLabel("With this in id or group").FillAsync("p9");
        await Page.GetByLabel("With this in id or group").PressAsync("Enter");
        await Page.GetByTestId("report").GetByText("No document is like that").WaitForAsync();
        await Page.GetByLabel("With this in id or group").FillAsync("P1");
        await Page.GetByLabel("Format of the export").SelectOptionAsync("conll");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Look what it would hold" }).ClickAsync();
        await Page.GetByRole(AriaRole.Table, new() { Name = "What would be lost on the way out" })
            .GetByText("dropped")
            .First.WaitForAsync();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PictureAsync("exchange-dark");
        var conll = await DownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "Download project.conll" }).ClickAsync());
        Assert.Contains("fever\tB-PROBLEM", conll, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_file_shows_how_far_it_has_come_and_can_be_stopped()
    {
        var answered = new TaskCompletionSource();
        await Page.RouteAsync(
            "**/import/check*",
            async route =>
            {
                await answered.Task;
                await route.ContinueAsync();
            }
        );
        await Page.GotoAsync("/#/exchange");
        await ChooseAsync("notes.jsonl", """{"id":"n1","text":"No fever."}""");
        await Page.GetByTestId("going").GetByRole(AriaRole.Progressbar, new() { Name = "Bytes sent" }).WaitForAsync();
        await Person.PressAsync("x");
        await Page.GetByTestId("going").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        answered.SetResult();
        await Page.UnrouteAsync("**/import/check*");

        await Page.GetByLabel("read as").SelectOptionAsync("rasa");
        await Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await Page.GetByLabel("read as").SelectOptionAsync("jsonl");
        await Page.GetByTestId("checked").GetByText("Nothing is annotated: the documents come in as new work.").WaitForAsync();
        Assert.Empty(await DocumentsAsync());
    }

    private async Task ChooseByKeyAsync(string name, string content)
    {
        await Page.GetByText("Choose a file").WaitForAsync();
        var chooser = await Page.RunAndWaitForFileChooserAsync(() => Person.PressAsync("i"));
        await chooser.SetFilesAsync(Payload(name, content));
    }

    private Task ChooseAsync(string name, string content) => Page.GetByLabel("File to bring in").SetInputFilesAsync(Payload(name, content));

    private static FilePayload Payload(string name, string content) =>
        new()
        {
            Name = name,
            MimeType = "application/octet-stream",
            Buffer = Encoding.UTF8.GetBytes(content),
        };

    private async Task<string> DownloadAsync(Func<Task> ask)
    {
        var download = await Page.RunAndWaitForDownloadAsync(ask);
        return await File.ReadAllTextAsync((await download.PathAsync())!);
    }

    private async Task<JsonArray> DocumentsAsync() =>
        (await Server.Client.GetJsonAsync($"/v1/projects/{_project}/documents"))["items"]!.AsArray();

    /// <summary>For looking at: written only where a folder for pictures is named.</summary>
    private async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }
}
