using System.Security.Claims;
using ClinicalNlp.Annotation.Access;

namespace ClinicalNlp.Server.Access;

/// <summary>Who makes a request, as the audit log names them, and what they may do.</summary>
public static class Caller
{
    public const string Session = "session";
    public const string Key = "key";
    public const string Loopback = "loopback";

    /// <summary>Named by the header of a trusted proxy.</summary>
    public const string Header = "header";

    public static string Actor(this ClaimsPrincipal user) =>
        user.Identity?.Name ?? throw new InvalidOperationException("An endpoint that records its actor must require authorisation.");

    public static string Kind(this ClaimsPrincipal user) => Identity(user).Kind;

    public static Rights Rights(this ClaimsPrincipal user) => Identity(user).Rights;

    /// <summary>The person's account; null for keys and programmes.</summary>
    public static string? AccountId(this ClaimsPrincipal user) => Identity(user).AccountId;

    internal static string? SessionId(this ClaimsPrincipal user) => Identity(user).SessionId;

    /// <summary>The projects a list is to hold; null for all.</summary>
    public static IReadOnlyCollection<string>? VisibleProjects(this ClaimsPrincipal user) =>
        user.Rights() is { Everywhere: null } rights ? [.. rights.Projects.Keys] : null;

    internal static ClaimsPrincipal Person(SignedIn person, string kind) =>
        new(new CallerIdentity(person.Name, kind, person.Rights, person.AccountId, person.SessionId));

    internal static ClaimsPrincipal Programme(string name, string kind, Rights rights) =>
        new(new CallerIdentity(name, kind, rights, null, null));

    private static CallerIdentity Identity(ClaimsPrincipal user) =>
        user.Identities.OfType<CallerIdentity>().FirstOrDefault()
        ?? throw new InvalidOperationException("An endpoint that asks who is there must require authorisation.");

    private sealed class CallerIdentity(string name, string kind, Rights rights, string? accountId, string? sessionId)
        : ClaimsIdentity([new Claim(ClaimTypes.Name, name)], AccessHandler.SchemeName)
    {
        public string Kind { get; } = kind;
        public Rights Rights { get; } = rights;
        public string? AccountId { get; } = accountId;
        public string? SessionId { get; } = sessionId;
    }
}
