using System.Net;
using System.Net.Sockets;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Webhooks;

/// <summary>
/// Where webhooks may go. Somebody who may register an address must not reach through it what only this machine can reach: without configured hosts
/// that is https to public addresses, with them these hosts alone, by http and at private addresses too.
/// </summary>
/// <remarks>Addresses are checked when the connection is made, on the very address that is connected to, so that a name that changes its mind gains nothing.</remarks>
public sealed class WebhookTargets(ServerOptions options)
{
    private static readonly IPNetwork[] Private =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/3",
            "192.88.99.0/24",
            // With an IPv4 address inside: compatible, translated (also locally), Teredo, 6to4.
            "::/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2001::/32",
            "2002::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <exception cref="ProblemException"><c>webhook_refused</c>, with the reason.</exception>
    public Uri Check(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw Refused("An address begins with https:// or http://.");
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0 || address.Length > 2000)
        {
            throw Refused("An address has no user name, no fragment and at most 2000 characters.");
        }

        if (options.WebhookHosts.Count > 0)
        {
            return IsConfigured(url.IdnHost) ? url : throw Refused("The host is not one of those that the service is configured for.");
        }

        if (url.Scheme != Uri.UriSchemeHttps)
        {
            throw Refused("http is for hosts that the service is configured for; others need https.");
        }

        return IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var literal) && IsPrivate(literal)
            ? throw Refused("Private addresses are for hosts that the service is configured for.")
            : url;
    }

    /// <summary>What sends: no redirects, no proxy, no cookies, and only to addresses that are allowed.</summary>
    public SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
        };

    internal static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Private.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        string host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        IPAddress[] allowed = IsConfigured(host) ? addresses : [.. addresses.Where(address => !IsPrivate(address))];
        if (allowed.Length == 0)
        {
            throw new RefusedTargetException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsConfigured(string host)
    {
        string plain = host.Trim('[', ']');
        return options.WebhookHosts.Any(allowed =>
            allowed.StartsWith("*.", StringComparison.Ordinal)
                ? plain.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
                : plain.Equals(allowed, StringComparison.OrdinalIgnoreCase)
        );
    }

    private static ProblemException Refused(string reason) => new("webhook_refused", reason);
}

/// <summary>A name leads to private addresses only.</summary>
public sealed class RefusedTargetException() : IOException("The address is not allowed.");
