using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;

namespace ClinicalNlp.Tests.Corpora;

/// <summary>What our own corpora promise in their README files: amounts, labels, splits, and that nothing was copied from itself.</summary>
public sealed class OwnCorporaTests
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "corpora");

    private static readonly string[] Labels =
    [
        "PROBLEM",
        "MEDICATION",
        "DOSAGE",
        "ROUTE",
        "FREQUENCY",
        "DURATION",
        "TEST",
        "LAB_VALUE",
        "PROCEDURE",
        "ANATOMY",
        "AGE",
        "DATE",
    ];

    private static readonly string[] UtteranceFiles = ["train.jsonl", "heldout.jsonl", "heldout-2.jsonl"];

    private static List<Utterance> Utterances(string file) =>
        [.. UtteranceFile.Read(Path.Combine(Folder, "care-intents", file), needIntents: true)];

    private static IEnumerable<Utterance> AllUtterances() => UtteranceFiles.SelectMany(Utterances);

    private static IReadOnlyList<Dialogue> Dialogues(string file) => DialogueFile.Read(Path.Combine(Folder, "care-dialogues", file));

    private static readonly string[] TrainingDialogues = ["dialogues.jsonl", "dialogues-2.jsonl"];

    private static readonly string[] HeldOutDialogues =
    [
        "calibration-dialogues.jsonl",
        "heldout-dialogues.jsonl",
        "heldout-dialogues-2.jsonl",
    ];

    private static List<Dialogue> AllDialogues() => [.. TrainingDialogues.Concat(HeldOutDialogues).SelectMany(Dialogues)];

    private static IReadOnlyList<AnnotatedDocument> Notes(string file) =>
        CorpusFormats.Find("jsonl").Read(Path.Combine(Folder, "clinical-notes", file));

    private static List<AnnotatedDocument> CaseReports() =>
        [.. UtteranceFiles[..2].SelectMany(file => CorpusFormats.Find("jsonl").Read(Path.Combine(Folder, "case-reports", file)))];

    [Fact]
    public void CareIntents_HoldTwentyFiveIntentsWithSixtyUtterancesEachAndThreeHundredOutOfScope()
    {
        var counts = AllUtterances().CountBy(utterance => utterance.Intent!).ToDictionary();
        Assert.True(counts[IntentPrediction.OutOfScope] >= 300);
        counts.Remove(IntentPrediction.OutOfScope);
        Assert.Equal(25, counts.Count);
        Assert.All(counts, count => Assert.True(count.Value >= 60, $"{count.Key} has {count.Value}"));
    }

    [Fact]
    public void CareIntents_HaveNoNearDuplicates()
    {
        AssertAllDiffer([.. AllUtterances().Select(utterance => utterance.Text)], 0.5);
    }

    [Fact]
    public void CareIntents_HoldOutWhatNoTrainingLineSaysInTheSameWords()
    {
        var train = Utterances("train.jsonl").ConvertAll(utterance => (utterance.Text, Words: Words(utterance.Text)));
        foreach (var heldOut in Utterances("heldout-2.jsonl"))
        {
            var words = Words(heldOut.Text);
            var same = train.FirstOrDefault(line => Similarity(line.Words, words) > 0.6);
            Assert.True(same.Text is null, $"“{heldOut.Text}” is held out and “{same.Text}” is not");
        }
    }

    [Fact]
    public void CareDialogues_HaveSixToTwentyTurnsAndKnownIntentsOnPatientTurnsOnly()
    {
        var intents = Utterances("train.jsonl").Select(utterance => utterance.Intent!).ToHashSet();
        var dialogues = AllDialogues();
        Assert.True(Dialogues("dialogues.jsonl").Count >= 90);
        Assert.True(Dialogues("dialogues-2.jsonl").Count >= 130);
        Assert.All(HeldOutDialogues, file => Assert.True(Dialogues(file).Count >= 25, file));
        Assert.All(
            dialogues,
            dialogue =>
            {
                Assert.InRange(dialogue.Turns.Count, 6, 20);
                Assert.All(dialogue.Turns, turn => Assert.Equal(turn.Speaker == "patient", turn.Intent is not null));
                Assert.All(dialogue.Turns.Where(turn => turn.Intent is not null), turn => Assert.Contains(turn.Intent!, intents));
            }
        );
    }

    [Fact]
    public void CareDialogues_HaveNoNearDuplicatePatientTurns()
    {
        // "Thanks, bye" may come twice; a turn of four words or more may not.
        var turns = AllDialogues()
            .SelectMany(dialogue => dialogue.Turns)
            .Where(turn => turn.Speaker == "patient")
            .Select(turn => turn.Text);
        AssertAllDiffer([.. turns.Where(text => text.Split(' ').Length >= 4)], 0.5);
    }

    [Fact]
    public void CareDialogues_KeepAPatientOnOneSideOfTheSplit()
    {
        static HashSet<string> Groups(IEnumerable<string> files) =>
            [.. files.SelectMany(Dialogues).Select(dialogue => dialogue.Meta!["group"]!.GetValue<string>())];
        Assert.Empty(Groups(TrainingDialogues).Intersect(Groups(HeldOutDialogues)));
    }

    [Fact]
    public void ClinicalNotes_AreFortyOrMoreOfTenKindsWithKnownLabelsOnWholeWords()
    {
        var notes = Notes("train.jsonl").Concat(Notes("heldout.jsonl")).ToList();
        Assert.True(notes.Count >= 40);
        Assert.True(notes.Select(note => note.Meta!["kind"]!.GetValue<string>()).Distinct().Count() >= 10);
        foreach (var note in notes)
        foreach (var span in note.Spans)
        {
            Assert.Contains(span.Label, Labels);
            var surface = span.Span.Of(note.Text);
            Assert.Equal(surface.Trim(), surface);
            Assert.NotEqual(0, surface.Length);
        }
        var perLabel = notes.SelectMany(note => note.Spans).CountBy(span => span.Label).ToDictionary();
        Assert.All(Labels, label => Assert.True(perLabel[label] >= 60, $"{label} has {perLabel[label]}"));
    }

    [Fact]
    public void ClinicalNotes_KeepAPatientOnOneSideOfTheSplit()
    {
        static HashSet<string> Groups(IEnumerable<AnnotatedDocument> notes) =>
            [.. notes.Select(note => note.Meta!["group"]!.GetValue<string>())];
        Assert.Empty(Groups(Notes("train.jsonl")).Intersect(Groups(Notes("heldout.jsonl"))));
    }

    [Fact]
    public void ClinicalNotes_HaveNoNearDuplicates()
    {
        AssertAllDiffer([.. Notes("train.jsonl").Concat(Notes("heldout.jsonl")).Select(note => note.Text)], 0.5);
    }

    [Fact]
    public void CaseReports_AreOfAPatientEachWithKnownLabelsOnWholeWordsThatDoNotOverlap()
    {
        var reports = CaseReports();
        Assert.True(reports.Count >= 140);
        Assert.Equal(reports.Count, reports.Select(report => report.Meta!["group"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(reports.Count, reports.Select(report => report.Id).Distinct().Count());
        foreach (var report in reports)
        {
            var end = 0;
            foreach (var span in report.Spans)
            {
                Assert.Contains(span.Label, Labels);
                Assert.True(span.Span.Start >= end, $"{report.Id} overlaps at {span.Span.Start}");
                end = span.Span.End;
                Assert.Equal(span.Span.Of(report.Text).Trim(), span.Span.Of(report.Text));
                Assert.False(IsInsideAWord(report.Text, span.Span.Start) || IsInsideAWord(report.Text, end), $"{report.Id} cuts a word");
            }
        }
        // These are what the public case reports have little of.
        var perLabel = reports.SelectMany(report => report.Spans).CountBy(span => span.Label).ToDictionary();
        Assert.All(
            ["DOSAGE", "ROUTE", "DURATION", "PROCEDURE"],
            label => Assert.True(perLabel[label] >= 80, $"{label} has {perLabel[label]}")
        );
    }

    [Fact]
    public void CaseReports_AreNoNearDuplicatesOfEachOtherOrOfNotes()
    {
        AssertAllDiffer([.. CaseReports().Concat(Notes("train.jsonl")).Concat(Notes("heldout.jsonl")).Select(report => report.Text)], 0.5);
    }

    private static bool IsInsideAWord(string text, int offset) =>
        offset > 0 && offset < text.Length && char.IsLetterOrDigit(text[offset - 1]) && char.IsLetterOrDigit(text[offset]);

    [Fact]
    public void TheMeasureOfNearDuplicatesFindsATemplate()
    {
        Assert.True(Similarity(Trigrams("can i book a visit with dr lee"), Trigrams("can i book a visit with dr rao")) >= 0.5);
    }

    /// <summary>No pair reaches <paramref name="limit"/> in the Jaccard similarity of their sets of lower-cased character trigrams.</summary>
    private static void AssertAllDiffer(IReadOnlyList<string> texts, double limit)
    {
        var sizes = new int[texts.Count];
        // Where a trigram occurred so far; what a text shares with each earlier one is counted there, without comparing all pairs.
        Dictionary<string, List<int>> places = [];
        for (var i = 0; i < texts.Count; i++)
        {
            var shared = new int[i];
            var grams = Trigrams(texts[i]);
            sizes[i] = grams.Count;
            foreach (var gram in grams)
            {
                if (!places.TryGetValue(gram, out var earlier))
                    places[gram] = earlier = [];
                foreach (var j in earlier)
                    shared[j]++;
                earlier.Add(i);
            }
            for (var j = 0; j < i; j++)
            {
                // Over the union, as Similarity does.
                if (shared[j] >= limit * (sizes[i] + sizes[j] - shared[j]))
                    Assert.Fail($"Near-duplicates: “{texts[i]}” and “{texts[j]}”");
            }
        }
    }

    private static double Similarity(HashSet<string> one, HashSet<string> other)
    {
        var shared = one.Count(other.Contains);
        return (double)shared / (one.Count + other.Count - shared);
    }

    private static HashSet<string> Words(string text) =>
        [
            .. text.ToLowerInvariant()
                .Split([.. text.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries),
        ];

    private static HashSet<string> Trigrams(string text)
    {
        var padded = $"  {text.ToLowerInvariant()}  ";
        return [.. Enumerable.Range(0, padded.Length - 2).Select(start => padded.Substring(start, 3))];
    }
}
