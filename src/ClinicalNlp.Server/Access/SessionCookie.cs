using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Access;

/// <summary>The cookie that holds a session's secret.</summary>
public static class SessionCookie
{
    public const string Name = "clinicalnlp.session";

    /// <summary>A working day and the night after it: who comes back the next morning signs in again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static string? Read(HttpRequest request) =>
        request.Cookies.TryGetValue(Name, out var secret) && secret.Length > 0 ? secret : null;

    public static void Write(HttpContext context, NewSession session) =>
        context.Response.Cookies.Append(Name, session.Secret, Options(context, session.Session.Expires));

    public static SessionPlace PlaceOf(HttpContext context) =>
        new(
            context.Connection.RemoteIpAddress?.ToString(),
            context.Request.Headers.UserAgent is [{ Length: > 0 } browser, ..] ? browser : null
        );

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, null));

    // Secure only over HTTPS, here or at the proxy in front: over plain HTTP on loopback a browser would drop the cookie.
    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = TrustedProxy.IsSecure(context, context.RequestServices.GetRequiredService<ServerOptions>().TrustedProxies),
            Path = "/",
            Expires = expires,
            IsEssential = true,
        };
}
