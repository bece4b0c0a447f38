using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>A service and one person at it, for the length of a test.</summary>
public abstract class OneVisitor(Chromium chromium) : IAsyncLifetime
{
    private RunningServer? _running;
    private Visitor? _arrived;

    private protected RunningServer Server => _running ?? throw new InvalidOperationException("not started");

    private protected Visitor Person => _arrived ?? throw new InvalidOperationException("not started");

    private protected IPage Page => Person.Page;

    public async ValueTask InitializeAsync()
    {
        _running = await RunningServer.StartAsync();
        _arrived = await chromium.VisitAsync(_running.Url);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_arrived is not null)
        {
            await _arrived.DisposeAsync();
        }

        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What is there before the test begins.</summary>
    private protected virtual Task BeginAsync() => Task.CompletedTask;
}
