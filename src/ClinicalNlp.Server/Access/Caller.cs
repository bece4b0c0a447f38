using System.Security.Claims;

namespace ClinicalNlp.Server.Access;

/// <summary>Who makes a request, as the audit log names them.</summary>
public static class Caller
{
    public const string Session = "session";
    public const string Key = "key";
    public const string Loopback = "loopback";
    private const string KindClaim = "kind";

    public static string Actor(this ClaimsPrincipal user) =>
        user.Identity?.Name ?? throw new InvalidOperationException("An endpoint that records its actor must require authorisation.");

    public static string Kind(this ClaimsPrincipal user) => user.FindFirstValue(KindClaim) ?? "";

    internal static ClaimsPrincipal Principal(string name, string kind) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(KindClaim, kind)], AccessHandler.SchemeName));
}
