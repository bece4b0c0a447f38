using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The mentions of a document while a batch is applied: the rules of what a correction may do to them.</summary>
internal sealed class MentionChanges
{
    private readonly CheckedChange check;
    private readonly Func<string> newId;
    private readonly IEarlierChanges log;
    private readonly List<RecordedChange> changes;
    private readonly Dictionary<string, DocumentMention> mentions;
    private readonly Dictionary<(MentionPlace Place, string Label), string> byPlace;
    private readonly HashSet<string> touched = [];
    private readonly Dictionary<(TextSpan Span, string Label), bool> rejections = [];

    public MentionChanges(Document document, CheckedChange check, Func<string> newId, IEarlierChanges log, List<RecordedChange> changes)
    {
        (this.check, this.newId, this.log, this.changes) = (check, newId, log, changes);
        mentions = document.Mentions.ToDictionary(mention => mention.Id);
        byPlace = document.Mentions.ToDictionary(mention => (mention.Place, mention.Label), mention => mention.Id);
        Relations = new RelationChanges(document.Relations, mentions, check, newId, log, changes);
    }

    public RelationChanges Relations { get; }

    /// <summary>Ids whose row is out of date, whether the mention changed or went.</summary>
    public IReadOnlyCollection<string> Touched => touched;

    public IReadOnlyList<DocumentMention> Changed => [.. touched.Where(mentions.ContainsKey).Order().Select(id => mentions[id])];

    /// <summary>True: must not be suggested again; false: may be.</summary>
    public IReadOnlyDictionary<(TextSpan Span, string Label), bool> Rejections => rejections;

    public IEnumerable<DocumentMention> Suggested => mentions.Values.Where(mention => mention.State == MentionState.Suggested);

    /// <summary>In the order of the text.</summary>
    public List<DocumentMention> InOrder() =>
        [.. mentions.Values.OrderBy(mention => mention.Span).ThenBy(mention => mention.Label, StringComparer.Ordinal)];

    public DocumentMention Of(string? id, string where) =>
        id is not null && mentions.TryGetValue(id, out var mention)
            ? mention
            : throw new UnusableInputException("mention_not_found", $"{where}: the document has no such mention");

    public void Accept(DocumentMention mention, string where)
    {
        if (mention.State != MentionState.Suggested)
        {
            throw new UnusableInputException("already_decided", $"{where}: the mention is not a suggestion");
        }

        Decided(mention);
    }

    public void TakeAway(DocumentMention mention, CorrectionAction action)
    {
        mentions.Remove(mention.Id);
        byPlace.Remove((mention.Place, mention.Label));
        touched.Add(mention.Id);
        rejections[(mention.Span, mention.Label)] = true;
        Record(action, mention);
        Relations.TakeAlong(mention.Id);
    }

    public void Relabel(Change change, string where) =>
        Move(Of(change.MentionId, where), null, check.Label(change, where), CorrectionAction.Relabel, where);

    public void Resize(Change change, string where) =>
        Move(Of(change.MentionId, where), check.Place(change, where), null, CorrectionAction.Resize, where);

    /// <returns>The mention's id.</returns>
    public string Add(Change change, string where)
    {
        var place = check.Place(change, where);
        string label = check.Label(change, where);
        // Marking what the model had suggested is agreeing with it.
        if (Find(place, label) is { State: MentionState.Suggested } suggested)
        {
            Accept(suggested, where);
            Say(mentions[suggested.Id], change, where);
            return suggested.Id;
        }

        RefuseDuplicate(place, label, where);
        var added = new DocumentMention(newId(), place, label, MentionState.Added, null, null)
        {
            Details = check.Details(change, MentionDetails.None, label, where),
        };
        Keep(added);
        Record(CorrectionAction.Add, added);
        return added.Id;
    }

    public void Annotate(Change change, string where)
    {
        if (!Say(Decided(Of(change.MentionId, where)), change, where))
        {
            throw new UnusableInputException("no_changes", $"{where}: this is said of the mention already");
        }
    }

    /// <summary>The mention as it is after a person has built on it: no suggestion any more.</summary>
    public DocumentMention Decided(DocumentMention mention)
    {
        if (mention.State != MentionState.Suggested)
        {
            return mention;
        }

        var kept = mention with { State = MentionState.Accepted };
        Keep(kept);
        Record(CorrectionAction.Accept, mention);
        return kept;
    }

    /// <returns>False when nothing of it is new.</returns>
    public bool Say(DocumentMention mention, Change change, string where)
    {
        var details = check.Details(change, mention.Details, mention.Label, where);
        if (details == mention.Details)
        {
            return false;
        }

        var annotated = mention with { Details = details };
        Keep(annotated);
        changes.Add(
            new RecordedChange(CorrectionAction.Annotate, mention.Id, mention.Place, mention.Label, Model: mention.Model)
            {
                Details = details,
                FromDetails = mention.Details,
            }
        );
        return true;
    }

    /// <summary>Where a mention came from is read from the log, so that nobody can make a suggestion no model ever made.</summary>
    public void Restore(Change change, string where)
    {
        var (place, label) = (check.Place(change, where), check.Label(change, where));
        string id = change.MentionId ?? "";
        var present = mentions.GetValueOrDefault(id);
        var earlier = log.OfMention(id).ToList();
        if (earlier.Count == 0)
        {
            throw new UnusableInputException("mention_not_found", $"{where}: nothing was ever done to such a mention here");
        }

        var first = earlier[0];
        bool asSuggested = (first.FromPlace ?? first.Place)!.Equals(place) && check.Now((first.FromLabel ?? first.Label)!) == label;
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

        var before = present?.Details ?? earlier[^1].Details ?? MentionDetails.None;
        var restored = new DocumentMention(id, place, label, change.State!.Value, asSuggested ? first.Confidence : null, first.Model)
        {
            Details = check.Details(change, before, label, where),
        };
        if (restored == present)
        {
            throw new UnusableInputException("no_changes", $"{where}: the mention is so already");
        }

        if (Find(place, label) is { } other && other.Id != id)
        {
            throw new UnusableInputException("duplicate_mention", $"{where}: the same span carries the same label already");
        }

        Keep(restored);
        changes.Add(
            new RecordedChange(
                CorrectionAction.Restore,
                id,
                place,
                label,
                FromPlace: present?.Place,
                FromLabel: present?.Label,
                Confidence: restored.Confidence,
                Model: first.Model
            )
            {
                Details = NullIfNone(restored.Details),
                FromDetails = NullIfNone(present?.Details),
            }
        );
        Relations.TakeDisallowed(id);
        Relations.BringBack(id);
    }

    private void Move(DocumentMention mention, MentionPlace? place, string? label, CorrectionAction action, string where)
    {
        var moved = mention with
        {
            Place = place ?? mention.Place,
            Label = label ?? mention.Label,
            State = mention.State == MentionState.Suggested ? MentionState.Accepted : mention.State,
            // The probability was that of the model's own span and label.
            Confidence = null,
        };
        if (moved.Place.Equals(mention.Place) && moved.Label == mention.Label)
        {
            throw new UnusableInputException("no_changes", $"{where}: the mention is so already");
        }

        RefuseDuplicate(moved.Place, moved.Label, where);
        rejections[(mention.Span, mention.Label)] = true;
        Keep(moved);
        changes.Add(
            new RecordedChange(
                action,
                mention.Id,
                moved.Place,
                moved.Label,
                FromPlace: place is null ? null : mention.Place,
                FromLabel: label is null ? null : mention.Label,
                Confidence: mention.Confidence,
                Model: mention.Model
            )
            {
                Details = NullIfNone(moved.Details),
            }
        );
        Relations.TakeDisallowed(mention.Id);
    }

    private void Keep(DocumentMention mention)
    {
        if (mentions.TryGetValue(mention.Id, out var before))
        {
            byPlace.Remove((before.Place, before.Label));
        }

        byPlace[(mention.Place, mention.Label)] = mention.Id;
        mentions[mention.Id] = mention;
        touched.Add(mention.Id);
        rejections[(mention.Span, mention.Label)] = false;
    }

    private void Record(CorrectionAction action, DocumentMention mention) =>
        changes.Add(
            new RecordedChange(action, mention.Id, mention.Place, mention.Label, Confidence: mention.Confidence, Model: mention.Model)
            {
                Details = NullIfNone(mention.Details),
            }
        );

    private static MentionDetails? NullIfNone(MentionDetails? details) => details is { IsNone: false } ? details : null;

    private DocumentMention? Find(MentionPlace place, string label) =>
        byPlace.TryGetValue((place, label), out string? id) ? mentions[id] : null;

    private void RefuseDuplicate(MentionPlace place, string label, string where)
    {
        if (Find(place, label) is not null)
        {
            throw new UnusableInputException("duplicate_mention", $"{where}: the same span carries the same label already");
        }
    }
}
