using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>A version that learnt from a snapshot of the project, with what the gate saw.</summary>
/// <param name="Documents">On the snapshot's training side.</param>
/// <param name="Corrections">Made on those documents before the snapshot.</param>
internal sealed record TrainedVersion(
    ModelStamp Model,
    ModelTask Task,
    ModelStamp? Parent,
    GateDecision? Gate,
    int Documents,
    int Corrections,
    DateTimeOffset Created
);

/// <summary>Held-out scores of the versions trained here against how much they had to learn from.</summary>
internal static class LearningCurve
{
    /// <param name="versions">Of one task, in the order of creation; those that never stood before the gate have no score to show.</param>
    public static IReadOnlyList<LearningPoint> Of(IEnumerable<TrainedVersion> versions)
    {
        var points = new List<LearningPoint>();
        foreach (var version in versions)
        {
            if (version.Gate is not { Project: { } corpus } gate)
            {
                continue;
            }

            int items = corpus.Labels.Sum(label => label.Support);
            if (points.Count == 0 && version.Parent is { } parent)
            {
                // Where the project began: the version in use had seen none of it, and was judged on the same documents.
                points.Add(
                    new LearningPoint(
                        parent,
                        0,
                        0,
                        corpus.Documents,
                        items,
                        ScoreIntervals.OfShare(corpus.Overall.Before, items),
                        null,
                        null,
                        version.Created
                    )
                );
            }

            points.Add(
                new LearningPoint(
                    version.Model,
                    version.Documents,
                    version.Corrections,
                    corpus.Documents,
                    items,
                    ScoreIntervals.OfShare(corpus.Overall.After, items),
                    corpus.Overall.Before,
                    gate.Passed,
                    version.Created
                )
            );
        }

        return points;
    }
}
