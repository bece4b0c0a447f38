using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>A document while a batch is applied to it: the rules of what a correction may do. Knows no SQL.</summary>
/// <param name="firstRecord">The oldest line of the log about a mention; null when there is none.</param>
internal sealed class DocumentState(
    Document document,
    IReadOnlySet<string> labels,
    IReadOnlySet<string> intents,
    Func<string> newId,
    Func<string, RecordedChange?> firstRecord
)
{
    private readonly Dictionary<string, DocumentMention> mentions = document.Mentions.ToDictionary(mention => mention.Id);
    private readonly DocumentTurn[] turns = [.. document.Turns];
    private readonly HashSet<string> touchedMentions = [];
    private readonly HashSet<int> touchedTurns = [];
    private readonly Dictionary<(TextSpan Span, string Label), bool> rejections = [];

    public List<RecordedChange> Changes { get; } = [];

    /// <summary>Ids whose row is out of date, whether the mention changed or went.</summary>
    public IReadOnlyCollection<string> TouchedMentions => touchedMentions;

    public IReadOnlyList<DocumentMention> ChangedMentions =>
        [.. touchedMentions.Where(mentions.ContainsKey).Order().Select(id => mentions[id])];

    public IReadOnlyList<DocumentTurn> ChangedTurns => [.. touchedTurns.Order().Select(index => turns[index])];

    /// <summary>True: must not be suggested again; false: may be.</summary>
    public IReadOnlyDictionary<(TextSpan Span, string Label), bool> Rejections => rejections;

    public bool HasOpenSuggestions =>
        mentions.Values.Any(mention => mention.State == MentionState.Suggested) || turns.Any(IsUndecidedSuggestion);

    /// <param name="where">Starts the reason of a refusal, for example "change 3".</param>
    /// <exception cref="UnusableInputException">The change cannot be made; the codes are those of <see cref="CorrectionStore"/>.</exception>
    public void Apply(Change change, string where)
    {
        switch (change.Action)
        {
            case CorrectionAction.Accept when change.MentionId is null && change.Turn is not null:
            case CorrectionAction.Reject when change.MentionId is null && change.Turn is not null:
                DecideTurn(TurnAt(change.Turn, where), change.Action, where);
                break;
            case CorrectionAction.Accept:
                Accept(MentionOf(change, where), where);
                break;
            case CorrectionAction.Reject:
                TakeAway(MentionOf(change, where), CorrectionAction.Reject);
                break;
            case CorrectionAction.Remove:
                TakeAway(MentionOf(change, where), CorrectionAction.Remove);
                break;
            case CorrectionAction.Relabel:
                Move(MentionOf(change, where), null, LabelOf(change, where), CorrectionAction.Relabel, where);
                break;
            case CorrectionAction.Resize:
                Move(MentionOf(change, where), SpanOf(change, where), null, CorrectionAction.Resize, where);
                break;
            case CorrectionAction.Add:
                Add(SpanOf(change, where), LabelOf(change, where), where);
                break;
            case CorrectionAction.Intent:
                SetIntent(TurnAt(change.Turn, where), change.Intent, where);
                break;
            case CorrectionAction.Restore:
                Restore(change, SpanOf(change, where), LabelOf(change, where), where);
                break;
            default:
                throw new UnusableInputException("unknown_action", $"{where}: an action that does not exist");
        }
    }

    /// <summary>Turns the difference between what is there and a whole new set into changes.</summary>
    public void ReplaceMentions(IReadOnlyList<NewSpan> spans)
    {
        var wanted = new Dictionary<(TextSpan Span, string Label), int>();
        foreach (var (index, span) in spans.Index())
        {
            string where = $"span {index + 1}";
            var change = new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Text: span.Text, Label: span.Label);
            if (!wanted.TryAdd((SpanOf(change, where), LabelOf(change, where)), index))
            {
                throw new UnusableInputException("duplicate_mention", $"{where}: the same span with the same label is given twice");
            }
        }

        foreach (
            var mention in mentions
                .Values.OrderBy(mention => mention.Span)
                .ThenBy(mention => mention.Label, StringComparer.Ordinal)
                .ToList()
        )
        {
            bool kept = wanted.Remove((mention.Span, mention.Label));
            if (mention.State == MentionState.Suggested)
            {
                if (kept)
                {
                    Accept(mention, "replacement");
                }
                else
                {
                    TakeAway(mention, CorrectionAction.Reject);
                }
            }
            else if (!kept)
            {
                TakeAway(mention, CorrectionAction.Remove);
            }
        }

        foreach (var ((span, label), index) in wanted.OrderBy(pair => pair.Key.Span))
        {
            Add(span, label, $"span {index + 1}");
        }
    }

    public void ReplaceIntents(IReadOnlyList<TurnIntent> wanted)
    {
        var byTurn = new Dictionary<int, string>();
        foreach (var (index, item) in wanted.Index())
        {
            var turn = TurnAt(item.Turn, $"intent {index + 1}");
            if (!byTurn.TryAdd(turn.Index, item.Intent))
            {
                throw new UnusableInputException("duplicate_turn", $"intent {index + 1}: the turn has an intent already");
            }
        }

        foreach (var turn in turns.ToList())
        {
            string? intent = byTurn.GetValueOrDefault(turn.Index);
            if (intent is null && IsUndecidedSuggestion(turn))
            {
                DecideTurn(turn, CorrectionAction.Reject, "replacement");
            }
            else if (intent != turn.Intent)
            {
                SetIntent(turn, intent, $"turn {turn.Index + 1}");
            }
        }
    }

    public void DecideAll(bool accept)
    {
        var action = accept ? CorrectionAction.Accept : CorrectionAction.Reject;
        foreach (
            var mention in mentions
                .Values.Where(mention => mention.State == MentionState.Suggested)
                .OrderBy(mention => mention.Span)
                .ToList()
        )
        {
            if (accept)
            {
                Accept(mention, "complete");
            }
            else
            {
                TakeAway(mention, action);
            }
        }

        foreach (var turn in turns.Where(IsUndecidedSuggestion).ToList())
        {
            DecideTurn(turn, action, "complete");
        }
    }

    private static bool IsUndecidedSuggestion(DocumentTurn turn) => turn.State is null && turn.Suggestion is not null;

    private void Accept(DocumentMention mention, string where)
    {
        if (mention.State != MentionState.Suggested)
        {
            throw new UnusableInputException("already_decided", $"{where}: the mention is not a suggestion");
        }

        Keep(mention with { State = MentionState.Accepted });
        Record(CorrectionAction.Accept, mention);
    }

    private void TakeAway(DocumentMention mention, CorrectionAction action)
    {
        mentions.Remove(mention.Id);
        touchedMentions.Add(mention.Id);
        rejections[(mention.Span, mention.Label)] = true;
        Record(action, mention);
    }

    private void Move(DocumentMention mention, TextSpan? span, string? label, CorrectionAction action, string where)
    {
        var moved = mention with
        {
            Span = span ?? mention.Span,
            Label = label ?? mention.Label,
            State = mention.State == MentionState.Suggested ? MentionState.Accepted : mention.State,
            // The probability was that of the model's own span and label.
            Confidence = null,
        };
        if (moved.Span == mention.Span && moved.Label == mention.Label)
        {
            throw new UnusableInputException("no_changes", $"{where}: the mention is so already");
        }

        RefuseDuplicate(moved.Span, moved.Label, where);
        rejections[(mention.Span, mention.Label)] = true;
        Keep(moved);
        Changes.Add(
            new RecordedChange(
                action,
                mention.Id,
                moved.Span,
                moved.Label,
                FromSpan: span is null ? null : mention.Span,
                FromLabel: label is null ? null : mention.Label,
                Confidence: mention.Confidence,
                Model: mention.Model
            )
        );
    }

    private void Add(TextSpan span, string label, string where)
    {
        // Marking what the model had suggested is agreeing with it.
        if (Find(span, label) is { State: MentionState.Suggested } suggested)
        {
            Accept(suggested, where);
            return;
        }

        RefuseDuplicate(span, label, where);
        var added = new DocumentMention(newId(), span, label, MentionState.Added, null, null);
        Keep(added);
        Record(CorrectionAction.Add, added);
    }

    /// <summary>Where a mention came from is read from the log, so that nobody can make a suggestion no model ever made.</summary>
    private void Restore(Change change, TextSpan span, string label, string where)
    {
        string id = change.MentionId ?? "";
        var present = mentions.GetValueOrDefault(id);
        var first = firstRecord(id) ?? Changes.Find(record => record.MentionId == id);
        if (first is null)
        {
            throw new UnusableInputException("mention_not_found", $"{where}: nothing was ever done to such a mention here");
        }

        bool asSuggested = (first.FromSpan ?? first.Span) == span && (first.FromLabel ?? first.Label) == label;
        bool possible = change.State switch
        {
            MentionState.Suggested => first.Model is not null && asSuggested,
            MentionState.Accepted => first.Model is not null,
            MentionState.Added => first.Model is null,
            _ => false,
        };
        if (!possible)
        {
            throw new UnusableInputException("never_so", $"{where}: the mention never had this state with this span and label");
        }

        var restored = new DocumentMention(id, span, label, change.State!.Value, asSuggested ? first.Confidence : null, first.Model);
        if (restored == present)
        {
            throw new UnusableInputException("no_changes", $"{where}: the mention is so already");
        }

        if (Find(span, label) is { } other && other.Id != id)
        {
            throw new UnusableInputException("duplicate_mention", $"{where}: the same span carries the same label already");
        }

        Keep(restored);
        Changes.Add(
            new RecordedChange(
                CorrectionAction.Restore,
                id,
                span,
                label,
                FromSpan: present?.Span,
                FromLabel: present?.Label,
                Confidence: restored.Confidence,
                Model: first.Model
            )
        );
    }

    private void DecideTurn(DocumentTurn turn, CorrectionAction action, string where)
    {
        if (!IsUndecidedSuggestion(turn))
        {
            throw new UnusableInputException("already_decided", $"{where}: the turn has no open suggestion");
        }

        bool accept = action == CorrectionAction.Accept;
        if (accept)
        {
            CheckIntent(turn.Suggestion!.Intent, where);
        }

        SetTurn(
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
            CheckIntent(intent, where);
        }

        IntentState? state =
            intent is null ? null
            : intent == turn.Suggestion?.Intent ? IntentState.Accepted
            : IntentState.Changed;
        SetTurn(turn with { Intent = intent, State = state }, turn, CorrectionAction.Intent);
    }

    private void SetTurn(DocumentTurn turn, DocumentTurn before, CorrectionAction action)
    {
        turns[turn.Index] = turn;
        touchedTurns.Add(turn.Index);
        Changes.Add(
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

    private void CheckIntent(string intent, string where)
    {
        if (!intents.Contains(intent))
        {
            throw new UnusableInputException("label_not_in_schema", $"{where}: the project has no intent of this name");
        }
    }

    private void Keep(DocumentMention mention)
    {
        mentions[mention.Id] = mention;
        touchedMentions.Add(mention.Id);
        rejections[(mention.Span, mention.Label)] = false;
    }

    private void Record(CorrectionAction action, DocumentMention mention) =>
        Changes.Add(
            new RecordedChange(action, mention.Id, mention.Span, mention.Label, Confidence: mention.Confidence, Model: mention.Model)
        );

    private DocumentMention? Find(TextSpan span, string label) =>
        mentions.Values.FirstOrDefault(mention => mention.Span == span && mention.Label == label);

    private void RefuseDuplicate(TextSpan span, string label, string where)
    {
        if (Find(span, label) is not null)
        {
            throw new UnusableInputException("duplicate_mention", $"{where}: the same span carries the same label already");
        }
    }

    private DocumentMention MentionOf(Change change, string where) =>
        change.MentionId is { } id && mentions.TryGetValue(id, out var mention)
            ? mention
            : throw new UnusableInputException("mention_not_found", $"{where}: the document has no such mention");

    private DocumentTurn TurnAt(int? index, string where) =>
        index is { } at && at >= 0 && at < turns.Length
            ? turns[at]
            : throw new UnusableInputException("turn_not_found", $"{where}: the document has no such turn");

    private string LabelOf(Change change, string where) =>
        change.Label is { } label && labels.Contains(label)
            ? label
            : throw new UnusableInputException("label_not_in_schema", $"{where}: the project has no label of this name");

    private TextSpan SpanOf(Change change, string where)
    {
        string text = document.Text;
        if (change.Start is not { } start || change.End is not { } end || start < 0 || end <= start || end > text.Length)
        {
            throw new UnusableInputException(
                "span_out_of_range",
                $"{where}: the span must lie in the text, which has {text.Length} UTF-16 code units, and must not be empty"
            );
        }

        if (SplitsPair(text, start) || SplitsPair(text, end))
        {
            throw new UnusableInputException("span_out_of_range", $"{where}: the span begins or ends inside a character");
        }

        var span = new TextSpan(start, end);
        if (change.Text is not null && !span.Slice(text).SequenceEqual(change.Text))
        {
            throw new UnusableInputException("span_off_surface", $"{where}: the text under the span is not the text that was given");
        }

        return span;
    }

    private static bool SplitsPair(string text, int offset) =>
        offset > 0 && offset < text.Length && char.IsHighSurrogate(text[offset - 1]) && char.IsLowSurrogate(text[offset]);
}
