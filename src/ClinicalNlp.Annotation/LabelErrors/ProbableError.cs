using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.LabelErrors;

public enum ErrorKind
{
    /// <summary>Something is there that nobody marked.</summary>
    Missing,

    /// <summary>Something is marked and nothing is there.</summary>
    Spurious,

    WrongLabel,
    WrongEdge,

    /// <summary>Of an utterance.</summary>
    WrongIntent,
}

/// <summary>A place where models that have not seen a document contradict what people made of it.</summary>
/// <param name="Span">What is marked; of what is missing, where it would be. UTF-16 code units.</param>
/// <param name="Label">What is marked, a label or an intent; null where nothing is.</param>
/// <param name="SuggestedSpan">What the model has instead; null where it has nothing, and for an intent.</param>
/// <param name="Turn">Of an utterance.</param>
/// <param name="Score">How much likelier the model thinks its own, from 0 to 1.</param>
public sealed record ProbableError(
    string DocumentId,
    ErrorKind Kind,
    TextSpan? Span,
    string? Label,
    TextSpan? SuggestedSpan,
    string? SuggestedLabel,
    int? Turn,
    double Score
);
