using System.Net;
using ClinicalNlp.Annotation.Access;

namespace ClinicalNlp.Server.Access;

/// <summary>Single sign-on by a proxy in front of the service: a header of its own says who is there, believed from its address alone.</summary>
/// <remarks>The proxy must overwrite what a client sends in that header.</remarks>
public sealed record TrustedHeader(string Name, IReadOnlyList<IPAddress> Proxies)
{
    /// <summary>Whom the header names; null when it is not sent, or not by the proxy.</summary>
    public string? Read(HttpContext context)
    {
        // Two values would mean that a client's own was passed on beside the proxy's.
        return TrustedProxy.Sent(context, Proxies) && context.Request.Headers[Name] is [{ Length: > 0 } name] ? name.Trim() : null;
    }
}

/// <summary>People whom somebody else has recognised.</summary>
public sealed class KnownPeople(AccountStore accounts, Hosting.ServerOptions options)
{
    /// <summary>The person of this name, made without any role when the service is to make unknown people; null when they are not let in.</summary>
    public SignedIn? Find(string name)
    {
        // The owner is whoever starts the service, whatever a directory calls its people.
        if (name.Length > AccountName.MaximumLength || name.Equals(AccountName.Owner, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (accounts.FindPerson(name) is { } person)
        {
            return person;
        }

        if (!options.CreateUnknownPeople)
        {
            return null;
        }

        try
        {
            accounts.AddPerson(name);
        }
        catch (UnusableInputException)
        {
            // A key's name, an unusable one, a disabled person's; or somebody made in this moment by another request.
        }

        return accounts.FindPerson(name);
    }
}
