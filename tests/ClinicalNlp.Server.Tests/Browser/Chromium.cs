using ClinicalNlp.Server.Hosting;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Debian's Chromium, started once for all browser tests, which run one after the other. Without it they are skipped and say so.</summary>
[CollectionDefinition(Name)]
public sealed class Chromium : IAsyncLifetime, ICollectionFixture<Chromium>
{
    public const string Name = "browser";
    private const float Patience = 30_000; // milliseconds; two cores may be shared with a training run
    private const string Executable = "/usr/bin/chromium";

    private static readonly string[] Flags =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Missing() is not null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Flags });
    }

    /// <summary>A browser profile of its own: storage and cookies start empty.</summary>
    public async Task<Visitor> VisitAsync(Uri service)
    {
        if (Missing() is { } missing)
        {
            Assert.Skip(missing);
        }

        var context = await _browser!.NewContextAsync(
            new()
            {
                BaseURL = service.ToString(),
                ViewportSize = new() { Width = 1280, Height = 800 },
                Locale = "en-GB",
            }
        );
        context.SetDefaultTimeout(Patience);
        return new Visitor(context, await context.NewPageAsync());
    }

    /// <summary>A browser of its own whose profile lies in a folder: what it stores is there again when it was closed and is started anew.</summary>
    public async Task<Visitor> StartAsync(Uri service, string profile)
    {
        if (Missing() is { } missing)
        {
            Assert.Skip(missing);
        }

        var context = await _playwright!.Chromium.LaunchPersistentContextAsync(
            profile,
            new()
            {
                ExecutablePath = Executable,
                Args = Flags,
                BaseURL = service.ToString(),
                ViewportSize = new() { Width = 1280, Height = 800 },
                Locale = "en-GB",
            }
        );
        context.SetDefaultTimeout(Patience);
        return new Visitor(context, context.Pages[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    private static string? Missing()
    {
        var home = ServerOptions.FindHome(AppContext.BaseDirectory, Environment.CurrentDirectory);
        return !File.Exists(Executable) ? $"{Executable} is missing: apt-get install chromium"
            : !File.Exists(Path.Combine(home, "src", "ClinicalNlp.Server", "wwwroot", "index.html"))
                ? "The workbench is not built: ./build.sh"
            : null;
    }
}
