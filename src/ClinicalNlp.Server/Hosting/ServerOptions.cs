using System.Globalization;
using System.Net;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Models;
using ClinicalNlp.Server.Access;

namespace ClinicalNlp.Server.Hosting;

/// <summary>Where the service listens and where its folders lie.</summary>
public sealed record ServerOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5080";
    public const string Usage =
        "Usage: run.sh [--port N] [--data DIR] [--models DIR] [--corpora DIR] [--workers N] [--queue N] [--no-demo] [--answers-kept DAYS]\n"
        + "              [--trusted-proxy ADDRESS[,ADDRESS] [--trusted-header NAME [--unknown-people refuse|create]]]\n"
        + "              [--openid-authority URL --openid-client ID [--openid-name-claim CLAIM] [--openid-title WORDS] [--public-url URL]]\n"
        + "              [--webhook-hosts HOST[,HOST]]";

    private const int DefaultQueueLength = 256;
    private static readonly int DefaultWorkers = Environment.ProcessorCount;

    /// <summary>Addresses to listen on; port 0 lets the system choose one.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The database, the trained versions and the lock file; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The models that came with the programme.</summary>
    public required string ModelsDirectory { get; init; }
    public required string CorporaDirectory { get; init; }

    /// <summary>The built workbench; it need not exist.</summary>
    public required string WebRoot { get; init; }

    /// <summary>Whether an empty database gets the demo project.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>Threads that run the models. More than processors would only wait for each other, each holding its memory.</summary>
    public int Workers { get; init; } = DefaultWorkers;

    /// <summary>Requests to the models that may wait or be worked on; about two seconds of 300-word notes on two processors. More are told to come back.</summary>
    public int QueueLength { get; init; } = DefaultQueueLength;

    /// <summary>UTF-16 code units that those requests may hold together: 128 MB.</summary>
    public long QueueCharacters { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long it is kept which version answered whom and when. Counts are kept for ever, and an answer's id tells its version for ever.</summary>
    public TimeSpan AnswersKept { get; init; } = AnswerLog.DefaultRetention;

    /// <summary>Addresses of proxies in front, which are believed whether a browser came over TLS.</summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>Single sign-on by a proxy that names the person; null without.</summary>
    public TrustedHeader? TrustedHeader { get; init; }

    /// <summary>Single sign-on by OpenID Connect; null without.</summary>
    public OpenIdProvider? OpenId { get; init; }

    /// <summary>Whether people whom nobody invited get an account, without any role, when single sign-on brings them.</summary>
    public bool CreateUnknownPeople { get; init; }

    /// <summary>The only hosts that webhooks may go to, by http and at private addresses too; a name or <c>*.domain</c>. Without any: https to public addresses.</summary>
    public IReadOnlyList<string> WebhookHosts { get; init; } = [];

    /// <exception cref="UnusableInputException"><c>bad_option</c>: an unknown option, or a value that cannot be used.</exception>
    public static ServerOptions Parse(IReadOnlyList<string> arguments, string? urlsVariable, string home)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var demo = true;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            switch (name)
            {
                case "--no-demo" when value is null:
                    demo = false;
                    break;
                case "--port" or "--data" or "--models" or "--corpora" or "--workers" or "--queue" or "--answers-kept":
                case "--trusted-header" or "--trusted-proxy" or "--unknown-people":
                case "--webhook-hosts":
                case "--openid-authority" or "--openid-client" or "--openid-name-claim" or "--openid-title" or "--public-url":
                    value ??= ++i < arguments.Count ? arguments[i] : throw Unusable($"{name} needs a value.");
                    values[name] = value;
                    break;
                default:
                    throw Unusable($"'{arguments[i]}' is not an option.");
            }
        }

        var proxies = ProxiesOf(values);
        return new ServerOptions
        {
            Urls = UrlsOf(values.GetValueOrDefault("--port"), urlsVariable),
            DataDirectory = Path.GetFullPath(values.GetValueOrDefault("--data") ?? Path.Combine(home, "data")),
            ModelsDirectory = Path.GetFullPath(values.GetValueOrDefault("--models") ?? Path.Combine(home, "models")),
            CorporaDirectory = Path.GetFullPath(values.GetValueOrDefault("--corpora") ?? Path.Combine(home, "corpora")),
            WebRoot = WebRootOf(home),
            Demo = demo,
            Workers = CountOf(values, "--workers", 256) ?? DefaultWorkers,
            QueueLength = CountOf(values, "--queue", 100_000) ?? DefaultQueueLength,
            AnswersKept = CountOf(values, "--answers-kept", 36_500) is { } days ? TimeSpan.FromDays(days) : AnswerLog.DefaultRetention,
            TrustedProxies = proxies,
            TrustedHeader = HeaderOf(values, proxies),
            CreateUnknownPeople = CreatesUnknown(values),
            OpenId = OpenIdOf(values),
            WebhookHosts = WebhookHostsOf(values),
        };
    }

    /// <summary>The repository around the programme, or its own folder when it was published elsewhere.</summary>
    public static string FindHome(string baseDirectory, string workingDirectory) =>
        ProgramHome.Around(baseDirectory) ?? ProgramHome.Around(workingDirectory) ?? baseDirectory;

    private static string[] UrlsOf(string? port, string? urlsVariable)
    {
        if (port is not null)
        {
            return int.TryParse(port, out var number) && number is >= 0 and <= 65535
                ? [$"http://127.0.0.1:{number}"]
                : throw Unusable($"--port takes a number from 0 to 65535, not '{port}'.");
        }

        var urls = (urlsVariable ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 ? urls : [DefaultUrl];
    }

    private static int? CountOf(Dictionary<string, string> values, string name, int most) =>
        !values.TryGetValue(name, out var given) ? null
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most ? count
        : throw Unusable($"{name} takes a number from 1 to {most}, not '{given}'.");

    private static IReadOnlyList<IPAddress> ProxiesOf(Dictionary<string, string> values) =>
        values.GetValueOrDefault("--trusted-proxy") is { } proxies
            ?
            [
                .. proxies
                    .Split(',', StringSplitOptions.TrimEntries)
                    .Select(given =>
                        IPAddress.TryParse(given, out var address)
                            ? address
                            : throw Unusable($"--trusted-proxy takes IP addresses, not '{given}'.")
                    ),
            ]
            : [];

    private static TrustedHeader? HeaderOf(Dictionary<string, string> values, IReadOnlyList<IPAddress> proxies)
    {
        if (!values.TryGetValue("--trusted-header", out var header))
        {
            return null;
        }

        return proxies.Count > 0 && !string.IsNullOrWhiteSpace(header) && header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new TrustedHeader(header, proxies)
            : throw Unusable("--trusted-header takes the NAME of a header, and --trusted-proxy ADDRESS goes with it.");
    }

    private static OpenIdProvider? OpenIdOf(Dictionary<string, string> values)
    {
        if (!values.Keys.Any(name => name.StartsWith("--openid-", StringComparison.Ordinal)))
        {
            return null;
        }

        var authority = UrlOf(values, "--openid-authority");
        var client = values.GetValueOrDefault("--openid-client");
        if (authority is null || string.IsNullOrWhiteSpace(client))
        {
            throw Unusable("--openid-authority URL and --openid-client ID go together.");
        }

        // On the way to any other machine a token could be read or replaced.
        return authority.Scheme == Uri.UriSchemeHttps || authority.IsLoopback
            ? new OpenIdProvider(
                authority,
                client,
                values.GetValueOrDefault("--openid-name-claim") ?? "preferred_username",
                values.GetValueOrDefault("--openid-title") ?? "Single sign-on",
                UrlOf(values, "--public-url")
            )
            : throw Unusable("--openid-authority takes an https address.");
    }

    private static Uri? UrlOf(Dictionary<string, string> values, string name) =>
        !values.TryGetValue(name, out var given) ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url
        : throw Unusable($"{name} takes an address, not '{given}'.");

    private static bool CreatesUnknown(Dictionary<string, string> values) =>
        values.GetValueOrDefault("--unknown-people") switch
        {
            null or "refuse" => false,
            "create" => true,
            var other => throw Unusable($"--unknown-people takes refuse or create, not '{other}'."),
        };

    private static string[] WebhookHostsOf(Dictionary<string, string> values)
    {
        string[] hosts = (values.GetValueOrDefault("--webhook-hosts") ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        return
            Array.Find(
                hosts,
                host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown
            )
                is { } wrong
            ? throw Unusable($"--webhook-hosts takes names of hosts or *.domain, not '{wrong}'.")
            : hosts;
    }

    private static string WebRootOf(string home)
    {
        var published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        return Directory.Exists(published) ? published : Path.Combine(home, "src", "ClinicalNlp.Server", "wwwroot");
    }

    private static UnusableInputException Unusable(string reason) => new("bad_option", $"{reason}\n{Usage}");
}
