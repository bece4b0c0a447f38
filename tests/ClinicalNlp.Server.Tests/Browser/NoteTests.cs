using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class NoteTests(Chromium chromium) : IAsyncLifetime
{
    private const string Text = "Started metformin 500 mg daily for diabetes.\nNo chest pain, mild nausea since yesterday.";

    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _projectId = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _projectId = await _server.NewProjectAsync("Desk");
    }

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private Task<string> NoteAsync() =>
        _server.NewNoteAsync(
            _projectId,
            Text,
            ("metformin", "MEDICATION", 0.97),
            ("500", "DOSAGE", 0.91),
            ("diabetes", "MEDICATION", 0.55),
            ("pain", "PROBLEM", 0.7),
            ("yesterday", "PROBLEM", 0.3)
        );

    [Fact]
    public async Task A_document_is_opened_from_the_list_by_keys()
    {
        var id = await NoteAsync();
        await _visitor.Page.GotoAsync("/");
        await _visitor.Page.Locator("table.list a").First.WaitForAsync();

        await _visitor.PressAsync("j", "Enter");

        await _visitor.AtAsync($"documents/{id}");
        Assert.Equal("metformin", await _visitor.CurrentAsync());
    }

    [Fact]
    public async Task Suggestions_are_decided_by_keys_alone_one_key_each()
    {
        var id = await NoteAsync();
        await _visitor.OpenNoteAsync(id);

        await _visitor.PressAsync("a"); // metformin
        Assert.Equal("500", await _visitor.CurrentAsync());
        await _visitor.PressAsync("}", "a"); // 500 → 500 mg, which decides it; the same key leads on
        await _visitor.PressAsync("p"); // diabetes is a problem
        Assert.Equal("pain", await _visitor.CurrentAsync());
        await _visitor.PressAsync("[", "j", "x"); // chest pain; yesterday is nothing
        await _visitor.SavedAsync();

        Assert.Equal(
            ["metformin MEDICATION accepted", "500 mg DOSAGE accepted", "diabetes PROBLEM accepted", "chest pain PROBLEM accepted"],
            await _server.MarkedAsync(id)
        );
    }

    [Fact]
    public async Task Words_are_selected_and_labelled_by_keys()
    {
        var id = await NoteAsync();
        await _visitor.OpenNoteAsync(id);

        await _visitor.PressAsync("n", "Escape"); // nothing marked, nothing lost
        await _visitor.PressAsync("Tab", "Tab", "j", "k", "j", "n"); // from pain; the word behind it is the comma
        await _visitor.PressAsync("ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowRight");
        Assert.Equal("mild nausea", await _visitor.SelectedAsync());
        await _visitor.PressAsync("p");
        await _visitor.SavedAsync();

        Assert.Contains("mild nausea PROBLEM added", await _server.MarkedAsync(id));
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_mouse()
    {
        var id = await NoteAsync();
        await _visitor.OpenNoteAsync(id);
        var page = _visitor.Page;

        await page.Locator(".mention", new() { HasText = "metformin" }).ClickAsync();
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Accept", Exact = false }).First.ClickAsync();
        await page.Locator(".mention", new() { HasText = "yesterday" }).ClickAsync();
        await page.Locator("button.reject").ClickAsync();
        await page.Locator(".mention", new() { HasText = "diabetes" }).ClickAsync();
        await _visitor.ClickLabelAsync("PROBLEM");
        await page.Locator(".mention", new() { HasText = "pain" }).ClickAsync();
        await _visitor.DragEdgeAsync("left", "chest");
        await _visitor.DragOverAsync("nausea");
        Assert.Equal("nausea", await _visitor.SelectedAsync());
        await _visitor.ClickLabelAsync("PROBLEM");
        await _visitor.SavedAsync();

        Assert.Equal(
            [
                "metformin MEDICATION accepted",
                "500 DOSAGE suggested",
                "diabetes PROBLEM accepted",
                "chest pain PROBLEM accepted",
                "nausea PROBLEM added",
            ],
            await _server.MarkedAsync(id)
        );
    }

    [Fact]
    public async Task Accepting_all_above_the_threshold_is_one_step_to_undo_and_to_redo()
    {
        var id = await NoteAsync();
        await _visitor.OpenNoteAsync(id);

        await _visitor.PressAsync("A");
        await _visitor.SavedAsync();
        Assert.Equal(2, (await _server.MarkedAsync(id)).Count(m => m.EndsWith(" accepted", StringComparison.Ordinal)));

        await _visitor.PressAsync("Control+z");
        await _visitor.SavedAsync();
        var undone = await _server.DocumentAsync(id);
        Assert.All(Desk.Marked(undone), m => Assert.EndsWith(" suggested", m, StringComparison.Ordinal));
        Assert.Equal(0.97, (double)undone["mentions"]![0]!["confidence"]!);

        await _visitor.PressAsync("Control+Shift+Z");
        await _visitor.SavedAsync();
        Assert.Equal(2, (await _server.MarkedAsync(id)).Count(m => m.EndsWith(" accepted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_kind_of_correction_is_undone_one_by_one()
    {
        var id = await NoteAsync();
        var before = await _server.MarkedAsync(id);
        await _visitor.OpenNoteAsync(id);

        await _visitor.PressAsync("a", "x", "p", "[", "n", "ArrowRight", "p", "Delete");
        await _visitor.SavedAsync();
        Assert.NotEqual(before, await _server.MarkedAsync(id));
        for (var i = 0; i < 6; i++)
        {
            await _visitor.PressAsync("Control+z");
        }

        await _visitor.SavedAsync();
        Assert.Equal(before, await _server.MarkedAsync(id));
    }

    [Fact]
    public async Task Overlapping_mentions_are_all_shown_and_reached()
    {
        var id = await _server.NewNoteAsync(
            _projectId,
            Text,
            ("chest pain", "PROBLEM", 0.9),
            ("pain", "PROBLEM", 0.5),
            ("pain, mild nausea", "PROBLEM", 0.4)
        );
        await _visitor.OpenNoteAsync(id);

        Assert.Equal("chest pain", await _visitor.CurrentAsync());
        await _visitor.PressAsync("j");
        Assert.Equal("pain", await _visitor.CurrentAsync());
        await _visitor.PressAsync("x");
        Assert.Equal("pain, mild nausea", await _visitor.CurrentAsync());
        await _visitor.SavedAsync();

        Assert.Equal(["chest pain PROBLEM suggested", "pain, mild nausea PROBLEM suggested"], await _server.MarkedAsync(id));
    }

    [Theory]
    [InlineData("Sz 😀😀 first:\r\ngave 👩‍⚕️ loraze\u0301pam 2 mg\r\n\r\nthen asleep", "loraze\u0301pam")]
    [InlineData("😀 a\r\nb\r\n\r\nk\u0301 asthma\r\n", "asthma")]
    [InlineData("tab\there\r\n\tHTN 🇩🇪 end", "HTN")]
    [InlineData("one 👩‍⚕️ two", "👩‍⚕️")]
    public async Task What_is_selected_is_what_is_stored_whatever_stands_before_it(string text, string words)
    {
        var id = await _server.NewNoteAsync(_projectId, text);
        await _visitor.OpenNoteAsync(id);

        await _visitor.DragOverAsync(words);
        Assert.Equal(words, await _visitor.SelectedAsync());
        await _visitor.PressAsync("p");
        await _visitor.SavedAsync();

        Assert.Equal([$"{words} PROBLEM added"], await _server.MarkedAsync(id));
        foreach (var unit in (string[])["unicodeCodePoint", "utf8Byte", "textElement"])
        {
            var document = await _server.Client.GetJsonAsync($"/v1/documents/{id}?offsetUnit={unit}");
            Assert.Equal(words, (string)document["mentions"]![0]!["text"]!);
        }
    }

    [Fact]
    public async Task A_document_is_completed_once_it_is_said_what_becomes_of_undecided_suggestions()
    {
        var id = await NoteAsync();
        var next = await NoteAsync();
        await _visitor.OpenNoteAsync(id);

        await _visitor.PressAsync("a", "Enter");
        await _visitor.Page.Locator("dialog[open]").WaitForAsync();
        await _visitor.PressAsync("x");
        await _visitor.AtAsync($"documents/{next}");

        var done = await _server.DocumentAsync(id);
        Assert.Equal("done", (string)done["status"]!);
        Assert.Equal(["metformin MEDICATION accepted"], Desk.Marked(done));
    }

    [Fact]
    public async Task A_narrow_bar_cuts_off_names_and_never_whether_the_work_is_saved()
    {
        var id = await NoteAsync();
        await _visitor.Page.RouteAsync("**/corrections", route => route.AbortAsync());
        await _visitor.OpenNoteAsync(id);
        await _visitor.PressAsync("a", "a", "x");
        await _visitor.StateAsync("offline");

        var (bar, status) = (await BoxAsync(".top-page"), await BoxAsync("[data-testid=saving]"));
        Assert.InRange(status.X + status.Width, bar.X, bar.X + bar.Width);
        var name = await BoxAsync(".document-name");
        Assert.InRange(name.Width, 40, 260);

        // A page of 1280 px at a zoom of 200 %: the words still have room, and the status is still there.
        await _visitor.Page.SetViewportSizeAsync(640, 450);
        Assert.InRange((await BoxAsync(".text-surface")).Width, 320, 640);
        (bar, status) = (await BoxAsync(".top-page"), await BoxAsync("[data-testid=saving]"));
        Assert.InRange(status.X + status.Width, bar.X, Math.Min(bar.X + bar.Width, 640));

        async Task<(double X, double Width)> BoxAsync(string place)
        {
            var box = await _visitor.Page.Locator(place).BoundingBoxAsync();
            return (box!.X, box.Width);
        }
    }

    [Fact]
    public async Task The_buttons_are_reached_without_a_mouse_and_so_is_the_text_again()
    {
        await _visitor.OpenNoteAsync(await NoteAsync());
        Assert.Equal("text", await FocusAsync());
        var first = await _visitor.CurrentAsync();
        await _visitor.PressAsync("Tab");
        Assert.Equal("text", await FocusAsync());
        Assert.NotEqual(first, await _visitor.CurrentAsync());

        await _visitor.PressAsync("Escape", "Tab");
        Assert.Equal("button of the panel", await FocusAsync());
        for (var i = 0; i < 80 && await FocusAsync() != "link of the bar"; i++)
        {
            await _visitor.PressAsync("Tab");
        }

        Assert.Equal("link of the bar", await FocusAsync());
        await _visitor.PressAsync("Escape");
        Assert.Equal("text", await FocusAsync());

        Task<string> FocusAsync() =>
            _visitor.Page.EvaluateAsync<string>(
                """
                () => document.activeElement.closest(".text-surface") ? "text"
                    : document.activeElement.closest("nav a") ? "link of the bar"
                    : document.activeElement.matches(".panel button, .panel input") ? "button of the panel"
                    : document.activeElement.tagName
                """
            );
    }

    [Fact]
    public async Task Somebody_else_saves_meanwhile_and_both_works_are_kept_and_told()
    {
        var id = await NoteAsync();
        // The first answer waits until all three keys are pressed: whoever has seen the other's work decides anew.
        var pressed = new TaskCompletionSource();
        await _visitor.Page.RouteAsync(
            "**/corrections",
            async route =>
            {
                await pressed.Task;
                await route.ContinueAsync();
            }
        );
        await _visitor.OpenNoteAsync(id);
        var mentions = (await _server.DocumentAsync(id))["mentions"]!;
        await _server.Client.PostAsync(
            $"/v1/documents/{id}/corrections",
            new JsonObject
            {
                ["revision"] = 0,
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "relabel",
                        ["mentionId"] = mentions[2]!.Id(),
                        ["label"] = "PROBLEM",
                    }
                ),
            }
        );

        await _visitor.PressAsync("a", "a", "x"); // the third is the one that the other person relabelled
        pressed.SetResult();
        await _visitor.SavedAsync();

        Assert.Equal(
            [
                "metformin MEDICATION accepted",
                "500 DOSAGE accepted",
                "diabetes PROBLEM accepted",
                "pain PROBLEM suggested",
                "yesterday PROBLEM suggested",
            ],
            await _server.MarkedAsync(id)
        );
        var notice = await _visitor.Page.GetByTestId("notice").InnerTextAsync();
        Assert.Contains("relabel “diabetes” PROBLEM", notice, StringComparison.Ordinal);
        Assert.Contains("reject", notice, StringComparison.Ordinal);
    }
}
