using ClinicalNlp.Annotation.Corrections;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>Derives from the times of saves how long people worked on what they saved.</summary>
/// <remarks>
/// The time of a save is that since the same person's save before it, on whichever document: reading the next document begins when the
/// last one was finished. What is longer than <see cref="LongestGap"/> is a pause, and so is what came before the first save.
/// </remarks>
internal static class WorkTimes
{
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(5);

    /// <summary>Dots enough for a picture.</summary>
    private const int DocumentsListed = 200;

    /// <returns>Of everybody together, and by person in the order of names.</returns>
    public static (WorkTime All, IReadOnlyList<PersonWork> People) Of(IReadOnlyList<DocumentLog> documents)
    {
        var finished = documents.Where(document => document.Done).Select(document => document.Id).ToHashSet();
        var saves =
            from document in documents
            from batch in document.Batches
            where batch.Kind != BatchKind.Import
            select new Save(document.Id, batch);
        var people = saves
            .GroupBy(save => save.Batch.By)
            .OrderBy(person => person.Key, StringComparer.Ordinal)
            .Select(person => (person.Key, Work: Measure(person, finished), Saves: person.ToList()))
            .ToList();
        return (
            Sum(people.Select(person => person.Work)),
            [.. people.Select(person => Count(person.Key, person.Saves, Sum([person.Work])))]
        );
    }

    private static Measured Measure(IEnumerable<Save> saves, HashSet<string> finished)
    {
        var measured = new Measured([], [], 0, 0, 0);
        var perDocument = new Dictionary<string, (double Seconds, DateTimeOffset Last)>();
        DateTimeOffset? before = null;
        foreach (var (document, batch) in saves.OrderBy(save => save.Batch.At).ThenBy(save => save.Batch.Revision))
        {
            var gap = batch.At - before;
            before = batch.At;
            if (gap is not { } worked)
            {
                continue;
            }

            if (worked > LongestGap)
            {
                measured = measured with { Pauses = measured.Pauses + 1 };
                continue;
            }

            double seconds = worked.TotalSeconds;
            int decisions = batch.Changes.Count;
            if (decisions > 0)
            {
                measured.PerDecision.AddRange(Enumerable.Repeat(seconds / decisions, decisions));
            }

            measured = measured with { Seconds = measured.Seconds + seconds, Decisions = measured.Decisions + decisions };
            perDocument[document] = (perDocument.GetValueOrDefault(document).Seconds + seconds, batch.At);
        }

        measured.PerDocument.AddRange(perDocument.Where(pair => finished.Contains(pair.Key)).Select(pair => pair.Value));
        return measured;
    }

    private static WorkTime Sum(IEnumerable<Measured> parts)
    {
        var all = parts.ToList();
        var documents = all.SelectMany(part => part.PerDocument)
            .OrderBy(document => document.Last)
            .Select(document => document.Seconds)
            .ToList();
        return new WorkTime(
            documents.Count,
            all.Sum(part => part.Decisions),
            all.Sum(part => part.Seconds),
            all.Sum(part => part.Pauses),
            SpreadOf(documents),
            SpreadOf(all.SelectMany(part => part.PerDecision)),
            [.. documents.TakeLast(DocumentsListed)]
        );
    }

    internal static Spread? SpreadOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : new Spread(sorted[0], At(0.25), At(0.5), At(0.75), sorted[^1]);

        double At(double share)
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place;
            int above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    private static PersonWork Count(string person, IReadOnlyList<Save> saves, WorkTime time)
    {
        var actions = saves.SelectMany(save => save.Batch.Changes).CountBy(change => change.Action).ToDictionary();
        return new PersonWork(
            person,
            actions.GetValueOrDefault(CorrectionAction.Accept),
            actions.GetValueOrDefault(CorrectionAction.Reject),
            actions.GetValueOrDefault(CorrectionAction.Relabel),
            actions.GetValueOrDefault(CorrectionAction.Resize),
            actions.GetValueOrDefault(CorrectionAction.Add),
            actions.GetValueOrDefault(CorrectionAction.Remove),
            actions.GetValueOrDefault(CorrectionAction.Annotate)
                + actions.GetValueOrDefault(CorrectionAction.Relate)
                + actions.GetValueOrDefault(CorrectionAction.Unrelate),
            actions.GetValueOrDefault(CorrectionAction.Intent),
            saves.Where(save => save.Batch.Kind == BatchKind.Complete).DistinctBy(save => save.Document).Count(),
            time
        );
    }

    private sealed record Save(string Document, RecordedBatch Batch);

    /// <param name="PerDocument">Seconds, and when it was last saved.</param>
    private sealed record Measured(
        List<(double Seconds, DateTimeOffset Last)> PerDocument,
        List<double> PerDecision,
        int Decisions,
        double Seconds,
        int Pauses
    );
}
