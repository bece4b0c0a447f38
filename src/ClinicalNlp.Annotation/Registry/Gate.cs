using System.Globalization;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>How one version did on one set of held-out documents.</summary>
/// <param name="Overall">Micro F1 of entities, accuracy of intents; in [0, 1].</param>
public sealed record HeldOutScore(string Name, int Documents, double Overall, IReadOnlyDictionary<string, LabelScore> Labels);

/// <param name="Project">On the held-out side of the snapshot.</param>
/// <param name="Own">On the held-out documents that came with the program; null when there are none.</param>
public sealed record HeldOutScores(HeldOutScore Project, HeldOutScore? Own);

/// <summary>Of the version in use and of the candidate.</summary>
public sealed record BeforeAfter(double Before, double After);

/// <param name="Before">F1 of the version in use.</param>
/// <param name="After">F1 of the candidate.</param>
/// <param name="Support">Gold items of the label.</param>
/// <param name="Allowed">The loss that is let pass; null when there are too few gold items to decide anything.</param>
/// <param name="Lost">The loss is larger than that.</param>
public sealed record GateLabel(string Label, double Before, double After, int Support, double? Allowed, bool Lost);

/// <summary>Both versions on one held-out corpus, over all labels and by label.</summary>
public sealed record GateCorpus(string Name, int Documents, BeforeAfter Overall, IReadOnlyList<GateLabel> Labels);

/// <summary>What the gate saw and what it decided; stored whole with the version.</summary>
/// <param name="Reasons">Why it was refused, by label; empty when it passed.</param>
/// <param name="Overall">On the project's held-out documents.</param>
/// <param name="Labels">On the project's held-out documents.</param>
/// <param name="Own">On the held-out documents that came with the program.</param>
public sealed record GateDecision(
    bool Passed,
    IReadOnlyList<string> Reasons,
    BeforeAfter Overall,
    IReadOnlyList<GateLabel> Labels,
    GateCorpus Project,
    GateCorpus? Own
);

/// <summary>Lets a candidate through when it gains on the project's held-out documents and loses nothing that matters.</summary>
public static class Gate
{
    /// <summary>F1 that a label may lose beyond its sampling error. Two points are what a reader of suggestions does not notice.</summary>
    public const double LabelMargin = 0.02;

    /// <summary>Labels with fewer gold items are shown and decide nothing: below this one item moves F1 by five points.</summary>
    public const int MinimumSupport = 20;

    /// <summary>One-sided 95 percent: a loss that chance explains is none. With a dozen labels judged at once, one standard error refused every third good candidate.</summary>
    private const double Confidence = 1.645;

    /// <param name="ownMargin">What the score over all labels of our own held-out documents may lose.</param>
    public static GateDecision Decide(HeldOutScores before, HeldOutScores after, double ownMargin)
    {
        var project = Compare(before.Project, after.Project);
        var own = before.Own is { } ownBefore && after.Own is { } ownAfter ? Compare(ownBefore, ownAfter) : null;
        var reasons = new List<string>();
        if (project.Overall.After <= project.Overall.Before)
        {
            reasons.Add($"{project.Name}: overall {Points(project.Overall.Before)} before, {Points(project.Overall.After)} after: no gain");
        }

        if (own is not null && own.Overall.Before - own.Overall.After > ownMargin)
        {
            reasons.Add(
                $"{own.Name}: overall {Points(own.Overall.Before)} before, {Points(own.Overall.After)} after:"
                    + $" more than {Points(ownMargin)} lost"
            );
        }

        foreach (var corpus in own is null ? new[] { project } : [project, own])
        {
            reasons.AddRange(
                corpus
                    .Labels.Where(label => label.Lost)
                    .Select(label =>
                        $"{corpus.Name}: {label.Label} {Points(label.Before)} before, {Points(label.After)} after"
                        + $" ({label.Support} gold): more than {Points(label.Allowed!.Value)} lost"
                    )
            );
        }

        return new GateDecision(reasons.Count == 0, reasons, project.Overall, project.Labels, project, own);
    }

    private static GateCorpus Compare(HeldOutScore before, HeldOutScore after)
    {
        var none = new LabelScore(0, 0, 0);
        var labels = before
            .Labels.Keys.Union(after.Labels.Keys)
            .Order(StringComparer.Ordinal)
            .Select(label => Compare(label, before.Labels.GetValueOrDefault(label, none), after.Labels.GetValueOrDefault(label, none)));
        return new GateCorpus(before.Name, before.Documents, new BeforeAfter(before.Overall, after.Overall), [.. labels]);
    }

    private static GateLabel Compare(string label, LabelScore before, LabelScore after)
    {
        int support = Math.Max(before.Support, after.Support);
        double? allowed = support < MinimumSupport ? null : LabelMargin + Confidence * SamplingError(before.F1, support);
        return new GateLabel(label, before.F1, after.F1, support, allowed, Lost: before.F1 - after.F1 > allowed);
    }

    /// <summary>
    /// One standard error of a proportion on so many items, with one success and one failure added (Agresti and Coull 1998) so that a
    /// perfect score has one too. Without it any label of a small held-out set would refuse good candidates by chance.
    /// </summary>
    private static double SamplingError(double score, int support)
    {
        double proportion = (score * support + 1) / (support + 2);
        return Math.Sqrt(proportion * (1 - proportion) / (support + 2));
    }

    private static string Points(double score) => (score * 100).ToString("0.0", CultureInfo.InvariantCulture);
}
