using System.Text.Json;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Somebody at the workbench: short words for what a person does and sees there.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _scriptErrors = [];

    public Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        Watch(page);
    }

    public IPage Page { get; private set; }

    /// <summary>Opens a note and waits until its text is there.</summary>
    public async Task OpenNoteAsync(string id)
    {
        await Page.GotoAsync($"/#/documents/{id}");
        await Page.Locator(".cm-content").WaitForAsync();
    }

    public async Task OpenTranscriptAsync(string id)
    {
        await Page.GotoAsync($"/#/documents/{id}");
        await Page.Locator(".turn").First.WaitForAsync();
    }

    /// <summary>Waits until the page is at an address, which the browser itself is asked: a navigation may be over before one waits for it.</summary>
    /// <param name="address">Without <c>#/</c>.</param>
    public Task AtAsync(string address) => Page.WaitForFunctionAsync("address => location.hash === `#/${address}`", address);

    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }
    }

    public Task SavedAsync() => StateAsync("saved");

    /// <param name="state">saved, saving, offline or signedOut.</param>
    public Task StateAsync(string state) => Page.Locator($"[data-testid=saving][data-saving={state}]").WaitForAsync();

    /// <summary>Waits until nothing is left in the browser's journals, of documents and of the inbox.</summary>
    public async Task SentAllAsync()
    {
        const string Unsent = "Object.keys(localStorage).filter((key) => /^clinicalnlp[.](pending|inbox)[.]/.test(key)).length";
        for (var i = 0; i < 600 && await Page.EvaluateAsync<int>(Unsent) > 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(0, await Page.EvaluateAsync<int>(Unsent));
    }

    /// <summary>The words of the mention that the keys act upon.</summary>
    public Task<string> CurrentAsync() => Page.GetByTestId("current").InnerTextAsync();

    public Task<string> SelectedAsync() => Page.GetByTestId("selected").InnerTextAsync();

    /// <summary>Drags the mouse over words of the text, from the middle of their first character to the middle of their last.</summary>
    /// <param name="words">As the page shows them, within one stretch of text that no mention's edge cuts.</param>
    public async Task DragOverAsync(string words)
    {
        var (first, last) = await PlaceOfAsync(words);
        await Page.Mouse.MoveAsync(first.X, first.Y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(last.X, last.Y, new() { Steps = 5 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>Drags an edge of the current mention to the middle of a word.</summary>
    public async Task DragEdgeAsync(string edge, string word)
    {
        var handle = await Page.Locator($".edge.{edge}").BoundingBoxAsync() ?? throw new InvalidOperationException("no handle");
        var (first, last) = await PlaceOfAsync(word);
        await Page.Mouse.MoveAsync(handle.X + (handle.Width / 2), handle.Y + (handle.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((first.X + last.X) / 2, (first.Y + last.Y) / 2, new() { Steps = 5 });
        await Page.Mouse.UpAsync();
    }

    public Task ClickLabelAsync(string label) => Page.Locator(".label-button").Filter(new() { HasText = label }).ClickAsync();

    /// <summary>Closes the page, as closing a lid or a tab does, and opens another with the same storage and cookies.</summary>
    public async Task CloseAndOpenAgainAsync()
    {
        await Page.CloseAsync();
        Page = await _context.NewPageAsync();
        Watch(Page);
    }

    /// <summary>A second tab of the same browser.</summary>
    public async Task<Visitor> AnotherTabAsync() => new(_context, await _context.NewPageAsync());

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed && !Page.IsClosed)
        {
            await TellAsync();
        }

        await _context.CloseAsync();
        Assert.Empty(_scriptErrors);
    }

    /// <summary>What the page showed when a test failed: a wait that ends says only what was not there.</summary>
    private async Task TellAsync()
    {
        try
        {
            var shown = await Page.Locator("body").InnerTextAsync(new() { Timeout = 2_000 });
            TestContext.Current.TestOutputHelper?.WriteLine($"{Page.Url} showed:\n{shown}");
        }
        catch (PlaywrightException gone)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{Page.Url} could not be asked: {gone.Message}");
        }
        catch (TimeoutException late)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{Page.Url} could not be asked: {late.Message}");
        }
    }

    private void Watch(IPage page)
    {
        page.PageError += (_, error) => _scriptErrors.Add(error);
        // Whoever listens asks the browser to hand over its file choosers, without waiting for its answer: asked here, it is there before a key is pressed.
        page.FileChooser += (_, _) => { };
    }

    private async Task<(Point First, Point Last)> PlaceOfAsync(string words)
    {
        var boxes = await Page.EvaluateAsync<JsonElement>(
            """
            (words) => {
              const walker = document.createTreeWalker(document.querySelector('.cm-content'), NodeFilter.SHOW_TEXT);
              const skipped = (node) => node.parentElement.closest('.tag');
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf(words);
                if (at < 0 || skipped(node)) continue;
                const box = (from, to) => {
                  const range = document.createRange();
                  range.setStart(node, from);
                  range.setEnd(node, to);
                  const { left, right, top, bottom } = range.getBoundingClientRect();
                  return [left, right, (top + bottom) / 2];
                };
                const characters = [...new Intl.Segmenter().segment(words)];
                const lastCharacter = characters.at(-1);
                return [box(at, at + characters[0].segment.length), box(at + lastCharacter.index, at + words.length)];
              }
              return null;
            }
            """,
            words
        );
        Assert.True(boxes.ValueKind == JsonValueKind.Array, $"'{words}' is not on the page in one piece");
        float Number(int box, int part) => (float)boxes[box][part].GetDouble();
        // Just inside the outer edges: the editor puts its cursor on the nearer side of a character.
        return (new Point(Number(0, 0) + 1, Number(0, 2)), new Point(Number(1, 1) - 1, Number(1, 2)));
    }

    private readonly record struct Point(float X, float Y);
}
