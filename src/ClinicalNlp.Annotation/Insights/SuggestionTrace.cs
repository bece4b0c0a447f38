using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Insights;

internal enum SuggestionOutcome
{
    Accepted,
    Relabelled,
    Resized,
    Rejected,
    Missed,
}

/// <param name="Label">The suggestion's own; of what was missed, that of the mention.</param>
/// <param name="At">Of the decision that stands.</param>
internal sealed record DecidedSuggestion(string Label, ModelStamp Model, SuggestionOutcome Outcome, DateTimeOffset At);

/// <summary>A finished document on which one version's suggestions can be judged.</summary>
internal sealed record ScoredDocument(ModelStamp Model, IReadOnlyDictionary<string, LabelScore> Labels)
{
    public int Items => Labels.Values.Sum(label => label.Support);

    /// <summary>Readings of one document together.</summary>
    public static ScoredDocument Sum(ModelStamp model, IEnumerable<ScoredDocument> readings) =>
        new(
            model,
            readings
                .SelectMany(reading => reading.Labels)
                .GroupBy(label => label.Key)
                .ToDictionary(label => label.Key, label => label.Select(one => one.Value).Aggregate((sum, one) => sum + one))
        );
}

/// <summary>Follows each suggestion of a document through the log: what a model had said and what people made of it.</summary>
internal sealed class SuggestionTrace
{
    private readonly DocumentLog log;
    private readonly ModelTask task;
    private readonly List<Followed> followed = [];
    private readonly DateTimeOffset? firstDecision;

    public SuggestionTrace(DocumentLog log, ModelTask task)
    {
        this.log = log;
        this.task = task;
        if (task == ModelTask.Entities)
        {
            FollowMentions();
        }
        else
        {
            FollowTurns();
        }

        firstDecision = log
            .Batches.Where(batch => batch.Changes.Any(change => IsTurn(change) == (task == ModelTask.Intents)))
            .Select(batch => (DateTimeOffset?)batch.At)
            .Min();
    }

    public IEnumerable<DecidedSuggestion> Decided() =>
        from item in followed
        where item.Outcome is not null && item.Model is not null
        select new DecidedSuggestion(
            item.Outcome == SuggestionOutcome.Missed ? item.Gold!.Value.Label : item.Suggested!.Value.Label,
            item.Model!,
            item.Outcome!.Value,
            item.At
        );

    /// <summary>Null unless the document is finished and one version alone had marked it, before people began.</summary>
    /// <param name="askable">Whether any version had a part in the finished document.</param>
    public ScoredDocument? Scored(out bool askable)
    {
        var versions = followed.Where(item => item.Suggested is not null).Select(item => item.Model!).ToHashSet();
        if (log.Asked.LastOrDefault(asked => asked.Task == task) is { } last)
        {
            versions.Add(last.Model);
        }

        askable = log.Done && versions.Count > 0;
        if (!askable || versions.Count > 1)
        {
            return null;
        }

        var version = versions.First();
        var asked = log.Asked.FirstOrDefault(item => item.Task == task && item.Model == version);
        if (asked is not null && firstDecision < asked.At)
        {
            return null; // what was decided before could not be suggested any more
        }

        var gold = followed.Where(item => item.Gold is not null).Select(item => item.Gold!.Value).ToHashSet();
        var suggested = followed.Where(item => item.Suggested is not null).Select(item => item.Suggested!.Value).ToHashSet();
        return new ScoredDocument(
            version,
            gold.Union(suggested)
                .GroupBy(item => item.Label)
                .ToDictionary(
                    label => label.Key,
                    label => new LabelScore(
                        label.Count(item => gold.Contains(item) && suggested.Contains(item)),
                        label.Count(item => !gold.Contains(item)),
                        label.Count(item => !suggested.Contains(item))
                    )
                )
        );
    }

    private void FollowMentions()
    {
        var present = log.Mentions.ToDictionary(mention => mention.Id);
        var traces = new Dictionary<string, (RecordedChange First, RecordedBatch Birth, RecordedChange Last, DateTimeOffset At)>();
        foreach (var batch in log.Batches)
        {
            foreach (var change in batch.Changes.Where(change => change.MentionId is not null))
            {
                traces[change.MentionId!] = traces.TryGetValue(change.MentionId!, out var known)
                    ? known with
                    {
                        Last = change,
                        At = batch.At,
                    }
                    : (change, batch, change, batch.At);
            }
        }

        foreach (var (id, (first, birth, last, at)) in traces)
        {
            if (log.Planted.Mentions.Contains(id))
            {
                continue;
            }

            var mention = present.GetValueOrDefault(id);
            (MentionPlace, string)? gold = mention is null or { State: MentionState.Suggested } ? null : (mention.Place, mention.Label);
            if (first.Model is null)
            {
                if (gold is { } added && !log.Planted.IsAt(added.Item1.Span))
                {
                    bool missed = birth.Kind != BatchKind.Import;
                    var model = missed ? AskedBefore(birth.At) : null;
                    followed.Add(new Followed(null, added, model, model is null ? null : SuggestionOutcome.Missed, at));
                }

                continue;
            }

            var suggested = (Place: first.FromPlace ?? first.Place!, Label: first.FromLabel ?? first.Label!);
            SuggestionOutcome? outcome =
                mention is { State: MentionState.Suggested } ? null
                : mention is not null
                    ? mention.Label != suggested.Label ? SuggestionOutcome.Relabelled
                        : !mention.Place.Equals(suggested.Place) ? SuggestionOutcome.Resized
                        : SuggestionOutcome.Accepted
                : last.Action is CorrectionAction.Reject or CorrectionAction.Remove ? SuggestionOutcome.Rejected
                : null; // put back to undecided, and since replaced by another model's answer
            if (outcome is not null)
            {
                followed.Add(new Followed(suggested, gold, first.Model, outcome, at));
            }
        }
    }

    /// <summary>A turn stands in the place of a span: it has one intent at most.</summary>
    private void FollowTurns()
    {
        foreach (var turn in log.Turns.Where(turn => !log.Planted.Turns.Contains(turn.Index)))
        {
            MentionPlace place = new TextSpan(turn.Index, turn.Index + 1);
            (MentionPlace, string)? gold = turn.Intent is null ? null : (place, turn.Intent);
            (MentionPlace, string)? suggested = turn.Suggested is null || turn.State is null ? null : (place, turn.Suggested);
            var decision = log.Batches.LastOrDefault(batch => batch.Changes.Any(change => IsTurn(change) && change.Turn == turn.Index));
            if (decision is null || (gold is null && suggested is null))
            {
                continue;
            }

            if (suggested is null)
            {
                var model = decision.Kind == BatchKind.Import ? null : AskedBefore(decision.At);
                followed.Add(new Followed(null, gold, model, model is null ? null : SuggestionOutcome.Missed, decision.At));
                continue;
            }

            SuggestionOutcome outcome = turn.State switch
            {
                IntentState.Accepted => SuggestionOutcome.Accepted,
                IntentState.Changed => SuggestionOutcome.Relabelled,
                _ => SuggestionOutcome.Rejected,
            };
            followed.Add(new Followed(suggested, gold, turn.Model, outcome, decision.At));
        }
    }

    private ModelStamp? AskedBefore(DateTimeOffset at) => log.Asked.LastOrDefault(asked => asked.Task == task && asked.At <= at)?.Model;

    private static bool IsTurn(RecordedChange change) => change.Turn is not null && change.MentionId is null;

    /// <param name="Suggested">What the model said; null when it said nothing.</param>
    /// <param name="Gold">What people left there; null when nothing.</param>
    /// <param name="Outcome">Null where no model had been asked.</param>
    private sealed record Followed(
        (MentionPlace Place, string Label)? Suggested,
        (MentionPlace Place, string Label)? Gold,
        ModelStamp? Model,
        SuggestionOutcome? Outcome,
        DateTimeOffset At
    );
}
