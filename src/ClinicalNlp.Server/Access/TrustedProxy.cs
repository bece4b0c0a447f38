using System.Net;

namespace ClinicalNlp.Server.Access;

/// <summary>What a proxy in front of the service is believed, from its address alone.</summary>
public static class TrustedProxy
{
    /// <summary>Whether one of the proxies made the connection.</summary>
    public static bool Sent(HttpContext context, IReadOnlyList<IPAddress> proxies) =>
        context.Connection.RemoteIpAddress is { } remote && proxies.Any(proxy => Plain(proxy).Equals(Plain(remote)));

    /// <summary>Whether the browser reached the service, or the proxy in front of it, over TLS.</summary>
    /// <remarks>Of several values the last one counts: it is the proxy's own, those before it are what it was sent.</remarks>
    public static bool IsSecure(HttpContext context, IReadOnlyList<IPAddress> proxies) =>
        context.Request.IsHttps
        || (
            Sent(context, proxies)
            && context.Request.Headers.GetCommaSeparatedValues("X-Forwarded-Proto") is [.., { } scheme]
            && string.Equals(scheme, Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase)
        );

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
