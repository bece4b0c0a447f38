using System.Text.Json.Serialization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Server.Inbox;

/// <summary>A red flag without its place: the inbox shows the whole utterance.</summary>
public sealed record InboxFlagAnswer(string Flag, RedFlagLevel Level, string? Reason);

/// <summary>An utterance with the turns around it.</summary>
/// <param name="Revision">Of its document, to be sent with a decision.</param>
/// <param name="Intent">What people decided; absent while undecided, and when the suggestion was rejected.</param>
/// <param name="State">Absent while undecided.</param>
/// <param name="RedFlags">Urgent ones first.</param>
/// <param name="Priority">How much a decision helps; the list is in falling order of it.</param>
/// <param name="Uncertainty">1 minus the margin between the two likeliest intents.</param>
/// <param name="Alike">Utterances of the project in nearly the same words, this one included.</param>
/// <param name="AlikeUndecided">How many of them wait for a decision.</param>
/// <param name="LeftInTranscript">Utterances of its transcript that wait for a decision, this one included.</param>
public sealed record InboxUtteranceAnswer(
    string DocumentId,
    string? ExternalId,
    DocumentStatus DocumentStatus,
    int Revision,
    int Turn,
    string Speaker,
    string Text,
    string? Intent,
    IntentState? State,
    IntentSuggestionAnswer? Suggestion,
    IReadOnlyList<InboxFlagAnswer> RedFlags,
    double Priority,
    double Uncertainty,
    int Alike,
    int AlikeUndecided,
    int LeftInTranscript,
    IReadOnlyList<NearbyTurn> Before,
    IReadOnlyList<NearbyTurn> After
)
{
    public static InboxUtteranceAnswer Of(InboxUtterance utterance) =>
        new(
            utterance.Place.DocumentId,
            utterance.ExternalId,
            utterance.Status,
            utterance.Revision,
            utterance.Place.Turn,
            utterance.Turn.Speaker,
            utterance.Turn.Text,
            utterance.Turn.Intent,
            utterance.Turn.State,
            utterance.Turn.Suggestion is { } s
                ? new IntentSuggestionAnswer(s.Intent, s.Confidence, s.Alternatives, ModelVersionName.Of(s.Model)!)
                : null,
            [.. utterance.RedFlags.Select(flag => new InboxFlagAnswer(flag.Flag, flag.Level, flag.Reason))],
            utterance.Priority,
            utterance.Uncertainty,
            utterance.Alike,
            utterance.AlikeUndecided,
            utterance.LeftInTranscript,
            utterance.Before,
            utterance.After
        );
}

/// <summary>Part of the inbox.</summary>
/// <param name="Next">The cursor for <c>after</c>; null on the last page.</param>
/// <param name="Total">Utterances that were asked for, in all parts.</param>
/// <param name="Undecided">In the project.</param>
/// <param name="Decided">In the project.</param>
/// <param name="Urgent">Undecided ones with an urgent red flag, in the project.</param>
/// <param name="Transcripts">How far the project's transcripts are.</param>
public sealed record InboxAnswer(
    IReadOnlyList<InboxUtteranceAnswer> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next,
    int Total,
    int Undecided,
    int Decided,
    int Urgent,
    TranscriptCounts Transcripts
);

/// <summary>Utterances that seem to ask the same.</summary>
/// <param name="Words">What they have and others have not.</param>
/// <param name="Count">In all; <paramref name="Utterances"/> holds the most typical, at most 50.</param>
public sealed record ProposalAnswer(IReadOnlyList<string> Words, int Count, IReadOnlyList<InboxUtteranceAnswer> Utterances);

public sealed record ProposalsAnswer(IReadOnlyList<ProposalAnswer> Items);

public sealed record SimilarAnswer(IReadOnlyList<InboxUtteranceAnswer> Items);

/// <param name="Decided">Absent: the suggestion was rejected.</param>
/// <param name="Utterances">Of a matrix on held-out transcripts, the utterances behind the cell.</param>
public sealed record ConfusionCellAnswer(string? Decided, string Suggested, int Count, IReadOnlyList<UtterancePlace>? Utterances);

/// <summary>What was decided beside what a model said.</summary>
/// <param name="Agreed">Utterances where both say the same.</param>
/// <param name="Model">The version in use, of a matrix on held-out transcripts.</param>
/// <param name="SnapshotId">Whose held-out side it was asked about.</param>
public sealed record ConfusionAnswer(
    int Total,
    int Agreed,
    IReadOnlyList<ConfusionCellAnswer> Cells,
    ModelVersionName? Model,
    string? SnapshotId
)
{
    public static ConfusionAnswer Of(Confusion confusion, ModelVersionName? model = null, string? snapshotId = null) =>
        new(
            confusion.Total,
            confusion.Agreed,
            [.. confusion.Cells.Select(cell => new ConfusionCellAnswer(cell.Decided, cell.Suggested, cell.Count, cell.Utterances))],
            model,
            snapshotId
        );
}
