namespace ClinicalNlp.Annotation.Storage;

/// <summary>No such record; code <c>not_found</c>.</summary>
public sealed class RecordNotFoundException(string kind, string id) : UnusableInputException("not_found", $"there is no {kind} '{id}'")
{
    public string Kind { get; } = kind;
    public string Id { get; } = id;
}
