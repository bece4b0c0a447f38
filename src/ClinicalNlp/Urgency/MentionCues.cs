namespace ClinicalNlp.Urgency;

/// <summary>
/// Tells a sign that is there from one denied, asked about, supposed or past, after NegEx and ConText (Chapman 2001, Harkema 2009), but
/// with short scopes: where a patient's sentence does not end, a cue reaches a few words only.
/// </summary>
internal sealed class MentionCues(RedFlagPatterns patterns)
{
    /// <summary>From a cue to the evidence, in words.</summary>
    private const int Reach = 12;

    /// <summary>Words between "no" and what it denies: <c>no sudden chest pain</c>.</summary>
    private const int NegationReach = 2;

    /// <summary>Words of a list between "no" and the last "or" of it.</summary>
    private const int ListReach = 5;

    private readonly Pattern negated = patterns.Cue("negated");
    private readonly Pattern negatedNext = patterns.Cue("negated-next");
    private readonly Pattern asked = patterns.Cue("asked");
    private readonly Pattern supposed = patterns.Cue("hypothetical");
    private readonly Pattern past = patterns.Cue("past");
    private readonly Pattern present = patterns.Cue("present");
    private readonly Pattern turn = patterns.Cue("turn");

    /// <summary>Null when nothing speaks against its being there.</summary>
    /// <param name="evidence">What a rule matched.</param>
    public string? ReasonOf(MatchedMessage message, IReadOnlyList<WordRange> evidence)
    {
        if (evidence.Any(range => Denied(message, range, evidence)))
            return "negated";
        var sign = evidence[0];
        var within = Clause(message, sign);
        bool Holds(Pattern cue, int first, int end) => Within(message, cue, first, end, evidence);

        if (Holds(supposed, within.First, sign.First))
            return "hypothetical";
        if (Holds(present, within.First, within.End))
            return null;
        return Holds(asked, within.First, within.End) ? "asked"
            : Holds(past, within.First, within.End) ? "past"
            : null;
    }

    /// <summary>The sentence around the sign, cut at <see cref="Reach"/> words and where the writer turns (<c>but</c>, <c>and now</c>).</summary>
    private WordRange Clause(MatchedMessage message, WordRange sign)
    {
        var words = message.Words;
        var sentence = words[sign.First].Sentence;
        var first = sign.First;
        while (first > 0 && words[first - 1].Sentence == sentence && sign.First - first < Reach && message.Ends(turn, first).Length == 0)
            first--;
        var end = sign.End;
        while (end < words.Length && words[end].Sentence == sentence && end - sign.End < Reach && message.Ends(turn, end).Length == 0)
            end++;
        return new(first, end);
    }

    private static bool Within(MatchedMessage message, Pattern cue, int first, int end, IReadOnlyList<WordRange> evidence)
    {
        for (var at = first; at < end; at++)
        {
            // The words of the sign itself are no cue: "he stopped breathing".
            if (message.Ends(cue, at).Any(to => to <= end && !evidence.Any(range => range.First <= at && to <= range.End)))
                return true;
        }
        return false;
    }

    private bool Denied(MatchedMessage message, WordRange range, IReadOnlyList<WordRange> evidence)
    {
        var at = range.First;
        if (Reaches(message, negatedNext, at, 0, evidence, false) || Reaches(message, negated, at, NegationReach, evidence, false))
            return true;
        // "no chest pain or trouble breathing", "no fever, cough or chest pain": go back over the list.
        for (var items = 0; items < 3; items++)
        {
            var word = at - 1;
            while (word >= 0 && at - word <= 4 && !Joins(message, word))
                word--;
            if (word < 1 || at - word > 4 || message.Words[word].Sentence != message.Words[range.First].Sentence)
                return false;
            at = word;
            if (Reaches(message, negated, at, ListReach, evidence, acrossCommas: true))
                return true;
        }
        return false;
    }

    private static bool Joins(MatchedMessage message, int word) => message.Words[word].Text is "or" or "nor";

    /// <summary>Whether a cue ends at most so many words (fillers not counted) before a word.</summary>
    /// <param name="acrossCommas">Only in a list: after a comma most writers say something new.</param>
    private static bool Reaches(
        MatchedMessage message,
        Pattern cue,
        int before,
        int words,
        IReadOnlyList<WordRange> evidence,
        bool acrossCommas
    )
    {
        var sentence = message.Words[before].Sentence;
        for (int end = before, skipped = 0; end > 0 && skipped <= words; end--)
        {
            if ((!acrossCommas && message.Words[end].AfterComma) || message.Words[end - 1].Sentence != sentence)
                return false;
            for (var start = Math.Max(0, end - 3); start < end; start++)
            {
                if (message.Ends(cue, start).Contains(end) && !evidence.Any(range => start < range.End && range.First < end))
                    return true;
            }
            if (!message.IsFiller(end - 1))
                skipped++;
        }
        return false;
    }
}
