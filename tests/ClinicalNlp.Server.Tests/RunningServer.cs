using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ClinicalNlp.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClinicalNlp.Server.Tests;

/// <summary>The real service: Kestrel on a free port, a real database in a folder of its own, every log line kept.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly bool _ownsDirectory;

    private RunningServer(WebApplication app, DataFolder folder, CapturedLog log, bool ownsDirectory)
    {
        App = app;
        _folder = folder;
        Log = log;
        _ownsDirectory = ownsDirectory;
        Url = new Uri(app.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Url };
    }

    public WebApplication App { get; }
    public Uri Url { get; }
    public HttpClient Client { get; }
    public CapturedLog Log { get; }
    public string DataDirectory => _folder.Path;

    public static async Task<RunningServer> StartAsync(
        string? dataDirectory = null,
        Func<ServerOptions, ServerOptions>? change = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var home = ServerOptions.FindHome(AppContext.BaseDirectory, Environment.CurrentDirectory);
        var directory = dataDirectory ?? Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        var options = ServerOptions.Parse(
            ["--port", "0", "--data", directory, "--models", Path.Combine(directory, "no-models"), "--no-demo"],
            null,
            home
        );
        options = change?.Invoke(options) ?? options;
        var folder = DataFolder.Claim(options.DataDirectory);
        var log = new CapturedLog();
        var app = ServerApplication.Build(
            options,
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<ILoggerProvider>(log);
                configure?.Invoke(builder);
            }
        );
        await Startup.StartAsync(app);
        return new RunningServer(app, folder, log, dataDirectory is null);
    }

    /// <summary>Every route with a method, its parameters filled with an id that nothing has.</summary>
    public IEnumerable<(HttpMethod Method, string Path)> Routes() =>
        from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        let path = Regex.Replace(
            endpoint.RoutePattern.RawText!,
            "\\{[^}]*\\}",
            "0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        )
        select (new HttpMethod(method), path.StartsWith('/') ? path : "/" + path);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Dispose();
        if (_ownsDirectory)
        {
            Directory.Delete(_folder.Path, recursive: true);
        }
    }
}

/// <summary>Keeps every line as it would be printed.</summary>
public sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log._lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
