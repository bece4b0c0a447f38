using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Undo and redo over what a browser goes through: reloads, its own end, a second tab, other people, a document that is done.</summary>
[Collection(Chromium.Name)]
public sealed class HistoryTests(Chromium chromium) : IAsyncLifetime
{
    private const string Text = "Started metformin 500 mg daily for diabetes 😀.\r\nNo chest pain, mild nausea since yesterday.";

    private readonly string _profile = Directory.CreateTempSubdirectory("clinicalnlp-profile-").FullName;
    private RunningServer _server = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _id = await _server.NewNoteAsync(
            await _server.NewProjectAsync("History"),
            Text,
            ("metformin", "MEDICATION", 0.97),
            ("500", "DOSAGE", 0.91),
            ("diabetes", "MEDICATION", 0.55),
            ("pain", "PROBLEM", 0.7),
            ("yesterday", "PROBLEM", 0.3)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_profile, recursive: true);
    }

    [Fact]
    public async Task Every_step_is_undone_and_made_again_over_reloads_and_the_end_of_the_browser()
    {
        var before = await _server.MarkedAsync(_id);
        List<string> after;
        await using (var visitor = await chromium.StartAsync(_server.Url, _profile))
        {
            await visitor.OpenNoteAsync(_id);
            // Accepted, rejected, relabelled, resized, drawn, and all above the threshold at once: six steps.
            await visitor.PressAsync("a", "x", "p", "[", "n", "ArrowRight", "p", "A");
            await visitor.SavedAsync();
            after = await _server.MarkedAsync(_id);
            await visitor.Page.ReloadAsync();
            await visitor.Page.Locator(".cm-content").WaitForAsync();
            await UndoAsync(visitor, 2);
        }

        await using (var visitor = await chromium.StartAsync(_server.Url, _profile))
        {
            await visitor.OpenNoteAsync(_id);
            await UndoAsync(visitor, 4);
            Assert.Equal(before, await _server.MarkedAsync(_id));
        }

        await using (var visitor = await chromium.StartAsync(_server.Url, _profile))
        {
            await visitor.OpenNoteAsync(_id);
            await visitor.PressAsync([.. Enumerable.Repeat("Control+Shift+Z", 6)]);
            await visitor.SavedAsync();
            Assert.Equal(after, await _server.MarkedAsync(_id));
        }
    }

    [Fact]
    public async Task What_somebody_else_changed_since_is_left_alone_after_a_reload_too()
    {
        await using var visitor = await chromium.VisitAsync(_server.Url);
        await visitor.OpenNoteAsync(_id);
        await visitor.PressAsync("a", "a");
        await visitor.SavedAsync();
        await CorrectAsync("relabel", 1, "PROBLEM");

        await visitor.Page.ReloadAsync();
        await visitor.Page.Locator(".cm-content").WaitForAsync();
        await UndoAsync(visitor, 1);

        Assert.Contains("left alone", await visitor.Page.GetByTestId("message").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["metformin MEDICATION suggested", "500 PROBLEM accepted"], (await _server.MarkedAsync(_id))[..2]);
    }

    [Fact]
    public async Task Two_tabs_undo_their_own_steps_and_never_each_others()
    {
        await using var visitor = await chromium.VisitAsync(_server.Url);
        await visitor.OpenNoteAsync(_id);
        var other = await visitor.AnotherTabAsync();
        await other.OpenNoteAsync(_id);

        await visitor.PressAsync("a"); // metformin
        await visitor.SavedAsync();
        await other.PressAsync("j", "j", "p"); // diabetes, upon the old revision
        await other.SavedAsync();
        await visitor.PressAsync("Control+z");
        await visitor.SavedAsync();
        Assert.Equal(
            ["metformin MEDICATION suggested", "500 DOSAGE suggested", "diabetes PROBLEM accepted"],
            (await _server.MarkedAsync(_id))[..3]
        );

        await visitor.Page.ReloadAsync(); // now it knows both
        await visitor.Page.Locator(".cm-content").WaitForAsync();
        await UndoAsync(visitor, 1);
        Assert.All(await _server.MarkedAsync(_id), m => Assert.EndsWith(" suggested", m, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finished_document_is_opened_again_and_undone_further()
    {
        await using var visitor = await chromium.VisitAsync(_server.Url);
        await visitor.OpenNoteAsync(_id);
        await visitor.PressAsync("a", "Enter");
        await visitor.Page.Locator("dialog[open]").WaitForAsync();
        await visitor.PressAsync("a");
        var reopen = visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Reopen" });
        await reopen.WaitForAsync();
        await visitor.PressAsync("Control+z");
        Assert.Equal("done", (string)(await _server.DocumentAsync(_id))["status"]!);

        await reopen.ClickAsync();
        await visitor.Page.Locator("button.reject").WaitForAsync();
        await UndoAsync(visitor, 1);
        Assert.Equal(["metformin MEDICATION suggested", "500 DOSAGE accepted"], (await _server.MarkedAsync(_id))[..2]);
    }

    [Fact]
    public async Task Mine_and_theirs_stand_beside_each_other_and_a_key_chooses()
    {
        await using var visitor = await chromium.VisitAsync(_server.Url);
        var pressed = new TaskCompletionSource();
        await visitor.Page.RouteAsync(
            "**/corrections",
            async route =>
            {
                await pressed.Task;
                await route.ContinueAsync();
            }
        );
        await visitor.OpenNoteAsync(_id);
        await CorrectAsync("relabel", 0, "PROBLEM");
        await CorrectAsync("relabel", 2, "PROBLEM");
        await CorrectAsync("remove", 3, null);
        await visitor.PressAsync("a", "a", "x", "a"); // all but the second against somebody else
        pressed.SetResult();
        await visitor.SavedAsync();
        await visitor.Page.GetByTestId("conflicts").WaitForAsync();

        await visitor.PressAsync("C");
        Assert.Equal("“metformin” MEDICATION, accepted", await visitor.Page.GetByTestId("mine").InnerTextAsync());
        Assert.Equal("“metformin” PROBLEM, accepted", await visitor.Page.GetByTestId("theirs").InnerTextAsync());
        await visitor.PressAsync("m", "t", "m"); // mine, then theirs stays, then what they took away comes back
        await visitor.SavedAsync();

        Assert.Equal(
            [
                "metformin MEDICATION accepted",
                "500 DOSAGE accepted",
                "diabetes PROBLEM accepted",
                "pain PROBLEM accepted",
                "yesterday PROBLEM suggested",
            ],
            await _server.MarkedAsync(_id)
        );
        Assert.Equal(0, await visitor.Page.GetByTestId("notice").CountAsync());
    }

    private async Task CorrectAsync(string action, int mention, string? label)
    {
        var document = await _server.DocumentAsync(_id);
        await _server.Client.PostAsync(
            $"/v1/documents/{_id}/corrections",
            new JsonObject
            {
                ["revision"] = (int)document["revision"]!,
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = action,
                        ["mentionId"] = document["mentions"]![mention]!.Id(),
                        ["label"] = label,
                    }
                ),
            }
        );
    }

    private static async Task UndoAsync(Visitor visitor, int steps)
    {
        await visitor.PressAsync([.. Enumerable.Repeat("Control+z", steps)]);
        await visitor.SavedAsync();
    }
}
