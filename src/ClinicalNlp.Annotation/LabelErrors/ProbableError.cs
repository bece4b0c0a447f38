using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <summary>What is probably wrong.</summary>
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

/// <param name="Errors">The most probable first.</param>
/// <param name="Agreement">
/// From 0 to 1, of the folds' models with what people made of documents that those had not seen: micro F1 of exact mentions, or the share
/// of utterances with the same intent.
/// </param>
/// <param name="LeastAgreement">Below it nearly all that the models contradict is their own doing: a list costs more time than it saves.</param>
public sealed record CrossValidated(IReadOnlyList<ProbableError> Errors, double Agreement, double LeastAgreement)
{
    public bool IsWorthReading => Agreement >= LeastAgreement;
}
