using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>What a project's log says about its suggestions, its work and its coverage. Holds no clinical text.</summary>
/// <param name="At">When it was read.</param>
/// <param name="People">By name.</param>
public sealed record ProjectInsights(DateTimeOffset At, IReadOnlyList<TaskInsights> Tasks, WorkTime Time, IReadOnlyList<PersonWork> People);

/// <summary>Of mentions, or of the intents of turns.</summary>
/// <param name="Documents">Notes, or dialogues; a dialogue counts for mentions where somebody or something marked one.</param>
/// <param name="Scores">Of each version's suggestions against what people made of them.</param>
/// <param name="Unscored">Finished documents that several versions had a part in, or that people had begun before the first suggestion.</param>
public sealed record TaskInsights(
    ModelTask Task,
    int Documents,
    int Done,
    AcceptanceReport Acceptance,
    IReadOnlyList<VersionScores> Scores,
    int Unscored,
    IReadOnlyList<LearningPoint> LearningCurve,
    IReadOnlyList<LabelShare> Labels,
    IReadOnlyList<GroupCoverage> Groups
);

/// <summary>What became of suggestions, as it stands now: what was undone is not counted.</summary>
/// <param name="Accepted">As they were.</param>
/// <param name="Relabelled">Perhaps resized too.</param>
/// <param name="Resized">Under their own label.</param>
/// <param name="Missed">Added by a person where a model had looked; not a suggestion, so not part of the rate.</param>
public sealed record AcceptanceCounts(int Accepted, int Relabelled, int Resized, int Rejected, int Missed)
{
    /// <summary>Suggestions that somebody decided.</summary>
    internal int Decided => Accepted + Relabelled + Resized + Rejected;

    public static AcceptanceCounts operator +(AcceptanceCounts left, AcceptanceCounts right) =>
        new(
            left.Accepted + right.Accepted,
            left.Relabelled + right.Relabelled,
            left.Resized + right.Resized,
            left.Rejected + right.Rejected,
            left.Missed + right.Missed
        );
}

/// <param name="Decided">Suggestions that somebody decided, one way or another.</param>
/// <param name="Rate">Accepted as they were, of those decided; Wilson's interval.</param>
public sealed record AcceptanceOf(string Name, int Decided, AcceptanceCounts Counts, Estimate Rate);

/// <param name="Week">The Monday of the week (UTC) in which the decision that stands was made.</param>
/// <param name="Label">The suggestion's own; of what was missed, that of the mention.</param>
public sealed record AcceptanceCell(string Label, ModelStamp Model, DateOnly Week, AcceptanceCounts Counts);

/// <param name="Versions">Named by model and version.</param>
/// <param name="Weeks">Named by their Monday.</param>
public sealed record AcceptanceReport(
    AcceptanceOf All,
    IReadOnlyList<AcceptanceOf> Labels,
    IReadOnlyList<AcceptanceOf> Versions,
    IReadOnlyList<AcceptanceOf> Weeks,
    IReadOnlyList<AcceptanceCell> Cells
);

/// <summary>Exact-match scores: right when start, end and label are.</summary>
/// <param name="Precision">With Wilson's interval, as recall; that of F1 is a bootstrap over documents.</param>
public sealed record SuggestionScore(string Label, int Right, int Wrong, int Missed, Estimate Precision, Estimate Recall, Estimate F1);

/// <param name="Documents">Finished ones that this version alone had marked, on themselves or on a reader's copy; several readings of one are one.</param>
public sealed record VersionScores(ModelStamp Model, int Documents, SuggestionScore All, IReadOnlyList<SuggestionScore> Labels);

/// <summary>A version's score on the held-out side of the snapshot it was judged by.</summary>
/// <param name="Documents">Finished documents that it learnt from; 0 for the version that the first training here started from.</param>
/// <param name="Corrections">What people had done to those documents when the snapshot froze them.</param>
/// <param name="HeldOutItems">Gold mentions, or utterances.</param>
/// <param name="Score">F1, or accuracy of intents. The registry keeps no scores by document: the interval is that of a proportion of so many items.</param>
/// <param name="Before">The score of the version in use on the same documents.</param>
/// <param name="Passed">Whether the gate let it through; null where it did not stand before the gate.</param>
public sealed record LearningPoint(
    ModelStamp Model,
    int Documents,
    int Corrections,
    int HeldOutDocuments,
    int HeldOutItems,
    Estimate Score,
    double? Before,
    bool? Passed,
    DateTimeOffset Created
);

/// <param name="Items">Mentions, or turns, that people kept or made.</param>
/// <param name="Documents">That hold one.</param>
/// <param name="Open">Suggestions that wait.</param>
public sealed record LabelShare(string Label, int Items, int Documents, int Open);

/// <param name="Keys">Of the documents' meta data, the first that is there.</param>
/// <param name="Stated">Documents that have one of them.</param>
public sealed record GroupCoverage(string Name, IReadOnlyList<string> Keys, int Stated, IReadOnlyList<GroupValue> Values);

/// <param name="Value">Null: the documents do not say.</param>
/// <param name="Items">Gold mentions, or turns, of the documents that were scored.</param>
/// <param name="TooFew">Fewer items than can say anything.</param>
/// <param name="F1">Of suggestions, all versions together.</param>
public sealed record GroupValue(string? Value, int Documents, int Done, int Items, bool TooFew, Estimate F1);

/// <summary>Quartiles by linear interpolation (Hyndman and Fan 1996, type 7).</summary>
public sealed record Spread(double Lowest, double LowerQuartile, double Median, double UpperQuartile, double Highest);

/// <summary>Time between saves, in seconds; what came more than five minutes after the save before it is left out.</summary>
/// <param name="Documents">Finished ones with a known time; each reading is one.</param>
/// <param name="Decisions">With a known time.</param>
/// <param name="Seconds">Altogether.</param>
/// <param name="Pauses">Gaps that were left out.</param>
/// <param name="PerDocument">Null where no time is known, as <paramref name="PerDecision"/>.</param>
/// <param name="DocumentSeconds">Of the last two hundred documents.</param>
public sealed record WorkTime(
    int Documents,
    int Decisions,
    double Seconds,
    int Pauses,
    Spread? PerDocument,
    Spread? PerDecision,
    IReadOnlyList<double> DocumentSeconds
);

/// <summary>What somebody did, what was undone later included.</summary>
/// <param name="Annotated">Assertions, attributes, concepts and relations that they set or took away.</param>
/// <param name="Completed">Documents that they declared finished.</param>
public sealed record PersonWork(
    string Person,
    int Accepted,
    int Rejected,
    int Relabelled,
    int Resized,
    int Added,
    int Removed,
    int Annotated,
    int Intents,
    int Completed,
    WorkTime Time
);
