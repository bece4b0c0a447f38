using System.Net;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Client;

/// <summary>The service answered with a problem (RFC 9457).</summary>
public sealed class ServiceException(HttpStatusCode status, string code, string? detail, JsonObject? problem)
    : Exception($"{(int)status} {code}: {detail}")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Stable, for example <c>stale_revision</c>; the service's page /problems explains each.</summary>
    public string Code { get; } = code;

    /// <summary>Further members, for example <c>currentRevision</c> and <c>changesSince</c>.</summary>
    public JsonObject? Problem { get; } = problem;

    /// <summary>Somebody else saved first: read the document again and decide anew.</summary>
    public bool IsStale => string.Equals(Code, "stale_revision", StringComparison.Ordinal);
}
