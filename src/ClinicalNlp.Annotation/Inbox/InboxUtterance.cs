using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>The place of an utterance: a turn, counted from 0, of a transcript.</summary>
public readonly record struct UtterancePlace(string DocumentId, int Turn) : IComparable<UtterancePlace>
{
    public int CompareTo(UtterancePlace other)
    {
        int byDocument = string.CompareOrdinal(DocumentId, other.DocumentId);
        return byDocument != 0 ? byDocument : Turn.CompareTo(other.Turn);
    }

    public override string ToString() => $"{DocumentId}:{Turn}";

    public static bool TryParse(string text, out UtterancePlace place)
    {
        int colon = text.LastIndexOf(':');
        place = default;
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), out int turn) || turn < 0)
        {
            return false;
        }

        place = new UtterancePlace(text[..colon], turn);
        return true;
    }
}

/// <summary>A turn around an utterance.</summary>
public sealed record NearbyTurn(int Index, string Speaker, string Text);

/// <summary>An asking turn of a transcript, as the inbox shows it.</summary>
/// <param name="Revision">Of its document.</param>
/// <param name="RedFlags">Urgent ones first.</param>
/// <param name="Priority">How much a decision helps; the list is in falling order of it.</param>
/// <param name="Uncertainty">1 minus the margin between the two likeliest intents, in [0, 1]; 1 without a suggestion.</param>
/// <param name="Alike">Utterances of the project in nearly the same words, this one included.</param>
/// <param name="AlikeUndecided">How many of them wait for a decision.</param>
/// <param name="LeftInTranscript">Utterances of its transcript that wait for a decision, this one included.</param>
public sealed record InboxUtterance(
    UtterancePlace Place,
    string? ExternalId,
    DocumentStatus Status,
    int Revision,
    DocumentTurn Turn,
    IReadOnlyList<RedFlag> RedFlags,
    double Priority,
    double Uncertainty,
    int Alike,
    int AlikeUndecided,
    int LeftInTranscript,
    IReadOnlyList<NearbyTurn> Before,
    IReadOnlyList<NearbyTurn> After
)
{
    public bool IsUrgent => RedFlags.Any(flag => flag.Level == RedFlagLevel.Urgent);
}

/// <summary>Which utterances an inbox lists. A rejected suggestion is a decision.</summary>
public enum InboxState
{
    Undecided,
    Decided,
    All,
}

/// <summary>Which utterances are asked for; what is null asks nothing.</summary>
/// <param name="Intent">The decided intent, or the suggested one while undecided.</param>
/// <param name="Decided">The decided intent; the empty string for suggestions that were rejected.</param>
/// <param name="Flagged">Only those with a red flag.</param>
/// <param name="Words">Words that must all stand in the utterance, in any order and case.</param>
/// <param name="Only">These and no others.</param>
/// <param name="Grouped">One of those in nearly the same words, instead of all.</param>
public sealed record InboxQuery(
    InboxState State = InboxState.Undecided,
    string? Intent = null,
    string? Suggested = null,
    string? Decided = null,
    bool Flagged = false,
    string? Words = null,
    IReadOnlyCollection<UtterancePlace>? Only = null,
    bool Grouped = false
);

/// <param name="Total">Utterances that the query is about, in all parts of the list.</param>
/// <param name="Undecided">In the project.</param>
/// <param name="Urgent">Undecided ones with an urgent red flag, in the project.</param>
public sealed record InboxPage(
    IReadOnlyList<InboxUtterance> Items,
    string? Next,
    int Total,
    int Undecided,
    int Decided,
    int Urgent,
    TranscriptCounts Transcripts
);

/// <summary>How far the transcripts of a project are that have an utterance to decide.</summary>
/// <param name="Open">With an utterance that waits.</param>
/// <param name="Ready">All of it decided, and not yet marked as done.</param>
public sealed record TranscriptCounts(int Open, int Ready, int Done);

/// <summary>A transcript on which every utterance is decided and which is not marked as done.</summary>
public sealed record ReadyTranscript(string DocumentId, string? ExternalId, int Revision, int Utterances);

/// <param name="Decided">Null: the suggestion was rejected.</param>
public sealed record ConfusionCell(string? Decided, string Suggested, int Count, IReadOnlyList<UtterancePlace>? Utterances = null);

/// <param name="Agreed">Utterances where both say the same.</param>
public sealed record Confusion(int Total, int Agreed, IReadOnlyList<ConfusionCell> Cells);

/// <summary>Utterances that seem to ask the same and that no intent names.</summary>
/// <param name="Words">What they have and others have not.</param>
/// <param name="Count">In all; <paramref name="Utterances"/> holds the most typical.</param>
public sealed record IntentProposal(IReadOnlyList<string> Words, int Count, IReadOnlyList<InboxUtterance> Utterances);
