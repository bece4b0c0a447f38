namespace ClinicalNlp.Server.Problems;

/// <summary>Ends a request with a problem detail; <paramref name="members"/> become extension members of it.</summary>
public class ProblemException(string code, string detail, IReadOnlyDictionary<string, object?>? members = null)
    : UnusableInputException(code, detail)
{
    /// <summary>Sent as <c>Retry-After</c>.</summary>
    public virtual int? RetryAfterSeconds => null;

    public IReadOnlyDictionary<string, object?> Members { get; } = members ?? new Dictionary<string, object?>(StringComparer.Ordinal);
}
