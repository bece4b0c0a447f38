using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Extraction;
using ClinicalNlp.Server.Tests.Lineage;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class LineageTests(Chromium chromium, TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _project = "";
    private string _version = "";
    private string _answer = "";
    private string _document = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));
        _project = await Gold.ProjectAsync(_server.Client, 40);
        using var cyd = _server.SignInAs("cyd", _project);
        _document = (await _server.Client.GetJsonAsync($"/v1/projects/{_project}/documents"))["items"]![0]!.Id();
        await cyd.PostAsync($"/v1/documents/{_document}/reopen", JsonNode.Parse("""{"revision":1}""")!);
        await cyd.PostAsync($"/v1/documents/{_document}/complete", JsonNode.Parse("""{"revision":2}""")!);
        _version = await Gold.TrainAsync(_server.Client, _project);
        var extracted = await _server.Client.PostAsync("/v1/extract", JsonNode.Parse("""{"text":"Takes metformin for gout."}""")!);
        _answer = (string)extracted["answerId"]!;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task From_an_answer_to_the_people_and_back_to_the_answers()
    {
        await using var owner = await chromium.VisitAsync(_server.Url);
        await owner.Page.GotoAsync("/");
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).ClickAsync();
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Look up an answer" }).ClickAsync();
        await owner.Page.GetByLabel("Answer, document, version or person").FillAsync($" {_answer} ");
        await owner.PressAsync("Enter");

        await Column(owner, "Answer").GetByText("extract").WaitForAsync();
        await Column(owner, "Versions").GetByRole(AriaRole.Button, new() { Name = $"{TinyModels.Entities} {_version}" }).WaitForAsync();
        await Column(owner, "Made from").GetByText("of gold").WaitForAsync();
        var examples = Column(owner, "Examples");
        var example = examples.GetByRole(AriaRole.Button, new() { Name = "n0", Exact = true });
        var heldOut = examples.GetByRole(AriaRole.Button, new() { Name = "Held out" });
        await examples.Locator(".lineage-node").First.WaitForAsync();
        if (await example.CountAsync() == 0)
        {
            await heldOut.FocusAsync();
            await owner.PressAsync("Enter");
        }

        await example.FocusAsync();
        await owner.PressAsync("Enter");
        await Column(owner, "Changes by people").GetByText("finished it").WaitForAsync();
        await ShotAsync(owner, "lineage-answer");

        await Column(owner, "Versions").GetByRole(AriaRole.Button, new() { Name = $"{TinyModels.Entities} 2", Exact = true }).ClickAsync();
        await Column(owner, "Made from").GetByText("tiny").WaitForAsync();
        Assert.Equal(0, await Column(owner, "Examples").CountAsync());
        await owner.Page.GotoAsync("/#/lineage/person/cyd");
        await Column(owner, "Documents").GetByText("n0", new() { Exact = true }).WaitForAsync();
        await ShotAsync(owner, "lineage-person");

        await Column(owner, "Documents").GetByRole(AriaRole.Link, new() { Name = "Who saw it" }).ClickAsync();
        await Column(owner, "Versions").GetByText($"{TinyModels.Entities} {_version}").WaitForAsync();
        await ShotAsync(owner, "lineage-document");
        await owner.Page.ReloadAsync();
        await Column(owner, "Versions").GetByRole(AriaRole.Link, new() { Name = "What made it" }).ClickAsync();
        await Column(owner, "Answers").GetByRole(AriaRole.Link, new() { Name = "What made it" }).ClickAsync();
        await Column(owner, "Answer").GetByText("extract").WaitForAsync();
        Assert.EndsWith(_answer, owner.Page.Url, StringComparison.Ordinal);

        // What its source calls a document finds it as well; words that no document is called are a person's.
        var search = owner.Page.GetByLabel("Answer, document, version or person");
        await search.FillAsync("n0");
        await owner.PressAsync("Enter");
        await Column(owner, "Document").GetByText("n0", new() { Exact = true }).First.WaitForAsync();
        await search.FillAsync("cyd");
        await owner.PressAsync("Enter");
        await Column(owner, "Documents").GetByText("n0", new() { Exact = true }).WaitForAsync();

        await owner.Page.GetByLabel("Answer, document, version or person").FillAsync($"{TinyModels.Entities} 99");
        await owner.PressAsync("Enter");
        await owner.Page.GetByText("not_found").WaitForAsync();
    }

    [Fact]
    public async Task A_document_is_withdrawn_after_a_preview_and_restored()
    {
        var snapshot = (await _server.Client.GetJsonAsync($"/v1/projects/{_project}/snapshots"))["items"]![0]!.Id();
        var learnt = (await _server.Client.GetJsonAsync($"/v1/lineage/snapshots/{snapshot}/examples?side=train"))["items"]![0]!;
        var document = (string)learnt["documentId"]!;
        await using var owner = await chromium.VisitAsync(_server.Url);
        await owner.OpenNoteAsync(document);
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Lineage…" }).ClickAsync();
        var dialog = owner.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("preview").GetByText("1 version learnt from it and gave 1 answer.").WaitForAsync();
        Assert.True(await dialog.GetByRole(AriaRole.Button, new() { Name = "Withdraw it" }).IsDisabledAsync());
        await ShotAsync(owner, "withdraw");
        await owner.PressAsync("Space", "Tab", "Enter");

        await owner.Page.GetByRole(AriaRole.Heading, new() { Name = "This document was withdrawn" }).WaitForAsync();
        await owner.Page.GetByText("Consent was withdrawn").WaitForAsync();
        await ShotAsync(owner, "withdrawn");
        await owner.Page.ReloadAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).WaitForAsync();
        Assert.Equal(0, await owner.Page.Locator(".cm-content").CountAsync());
        await owner.Page.GotoAsync("/#/models");
        var version = owner.Page.Locator($"[data-testid=version][data-version='{_version}']");
        await version.GetByText("1 withdrawn").WaitForAsync();
        await ShotAsync(owner, "models-withdrawn");
        await version.GetByRole(AriaRole.Link, new() { Name = "Lineage" }).ClickAsync();
        await Column(owner, "Versions").GetByText("learnt from 1 document withdrawn since").WaitForAsync();
        await owner.Page.GotoAsync($"/#/documents/{document}");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await owner.Page.Locator(".cm-content").WaitForAsync();

        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Lineage…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Radio, new() { Name = "It is there twice" }).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Withdraw it" }).ClickAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Erase its words…" }).ClickAsync();
        await ShotAsync(owner, "erase");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Erase them" }).ClickAsync();
        await owner.Page.GetByText("Its words were erased by").WaitForAsync();
        Assert.Equal(0, await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).CountAsync());
    }

    private static ILocator Column(Visitor visitor, string name) =>
        visitor.Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    private static async Task ShotAsync(Visitor visitor, string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (theme, scheme) in new[] { ("light", ColorScheme.Light), ("dark", ColorScheme.Dark) })
        {
            await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}.png") });
        }

        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }
}
