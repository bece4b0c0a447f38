using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Relations between mentions, mentions in several pieces and mentions over each other, by keys.</summary>
[Collection(Chromium.Name)]
public sealed class RelationTests(Chromium chromium) : IAsyncLifetime
{
    private const string Text = "Takes metformin 500 mg and lisinopril 10 mg.\nLeft and right knee pain, severe left knee arthritis.";

    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _id = "";

    private IPage Page => _visitor.Page;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _id = await _server.NewNoteAsync(
            await _server.NewProjectAsync("Relations"),
            Text,
            ("metformin", "MEDICATION", 0.9),
            ("500 mg", "DOSAGE", 0.8),
            ("lisinopril", "MEDICATION", 0.9),
            ("10 mg", "DOSAGE", 0.8),
            ("knee pain", "PROBLEM", 0.9),
            ("severe left knee arthritis", "PROBLEM", 0.9),
            ("left knee", "PROBLEM", 0.4),
            ("arthritis", "PROBLEM", 0.6)
        );
        await _visitor.OpenNoteAsync(_id);
        await _visitor.CurrentAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_relation_takes_three_keys_and_the_next_mention_is_reached_by_its_letter()
    {
        await CountKeysAsync();
        await _visitor.PressAsync("r", "a", "Enter"); // the letter beside 500 mg; the first relation is the one of their labels
        await _visitor.PressAsync("j", "j", "r", "Tab", "1"); // lisinopril; Tab goes to 10 mg
        await _visitor.SavedAsync();

        Assert.Equal(8, await Page.EvaluateAsync<int>("window.keys"));
        Assert.Equal(["metformin HAS_DOSAGE 500 mg", "lisinopril HAS_DOSAGE 10 mg"], await RelatedAsync());
        Assert.All((await _server.MarkedAsync(_id))[..4], mention => Assert.EndsWith(" accepted", mention, StringComparison.Ordinal));
        Assert.Equal("→ HAS_DOSAGE 10 mg", (await Page.GetByTestId("relations").InnerTextAsync()).ReplaceLineEndings(" ")[..18]);
        Assert.Equal(1, await Page.Locator(".arc").CountAsync());
    }

    [Fact]
    public async Task A_relation_is_taken_away_undone_over_a_reload_and_goes_with_its_mention()
    {
        await _visitor.PressAsync("j", "r", "a", "1"); // from the dosage: the schema's direction is kept
        Assert.Equal(1, await Page.Locator(".arc").CountAsync());
        await _visitor.PressAsync("R", "x");
        await _visitor.SavedAsync();
        Assert.Empty(await RelatedAsync());

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await _visitor.PressAsync("Control+z");
        await _visitor.SavedAsync();
        Assert.Equal(["metformin HAS_DOSAGE 500 mg"], await RelatedAsync());

        await _visitor.PressAsync("k", "k", "x"); // metformin, whichever end was current before
        await _visitor.SavedAsync();
        Assert.Empty(await RelatedAsync());
        await _visitor.PressAsync("Control+z", "Control+z", "Control+z"); // the mention with its relation, the taking away, the relation
        await _visitor.SavedAsync();
        Assert.Empty(await RelatedAsync());
        Assert.All((await _server.MarkedAsync(_id))[..2], mention => Assert.EndsWith(" suggested", mention, StringComparison.Ordinal));
        await _visitor.PressAsync("Control+y");
        await _visitor.SavedAsync();
        Assert.Equal(["metformin HAS_DOSAGE 500 mg"], await RelatedAsync());
    }

    [Fact]
    public async Task The_other_end_is_reached_along_the_relation_and_escape_leaves_without_one()
    {
        await _visitor.PressAsync("r", "Escape", "r", "a", "Escape", "r", "a", "2");
        await _visitor.SavedAsync();
        Assert.Equal(["metformin RELATED_TO 500 mg"], await RelatedAsync());
        await _visitor.PressAsync("R", "Enter");
        Assert.Equal("500 mg", await _visitor.CurrentAsync());
        Assert.Contains("from", await Page.GetByTestId("relations").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pieces_are_added_moved_and_taken_away_and_drawn_as_one_mention()
    {
        await _visitor.PressAsync("j", "j", "j", "j"); // knee pain
        await _visitor.PressAsync("n", "ArrowUp", "ArrowUp"); // to the first line
        await _visitor.PressAsync("Escape");
        await _visitor.DragOverAsync("Left");
        await _visitor.PressAsync("+");
        await _visitor.SavedAsync();
        Assert.Equal("Left … knee pain", await _visitor.CurrentAsync());
        Assert.Equal("Left|knee pain PROBLEM accepted", await PiecesAsync());
        Assert.Equal(2, await Page.Locator(".cm-content .current-mention").CountAsync());
        Assert.True(await Page.Locator(".cm-content .joint").CountAsync() > 0);

        await _visitor.PressAsync("}", "}", ",", "{"); // Left and right; then the other piece loses "pain"
        await _visitor.SavedAsync();
        Assert.Equal("Left and right|knee PROBLEM accepted", await PiecesAsync());

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await _visitor.PressAsync("Control+z", "Control+z");
        await _visitor.SavedAsync();
        Assert.Equal("Left and|knee pain PROBLEM accepted", await PiecesAsync());

        await _visitor.PressAsync("-"); // the first piece is the one the keys act upon
        await _visitor.SavedAsync();
        Assert.Contains("knee pain PROBLEM accepted", await _server.MarkedAsync(_id));
        Assert.Equal(0, await Page.Locator(".cm-content .joint").CountAsync());
    }

    [Fact]
    public async Task Mentions_over_each_other_are_gone_through_by_one_key()
    {
        await _visitor.PressAsync("j", "j", "j", "j", "j");
        var seen = new List<string> { await _visitor.CurrentAsync() };
        for (var i = 0; i < 3; i++)
        {
            await _visitor.PressAsync("'");
            seen.Add(await _visitor.CurrentAsync());
        }

        Assert.Equal(["severe left knee arthritis", "left knee", "arthritis", "severe left knee arthritis"], seen);
        var lines = await Page.Locator(".cm-content .mention")
            .EvaluateAllAsync<string[]>("all => all.slice(-3).map((one) => one.style.getPropertyValue('--lane'))");
        Assert.Equal(2, lines.Distinct().Count()); // the one around and those inside are not underlined on one line
    }

    private async Task CountKeysAsync() =>
        await Page.EvaluateAsync("() => { window.keys = 0; addEventListener('keydown', () => window.keys++, true); }");

    private async Task<List<string>> RelatedAsync()
    {
        var document = await _server.DocumentAsync(_id);
        var words = document["mentions"]!.AsArray().ToDictionary(mention => mention!.Id(), mention => (string)mention!["text"]!);
        return
        [
            .. document["relations"]!
                .AsArray()
                .Select(r => $"{words[(string)r!["from"]!]} {(string)r["type"]!} {words[(string)r["to"]!]}")
                .OrderDescending(StringComparer.Ordinal),
        ];
    }

    private async Task<string> PiecesAsync()
    {
        var document = await _server.DocumentAsync(_id);
        var text = (string)document["text"]!;
        var mention = document["mentions"]!.AsArray().Single(m => m!["fragments"] is not null)!;
        var pieces = mention["fragments"]!.AsArray().Select(piece => text[(int)piece!["start"]!..(int)piece["end"]!]);
        return $"{string.Join('|', pieces)} {(string)mention["label"]!} {(string)mention["state"]!}";
    }
}
