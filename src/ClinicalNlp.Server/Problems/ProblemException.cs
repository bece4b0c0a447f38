namespace ClinicalNlp.Server.Problems;

/// <summary>Ends a request with a problem detail; <paramref name="members"/> become extension members of it.</summary>
public sealed class ProblemException(string code, string detail, IReadOnlyDictionary<string, object?>? members = null)
    : UnusableInputException(code, detail)
{
    public IReadOnlyDictionary<string, object?> Members { get; } = members ?? new Dictionary<string, object?>(StringComparer.Ordinal);
}
