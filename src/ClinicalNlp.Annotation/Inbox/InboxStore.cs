using System.Globalization;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>The utterances of a project's transcripts in the order in which they are best decided.</summary>
/// <remarks>Every question names who asks where that is an annotator: what they read blindly is left out. Null leaves out nothing.</remarks>
public sealed class InboxStore(AnnotationDatabase database)
{
    private const int TurnsBefore = 3;
    private const int TurnsAfter = 2;

    /// <summary>Below this a suggestion is a guess, and its utterance may be of an intent that nobody has named.</summary>
    private const double Unsure = 0.5;

    private const int ShownOfProposal = 50;

    private readonly InboxTranscripts transcripts = new();

    /// <param name="after">The cursor of the page before: goes on behind it, also when that utterance has been decided meanwhile.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    /// <exception cref="UnusableInputException"><c>invalid_value</c>: no cursor of this list.</exception>
    public InboxPage List(string projectId, InboxQuery query, int limit = 50, string? after = null, string? blind = null)
    {
        limit = Page<InboxUtterance>.Bound(limit);
        var all = All(projectId, blind);
        var wanted = all.Where(item => Fits(item, query)).ToList();
        if (query.Grouped)
        {
            wanted = [.. wanted.DistinctBy(item => item.Group)];
        }

        int total = wanted.Count;
        if (after is not null)
        {
            var cursor = ReadCursor(after);
            wanted = [.. wanted.Where(item => IsBehind(item, cursor))];
        }

        var items = wanted.Take(limit).ToList();
        return new InboxPage(
            items.ConvertAll(item => item.Describe()),
            wanted.Count > limit ? CursorOf(items[^1]) : null,
            total,
            all.Count(item => item.Turn.State is null),
            all.Count(item => item.Turn.State is not null),
            all.Count(item => item is { Turn.State: null, IsUrgent: true }),
            Count(all)
        );
    }

    /// <summary>Transcripts on which every utterance is decided, to be marked as done.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Page<ReadyTranscript> Ready(string projectId, int limit = 100, string? after = null, string? blind = null)
    {
        limit = Page<ReadyTranscript>.Bound(limit);
        var ready = Transcripts(All(projectId, blind))
            .Where(IsReady)
            .Select(item => new ReadyTranscript(
                item.Transcript.Id,
                item.Transcript.ExternalId,
                item.Transcript.Revision,
                item.Utterances.Count
            ))
            .Where(transcript => after is null || string.CompareOrdinal(transcript.DocumentId, after) > 0)
            .OrderBy(transcript => transcript.DocumentId, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return Page<ReadyTranscript>.Of(ready, limit, transcript => transcript.DocumentId);
    }

    private static TranscriptCounts Count(List<Ranked> all)
    {
        var byTranscript = Transcripts(all).ToList();
        int done = byTranscript.Count(item => item.Transcript.Status == DocumentStatus.Done);
        int ready = byTranscript.Count(IsReady);
        return new TranscriptCounts(byTranscript.Count - done - ready, ready, done);
    }

    private static IEnumerable<(InboxTranscript Transcript, List<Ranked> Utterances)> Transcripts(List<Ranked> all) =>
        all.GroupBy(item => item.Transcript.Id).Select(turns => (turns.First().Transcript, turns.ToList()));

    private static bool IsReady((InboxTranscript Transcript, List<Ranked> Utterances) item) =>
        item.Transcript.Status != DocumentStatus.Done && item.Utterances.TrueForAll(utterance => utterance.Turn.State is not null);

    /// <summary>The utterances in nearly the same words, this one first.</summary>
    /// <exception cref="RecordNotFoundException">No such project, or no such utterance in it.</exception>
    public IReadOnlyList<InboxUtterance> Similar(string projectId, UtterancePlace place, string? blind = null)
    {
        var all = All(projectId, blind);
        var asked = all.Find(item => item.Place == place) ?? throw new RecordNotFoundException("utterance", place.ToString());
        return [asked.Describe(), .. all.Where(item => item.Group == asked.Group && item != asked).Select(item => item.Describe())];
    }

    /// <summary>Decisions beside the suggestions that they were made on.</summary>
    public Confusion Confusion(string projectId, string? blind = null)
    {
        var decided = All(projectId, blind)
            .Select(item => item.Turn)
            .Where(turn => turn is { State: not null, Suggestion: not null })
            .Select(turn => (Decided: turn.Intent, Suggested: turn.Suggestion!.Intent))
            .ToList();
        return new Confusion(
            decided.Count,
            decided.Count(pair => pair.Decided == pair.Suggested),
            [
                .. decided
                    .GroupBy(pair => pair)
                    .Select(pairs => new ConfusionCell(pairs.Key.Decided, pairs.Key.Suggested, pairs.Count()))
                    .OrderBy(cell => cell.Decided, StringComparer.Ordinal)
                    .ThenBy(cell => cell.Suggested, StringComparer.Ordinal),
            ]
        );
    }

    /// <summary>Clusters of utterances that are out of scope or that the model is unsure of: each may be an intent that nobody has named.</summary>
    /// <param name="intent">Clusters the utterances decided as this intent instead: the parts into which it may be split.</param>
    public IReadOnlyList<IntentProposal> Proposals(string projectId, string? intent = null, int smallest = 3, string? blind = null)
    {
        var asked = All(projectId, blind)
            .Where(item => intent is null ? IsUnnamed(item.Turn) : item.Turn.Intent == intent)
            .OrderBy(item => item.Place)
            .ToList();
        return
        [
            .. UtteranceClusters
                .Find([.. asked.Select(item => item.Turn.Text)], smallest)
                .Select(cluster => new IntentProposal(
                    cluster.Words,
                    cluster.Members.Count,
                    [.. cluster.Members.Take(ShownOfProposal).Select(member => asked[member].Describe())]
                )),
        ];
    }

    private static bool IsUnnamed(DocumentTurn turn) =>
        turn.State switch
        {
            null => turn.Suggestion is null || turn.Suggestion.Intent == IntentPrediction.OutOfScope || turn.Suggestion.Confidence < Unsure,
            IntentState.Rejected => true,
            _ => turn.Intent == IntentPrediction.OutOfScope,
        };

    /// <summary>Everything, in order.</summary>
    private List<Ranked> All(string projectId, string? blind)
    {
        var (loaded, hidden) = database.Read(connection =>
            (transcripts.Load(connection, projectId), BlindSourceStore.Of(connection, projectId, blind))
        );
        var turns = loaded
            .Where(item => !hidden.Contains(item.Transcript.Id))
            .SelectMany(item => item.Words.Select(words => (item.Transcript, Turn: item.Transcript.Turns[words.Key], Words: words.Value)))
            .ToList();
        var alike = turns.CountBy(item => item.Words.Group).ToDictionary();
        var waiting = turns.Where(item => item.Turn.State is null).CountBy(item => item.Words.Group).ToDictionary();
        var left = turns.Where(item => item.Turn.State is null).CountBy(item => item.Transcript.Id).ToDictionary();
        var uncertain = turns.ConvertAll(item => LabelOrder.Uncertainty(item.Turn.Suggestion));
        var worth = LabelOrder.Diversify([
            .. turns.Select(
                (item, index) => (item.Words.Topic, LabelOrder.Worth(uncertain[index], waiting.GetValueOrDefault(item.Words.Group)))
            ),
        ]);
        return
        [
            .. turns
                .Select(
                    (item, index) =>
                    {
                        var flags = FlagsOf(item.Turn, item.Words.Flags);
                        return new Ranked(
                            item.Transcript,
                            item.Turn,
                            item.Words.Group,
                            flags,
                            Raised(flags) + worth[index],
                            uncertain[index],
                            alike[item.Words.Group],
                            waiting.GetValueOrDefault(item.Words.Group),
                            left.GetValueOrDefault(item.Transcript.Id)
                        );
                    }
                )
                // Equals stay in the order of their places, in which they come.
                .OrderByDescending(ranked => ranked.Priority),
        ];
    }

    /// <summary>An utterance in its place of the order.</summary>
    private sealed record Ranked(
        InboxTranscript Transcript,
        DocumentTurn Turn,
        int Group,
        IReadOnlyList<RedFlag> Flags,
        double Priority,
        double Uncertainty,
        int Alike,
        int Waiting,
        int Left
    )
    {
        public UtterancePlace Place => new(Transcript.Id, Turn.Index);

        public bool IsUrgent => Flags.Any(flag => flag.Level == RedFlagLevel.Urgent);

        public InboxUtterance Describe() =>
            new(
                Place,
                Transcript.ExternalId,
                Transcript.Status,
                Transcript.Revision,
                Turn,
                [.. Flags.OrderByDescending(flag => flag.Level)],
                Priority,
                Uncertainty,
                Alike,
                Waiting,
                Left,
                [.. Transcript.Turns.Take(Turn.Index).TakeLast(TurnsBefore).Select(Nearby)],
                [.. Transcript.Turns.Skip(Turn.Index + 1).Take(TurnsAfter).Select(Nearby)]
            );
    }

    private static double Raised(IReadOnlyList<RedFlag> flags) =>
        flags.Count == 0 ? 0
        : flags.Any(flag => flag.Level == RedFlagLevel.Urgent) ? LabelOrder.Urgent
        : LabelOrder.Urgent / 2;

    private static NearbyTurn Nearby(DocumentTurn turn) => new(turn.Index, turn.Speaker, turn.Text);

    /// <summary>A message without a sign in its words may still be an emergency to the model.</summary>
    private static IReadOnlyList<RedFlag> FlagsOf(DocumentTurn turn, IReadOnlyList<RedFlag> byWords) =>
        byWords.Count == 0 && turn.Suggestion is { Intent: RedFlag.FromIntent } suggestion
            ? RedFlagFinder.Find(turn.Text, new IntentPrediction(suggestion.Intent, suggestion.Confidence, suggestion.Alternatives))
            : byWords;

    private static bool Fits(Ranked item, InboxQuery query)
    {
        var turn = item.Turn;
        return query.State switch
            {
                InboxState.Undecided => turn.State is null,
                InboxState.Decided => turn.State is not null,
                _ => true,
            }
            && (query.Intent is null || query.Intent == (turn.State is null ? turn.Suggestion?.Intent : turn.Intent))
            && (query.Suggested is null || query.Suggested == turn.Suggestion?.Intent)
            && (query.Decided is null || (turn.State is not null && query.Decided == (turn.Intent ?? "")))
            && (!query.Flagged || item.Flags.Count > 0)
            && (query.Only is null || query.Only.Contains(item.Place))
            && (query.Words is null || HasWords(turn.Text, query.Words));
    }

    private static bool HasWords(string text, string words) =>
        words
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .All(word => text.Contains(word, StringComparison.InvariantCultureIgnoreCase));

    private static string CursorOf(Ranked last) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToInt64Bits(last.Priority):x}:{last.Place}");

    private static (double Priority, UtterancePlace Place) ReadCursor(string cursor)
    {
        int colon = cursor.IndexOf(':', StringComparison.Ordinal);
        return
            colon > 0
            && long.TryParse(cursor.AsSpan(0, colon), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long bits)
            && UtterancePlace.TryParse(cursor[(colon + 1)..], out var place)
            ? (BitConverter.Int64BitsToDouble(bits), place)
            : throw new UnusableInputException("invalid_value", "after is a cursor of this list");
    }

    private static bool IsBehind(Ranked item, (double Priority, UtterancePlace Place) cursor) =>
        item.Priority < cursor.Priority
        // Exactly the number that the cursor was made of.
        || (item.Priority.Equals(cursor.Priority) && item.Place.CompareTo(cursor.Place) > 0);
}
