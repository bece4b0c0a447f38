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

    private readonly InboxAnalyses analyses = new();

    /// <param name="after">The cursor of the page before: goes on behind it, also when that utterance has been decided meanwhile.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    /// <exception cref="UnusableInputException"><c>invalid_value</c>: no cursor of this list.</exception>
    public InboxPage List(string projectId, InboxQuery query, int limit = 50, string? after = null, string? blind = null)
    {
        limit = Page<InboxUtterance>.Bound(limit);
        var all = All(projectId, blind);
        var wanted = all.Where(item => Fits(item.Utterance, query)).ToList();
        if (query.Grouped)
        {
            wanted = [.. wanted.DistinctBy(item => item.Group)];
        }

        int total = wanted.Count;
        if (after is not null)
        {
            var cursor = ReadCursor(after);
            wanted = [.. wanted.Where(item => IsBehind(item.Utterance, cursor))];
        }

        var items = wanted.Take(limit).Select(item => item.Utterance).ToList();
        return new InboxPage(
            items,
            wanted.Count > limit ? CursorOf(items[^1]) : null,
            total,
            all.Count(item => item.Utterance.Turn.State is null),
            all.Count(item => item.Utterance.Turn.State is not null),
            all.Count(item => item.Utterance is { IsUrgent: true, Turn.State: null }),
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
            .Select(turns => new ReadyTranscript(turns.Key, turns.First().ExternalId, turns.First().Revision, turns.Count()))
            .Where(transcript => after is null || string.CompareOrdinal(transcript.DocumentId, after) > 0)
            .OrderBy(transcript => transcript.DocumentId, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return Page<ReadyTranscript>.Of(ready, limit, transcript => transcript.DocumentId);
    }

    private static TranscriptCounts Count(List<(InboxUtterance Utterance, int Group)> all)
    {
        var transcripts = Transcripts(all).ToList();
        int done = transcripts.Count(turns => turns.First().Status == DocumentStatus.Done);
        int ready = transcripts.Count(IsReady);
        return new TranscriptCounts(transcripts.Count - done - ready, ready, done);
    }

    private static IEnumerable<IGrouping<string, InboxUtterance>> Transcripts(List<(InboxUtterance Utterance, int Group)> all) =>
        all.Select(item => item.Utterance).GroupBy(utterance => utterance.Place.DocumentId);

    private static bool IsReady(IGrouping<string, InboxUtterance> turns) =>
        turns.First().Status != DocumentStatus.Done && turns.All(utterance => utterance.Turn.State is not null);

    /// <summary>The utterances in nearly the same words, this one first.</summary>
    /// <exception cref="RecordNotFoundException">No such project, or no such utterance in it.</exception>
    public IReadOnlyList<InboxUtterance> Similar(string projectId, UtterancePlace place, string? blind = null)
    {
        var all = All(projectId, blind);
        var (utterance, group) = all.Find(item => item.Utterance.Place == place);
        if (utterance is null)
        {
            throw new RecordNotFoundException("utterance", place.ToString());
        }

        return [utterance, .. all.Where(item => item.Group == group && item.Utterance.Place != place).Select(item => item.Utterance)];
    }

    /// <summary>Decisions beside the suggestions that they were made on.</summary>
    public Confusion Confusion(string projectId, string? blind = null)
    {
        var decided = All(projectId, blind)
            .Select(item => item.Utterance.Turn)
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
            .Select(item => item.Utterance)
            .Where(utterance => intent is null ? IsUnnamed(utterance.Turn) : utterance.Turn.Intent == intent)
            .OrderBy(utterance => utterance.Place)
            .ToList();
        return
        [
            .. UtteranceClusters
                .Find([.. asked.Select(utterance => utterance.Turn.Text)], smallest)
                .Select(cluster => new IntentProposal(
                    cluster.Words,
                    cluster.Members.Count,
                    [.. cluster.Members.Take(ShownOfProposal).Select(member => asked[member])]
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
    private List<(InboxUtterance Utterance, int Group)> All(string projectId, string? blind)
    {
        var (documents, hidden) = database.Read(connection =>
            (StoredUtterances.Load(connection, projectId), BlindSourceStore.Of(connection, projectId, blind))
        );
        var analysis = analyses.Of(projectId, documents);
        var turns = documents
            .Where(document => !hidden.Contains(document.Id))
            .SelectMany(document =>
                document
                    .Turns.Where(StoredUtterances.IsAsking)
                    .Select(turn => (document, turn, Group: analysis.Groups[new UtterancePlace(document.Id, turn.Index)]))
            )
            .ToList();
        var alike = turns.CountBy(item => item.Group).ToDictionary();
        var waiting = turns.Where(item => item.turn.State is null).CountBy(item => item.Group).ToDictionary();
        var left = turns.Where(item => item.turn.State is null).CountBy(item => item.document.Id).ToDictionary();
        var worth = LabelOrder.Diversify([
            .. turns.Select(item =>
                (
                    analysis.Topics[item.Group],
                    LabelOrder.Worth(LabelOrder.Uncertainty(item.turn.Suggestion), waiting.GetValueOrDefault(item.Group))
                )
            ),
        ]);
        return
        [
            .. turns
                .Select(
                    (item, index) =>
                        (
                            Utterance: Describe(
                                item.document,
                                item.turn,
                                analysis,
                                worth[index],
                                alike[item.Group],
                                waiting.GetValueOrDefault(item.Group),
                                left.GetValueOrDefault(item.document.Id)
                            ),
                            item.Group
                        )
                )
                .OrderByDescending(item => item.Utterance.Priority)
                .ThenBy(item => item.Utterance.Place),
        ];
    }

    private static InboxUtterance Describe(
        InboxDocument document,
        DocumentTurn turn,
        InboxAnalysis analysis,
        double worth,
        int alike,
        int waiting,
        int left
    )
    {
        var place = new UtterancePlace(document.Id, turn.Index);
        var flags = FlagsOf(turn, analysis.Flags.GetValueOrDefault(place) ?? []);
        double raised =
            flags.Count == 0 ? 0
            : flags.Any(flag => flag.Level == RedFlagLevel.Urgent) ? LabelOrder.Urgent
            : LabelOrder.Urgent / 2;
        return new InboxUtterance(
            place,
            document.ExternalId,
            document.Status,
            document.Revision,
            turn,
            [.. flags.OrderByDescending(flag => flag.Level)],
            raised + worth,
            LabelOrder.Uncertainty(turn.Suggestion),
            alike,
            waiting,
            left,
            [.. document.Turns.Take(turn.Index).TakeLast(TurnsBefore).Select(Nearby)],
            [.. document.Turns.Skip(turn.Index + 1).Take(TurnsAfter).Select(Nearby)]
        );
    }

    private static NearbyTurn Nearby(DocumentTurn turn) => new(turn.Index, turn.Speaker, turn.Text);

    /// <summary>A message without a sign in its words may still be an emergency to the model.</summary>
    private static IReadOnlyList<RedFlag> FlagsOf(DocumentTurn turn, IReadOnlyList<RedFlag> byWords) =>
        byWords.Count == 0 && turn.Suggestion is { Intent: RedFlag.FromIntent } suggestion
            ? RedFlagFinder.Find(turn.Text, new IntentPrediction(suggestion.Intent, suggestion.Confidence, suggestion.Alternatives))
            : byWords;

    private static bool Fits(InboxUtterance utterance, InboxQuery query)
    {
        var turn = utterance.Turn;
        return query.State switch
            {
                InboxState.Undecided => turn.State is null,
                InboxState.Decided => turn.State is not null,
                _ => true,
            }
            && (query.Intent is null || query.Intent == (turn.State is null ? turn.Suggestion?.Intent : turn.Intent))
            && (query.Suggested is null || query.Suggested == turn.Suggestion?.Intent)
            && (query.Decided is null || (turn.State is not null && query.Decided == (turn.Intent ?? "")))
            && (!query.Flagged || utterance.RedFlags.Count > 0)
            && (query.Only is null || query.Only.Contains(utterance.Place))
            && (query.Words is null || HasWords(turn.Text, query.Words));
    }

    private static bool HasWords(string text, string words) =>
        words
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .All(word => text.Contains(word, StringComparison.InvariantCultureIgnoreCase));

    private static string CursorOf(InboxUtterance last) =>
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

    private static bool IsBehind(InboxUtterance utterance, (double Priority, UtterancePlace Place) cursor) =>
        utterance.Priority < cursor.Priority
        // Exactly the number that the cursor was made of.
        || (utterance.Priority.Equals(cursor.Priority) && utterance.Place.CompareTo(cursor.Place) > 0);
}
