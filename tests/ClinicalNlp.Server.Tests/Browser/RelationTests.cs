using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Relations between mentions, mentions in several pieces and mentions over each other, by keys.</summary>
[Collection(Chromium.Name)]
public sealed class RelationTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Text = "Takes metformin 500 mg and lisinopril 10 mg.\nLeft and right knee pain, severe left knee arthritis.";

    private string _id = "";

    private protected override async Task BeginAsync()
    {
        _id = await Server.NewNoteAsync(
            await Server.NewProjectAsync("Relations"),
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
        await Person.OpenNoteAsync(_id);
        await Person.CurrentAsync();
    }

    [Fact]
    public async Task A_relation_takes_three_keys_and_the_next_mention_is_reached_by_its_letter()
    {
        await CountKeysAsync();
        await Person.PressAsync("r", "a", "Enter"); // the letter beside 500 mg; the first relation is the one of their labels
        await Person.PressAsync("j", "j", "r", "Tab", "1"); // lisinopril; Tab goes to 10 mg
        await Person.SavedAsync();

        Assert.Equal(8, await Page.EvaluateAsync<int>("window.keys"));
        Assert.Equal(["metformin HAS_DOSAGE 500 mg", "lisinopril HAS_DOSAGE 10 mg"], await RelatedAsync());
        Assert.All((await Server.MarkedAsync(_id))[..4], mention => Assert.EndsWith(" accepted", mention, StringComparison.Ordinal));
        Assert.Equal("→ HAS_DOSAGE 10 mg", (await Page.GetByTestId("relations").InnerTextAsync()).ReplaceLineEndings(" ")[..18]);
        Assert.Equal(1, await Page.Locator(".arc").CountAsync());
    }

    [Fact]
    public async Task A_relation_is_taken_away_undone_over_a_reload_and_goes_with_its_mention()
    {
        await Person.PressAsync("j", "r", "a", "1"); // from the dosage: the schema's direction is kept
        Assert.Equal(1, await Page.Locator(".arc").CountAsync());
        await Person.PressAsync("R", "x");
        await Person.SavedAsync();
        Assert.Empty(await RelatedAsync());

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("Control+z");
        await Person.SavedAsync();
        Assert.Equal(["metformin HAS_DOSAGE 500 mg"], await RelatedAsync());

        await Person.PressAsync("k", "k", "x"); // metformin, whichever end was current before
        await Person.SavedAsync();
        Assert.Empty(await RelatedAsync());
        await Person.PressAsync("Control+z", "Control+z", "Control+z"); // the mention with its relation, the taking away, the relation
        await Person.SavedAsync();
        Assert.Empty(await RelatedAsync());
        Assert.All((await Server.MarkedAsync(_id))[..2], mention => Assert.EndsWith(" suggested", mention, StringComparison.Ordinal));
        await Person.PressAsync("Control+y");
        await Person.SavedAsync();
        Assert.Equal(["metformin HAS_DOSAGE 500 mg"], await RelatedAsync());
    }

    [Fact]
    public async Task The_other_end_is_reached_along_the_relation_and_escape_leaves_without_one()
    {
        await Person.PressAsync("r", "Escape", "r", "a", "Escape", "r", "a", "2");
        await Person.SavedAsync();
        Assert.Equal(["metformin RELATED_TO 500 mg"], await RelatedAsync());
        await Person.PressAsync("R", "Enter");
        Assert.Equal("500 mg", await Person.CurrentAsync());
        Assert.Contains("from", await Page.GetByTestId("relations").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pieces_are_added_moved_and_taken_away_and_drawn_as_one_mention()
    {
        await Person.PressAsync("j", "j", "j", "j"); // knee pain
        await Person.PressAsync("n", "ArrowUp", "ArrowUp"); // to the first line
        await Person.PressAsync("Escape");
        await Person.DragOverAsync("Left");
        await Person.PressAsync("+");
        await Person.SavedAsync();
        Assert.Equal("Left … knee pain", await Person.CurrentAsync());
        Assert.Equal("Left|knee pain PROBLEM accepted", await PiecesAsync());
        Assert.Equal(2, await Page.Locator(".cm-content .current-mention").CountAsync());
        Assert.True(await Page.Locator(".cm-content .joint").CountAsync() > 0);

        await Person.PressAsync("}", "}", ",", "{"); // Left and right; then the other piece loses "pain"
        await Person.SavedAsync();
        Assert.Equal("Left and right|knee PROBLEM accepted", await PiecesAsync());

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("Control+z", "Control+z");
        await Person.SavedAsync();
        Assert.Equal("Left and|knee pain PROBLEM accepted", await PiecesAsync());

        await Person.PressAsync("-"); // the first piece is the one the keys act upon
        await Person.SavedAsync();
        Assert.Contains("knee pain PROBLEM accepted", await Server.MarkedAsync(_id));
        Assert.Equal(0, await Page.Locator(".cm-content .joint").CountAsync());
    }

    [Fact]
    public async Task Mentions_over_each_other_are_gone_through_by_one_key()
    {
        await Person.PressAsync("j", "j", "j", "j", "j");
        var seen = new List<string> { await Person.CurrentAsync() };
        for (var i = 0; i < 3; i++)
        {
            await Person.PressAsync("'");
            seen.Add(await Person.CurrentAsync());
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
        var document = await Server.DocumentAsync(_id);
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
        var document = await Server.DocumentAsync(_id);
        var text = (string)document["text"]!;
        var mention = document["mentions"]!.AsArray().Single(m => m!["fragments"] is not null)!;
        var pieces = mention["fragments"]!.AsArray().Select(piece => text[(int)piece!["start"]!..(int)piece["end"]!]);
        return $"{string.Join('|', pieces)} {(string)mention["label"]!} {(string)mention["state"]!}";
    }
}
