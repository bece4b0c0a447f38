using System.Net;

namespace ClinicalNlp.Server.Access;

/// <summary>Decides whether a request comes from a programme on this machine that was meant to reach us, and not from a web page or through a proxy.</summary>
public static class LoopbackGuard
{
    /// <summary>True for a direct connection from this machine that named it by a loopback name: a rebound DNS name is not one.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && context.Connection.LocalIpAddress is { } local
        && IPAddress.IsLoopback(local)
        && IsLoopbackName(context.Request.Host.Host)
        && !context.Request.Headers.ContainsKey("Forwarded")
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("X-Forwarded-Host")
        && !context.Request.Headers.ContainsKey("X-Forwarded-Proto");

    /// <summary>True when a browser says that another site made the request.</summary>
    public static bool IsCrossOrigin(HttpRequest request)
    {
        // Sent by browsers alone, which pages cannot change; a request that takes no Origin along (an image, a script, a form that asks by GET) has it too.
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && (
                !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || !string.Equals(uri.Authority, AuthorityOf(request), StringComparison.OrdinalIgnoreCase)
            );
    }

    /// <summary>Middleware over the API: a page of another site gets nothing done here, whoever is signed in.</summary>
    public static Task RefuseCrossOriginAsync(HttpContext context, RequestDelegate next) =>
        IsCrossOrigin(context.Request)
            ? Problems.ProblemAnswer.WriteAsync(context, "cross_origin", "A browser says that another site made this request.")
            : next(context);

    private static bool IsLoopbackName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // Uri.Authority leaves a default port out; the Host header of a browser does too.
    private static string AuthorityOf(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var own) ? own.Authority : "";
}
