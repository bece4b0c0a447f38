using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The turns of a dialogue while a batch is applied: what becomes of their intents.</summary>
internal sealed class TurnChanges(IReadOnlyList<DocumentTurn> before, CheckedChange check, List<RecordedChange> changes)
{
    private readonly DocumentTurn[] turns = [.. before];
    private readonly HashSet<int> touched = [];

    public IReadOnlyList<DocumentTurn> Changed => [.. touched.Order().Select(index => turns[index])];

    public bool HasOpenSuggestions => turns.Any(IsOpen);

    public void Decide(int? turn, CorrectionAction action, string where) => Decide(At(turn, where), action, where);

    public void SetIntent(int? turn, string? intent, string where) => SetIntent(At(turn, where), intent, where);

    public void Replace(IReadOnlyList<TurnIntent> wanted)
    {
        var byTurn = new Dictionary<int, string>();
        foreach (var (index, item) in wanted.Index())
        {
            var turn = At(item.Turn, $"intent {index + 1}");
            if (!byTurn.TryAdd(turn.Index, item.Intent))
            {
                throw new UnusableInputException("duplicate_turn", $"intent {index + 1}: the turn has an intent already");
            }
        }

        foreach (var turn in turns.ToList())
        {
            string? intent = byTurn.GetValueOrDefault(turn.Index);
            if (intent is null && IsOpen(turn))
            {
                Decide(turn, CorrectionAction.Reject, "replacement");
            }
            else if (intent != turn.Intent)
            {
                SetIntent(turn, intent, $"turn {turn.Index + 1}");
            }
        }
    }

    public void DecideAll(CorrectionAction action)
    {
        foreach (var turn in turns.Where(IsOpen).ToList())
        {
            Decide(turn, action, "complete");
        }
    }

    private static bool IsOpen(DocumentTurn turn) => turn.State is null && turn.Suggestion is not null;

    private void Decide(DocumentTurn turn, CorrectionAction action, string where)
    {
        if (!IsOpen(turn))
        {
            throw new UnusableInputException("already_decided", $"{where}: the turn has no open suggestion");
        }

        bool accept = action == CorrectionAction.Accept;
        if (accept)
        {
            check.Intent(turn.Suggestion!.Intent, where);
        }

        Set(
            turn with
            {
                Intent = accept ? turn.Suggestion!.Intent : null,
                State = accept ? IntentState.Accepted : IntentState.Rejected,
            },
            turn,
            action
        );
    }

    private void SetIntent(DocumentTurn turn, string? intent, string where)
    {
        if (intent is not null)
        {
            check.Intent(intent, where);
        }

        IntentState? state =
            intent is null ? null
            : intent == turn.Suggestion?.Intent ? IntentState.Accepted
            : IntentState.Changed;
        Set(turn with { Intent = intent, State = state }, turn, CorrectionAction.Intent);
    }

    private void Set(DocumentTurn turn, DocumentTurn before, CorrectionAction action)
    {
        turns[turn.Index] = turn;
        touched.Add(turn.Index);
        changes.Add(
            new RecordedChange(
                action,
                Turn: turn.Index,
                Intent: turn.Intent ?? (action == CorrectionAction.Reject ? turn.Suggestion?.Intent : null),
                FromIntent: before.Intent,
                Confidence: before.Suggestion?.Confidence,
                Model: before.Suggestion?.Model
            )
        );
    }

    private DocumentTurn At(int? index, string where) =>
        index is { } at && at >= 0 && at < turns.Length
            ? turns[at]
            : throw new UnusableInputException("turn_not_found", $"{where}: the document has no such turn");
}
