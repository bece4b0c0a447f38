using ClinicalNlp.Annotation.Access;

namespace ClinicalNlp.Server.Hosting;

/// <summary>The last line of a start: where the service is, with a token that signs one person in.</summary>
public static class SignInLink
{
    /// <summary>Long enough for a terminal left open over a day; a new start makes a new one.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static string Create(SessionStore store, string url) =>
        $"{Reachable(url)}/sign-in?token={store.CreateSignInToken(Lifetime, "server")}";

    /// <summary>"Any address" is nothing that a browser can open; this machine's loopback is.</summary>
    internal static string Reachable(string url)
    {
        var uri = new Uri(url.Replace("//+", "//0.0.0.0", StringComparison.Ordinal).Replace("//*", "//0.0.0.0", StringComparison.Ordinal));
        var host = uri.Host is "0.0.0.0" or "[::]" ? "127.0.0.1" : uri.Host;
        return $"{uri.Scheme}://{host}:{uri.Port}";
    }
}
