using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Tests.Training;
using ClinicalNlp.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Annotation.LabelErrors;

public sealed class CrossValidationTests : IDisposable
{
    private const string Text = "took aspirin for fever";

    private static readonly HashSet<string> Schema = ["MEDICATION", "PROBLEM", "DOSAGE"];

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Planted_errors_come_first_and_the_models_are_gone()
    {
        var clean = PillBox.Corpus(120, 1).Documents;
        var spoilt = clean.ToArray();
        spoilt[3] = Without(spoilt[3], "MEDICATION");
        spoilt[40] = Changed(spoilt[40], "PROBLEM", span => span with { Label = "DOSAGE" });
        spoilt[77] = Changed(spoilt[77], "MEDICATION", span => span with { Span = new TextSpan(span.Span.Start - 2, span.Span.End) });
        var phases = new List<string>();
        var options = new CrossValidationOptions(folder["work"], null, 10, Folds: 3);

        var (errors, agreement, _) = CrossValidation.FindInEntities(spoilt, i => $"g{i / 2}", Schema, options, new Heard(phases), default);

        var first = errors.Take(4).ToList();
        Assert.Contains(
            first,
            error => error.DocumentId == spoilt[3].Id && error is { Kind: ErrorKind.Missing, SuggestedLabel: "MEDICATION" }
        );
        Assert.Contains(
            first,
            error => error.DocumentId == spoilt[40].Id && error is { Kind: ErrorKind.WrongLabel, SuggestedLabel: "PROBLEM" }
        );
        Assert.True(errors.Count < 30, $"{errors.Count} reported");
        Assert.InRange(agreement, 0.8, 0.999);
        Assert.Equal(errors.OrderByDescending(error => error.Score).Select(error => error.Score), errors.Select(error => error.Score));
        Assert.Contains(phases, phase => phase.EndsWith("3 of 3", StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(folder["work"]));
    }

    [Fact]
    public void More_folds_than_groups_are_refused()
    {
        var documents = PillBox.Corpus(6, 1).Documents;
        var error = Assert.Throws<UnusableInputException>(() =>
            CrossValidation.FindInEntities(documents, _ => "one patient", Schema, new(folder["work"], null, 1), new Heard([]), default)
        );
        Assert.Equal("too_little_data", error.Code);
    }

    [Fact]
    public void A_model_that_is_less_sure_than_it_usually_is_says_nothing()
    {
        // Sure of 0.9 on average where people said PROBLEM: 0.7 for PROBLEM elsewhere is below that, 0.95 is above.
        var readings = new[] { Reading("a", "PROBLEM", 0.9, 0.05), Reading("b", "PROBLEM", 0.9, 0.05) };
        Assert.Empty(EntityErrors.Find([.. readings, Reading("c", "MEDICATION", 0.7, 0.2)], Schema));
        var error = Assert.Single(EntityErrors.Find([.. readings, Reading("c", "MEDICATION", 0.95, 0.01)], Schema));
        Assert.Equal(
            ("c", ErrorKind.WrongLabel, "MEDICATION", "PROBLEM"),
            (error.DocumentId, error.Kind, error.Label, error.SuggestedLabel)
        );
        Assert.Equal(0.94, error.Score, 9);
        Assert.Empty(EntityErrors.Find([.. readings, Reading("c", "MEDICATION", 0.95, 0.01)], new HashSet<string> { "MEDICATION" }));
    }

    [Fact]
    public void What_nobody_finds_is_spurious_and_what_is_marked_beside_is_no_wrong_edge()
    {
        TextSpan whole = new(5, 12);
        TextSpan inner = new(5, 8);
        var spurious = new HeldOutReading(Document("a", (whole, "MEDICATION")), ["MEDICATION"], [new(whole, [0.1], 0.8)], []);
        var error = Assert.Single(EntityErrors.Find([spurious], Schema));
        Assert.Equal((ErrorKind.Spurious, null), (error.Kind, error.SuggestedLabel));
        Assert.Equal(0.7, error.Score, 9);

        var found = (new Mention(whole, "MEDICATION", 0.9), new SpanProbabilities(whole, [0.9], 0.05));
        SpanProbabilities innerThere = new(inner, [0.05], 0.05);
        SpanProbabilities wholeThere = new(whole, [0.9], 0.05);
        var edge = new HeldOutReading(Document("a", (inner, "MEDICATION")), ["MEDICATION"], [innerThere], [found]);
        var wrong = Assert.Single(EntityErrors.Find([edge], Schema));
        Assert.Equal((ErrorKind.WrongEdge, whole), (wrong.Kind, wrong.SuggestedSpan!.Value));
        var nested = new HeldOutReading(
            Document("a", (inner, "MEDICATION"), (whole, "MEDICATION")),
            ["MEDICATION"],
            [innerThere, wholeThere],
            [found]
        );
        Assert.Empty(EntityErrors.Find([nested], Schema));
    }

    [Fact]
    public void A_wrong_intent_is_one_that_another_beats_above_its_own_threshold()
    {
        var errors = IntentErrors.Find([
            Said("a", "refill", ("refill", 0.9), ("cancel", 0.1)),
            Said("b", "cancel", ("cancel", 0.6), ("refill", 0.4)),
            Said("c", "refill", ("cancel", 0.55), ("refill", 0.45)),
            Said("d", "cancel", ("refill", 0.97), ("cancel", 0.03)),
            Said("e", "refill", ("nobody_said_this", 0.9), ("refill", 0.1)),
        ]);
        // Thresholds: refill 0.48, cancel 0.32. The likeliest above its own is cancel of c and refill of d.
        Assert.Equal(["d refill", "c cancel"], errors.Select(error => $"{error.DocumentId} {error.SuggestedLabel}"));
        Assert.Equal([0.94, 0.1], errors.Select(error => Math.Round(error.Score, 9)));
    }

    [Fact]
    public void Agreement_is_exact_F1_of_mentions_and_the_share_of_intents()
    {
        TextSpan marked = new(5, 12);
        (Mention, SpanProbabilities?) Found(TextSpan span, string label) => (new Mention(span, label, 0.9), null);
        var half = new HeldOutReading(
            Document("a", (marked, "MEDICATION"), (new TextSpan(17, 22), "PROBLEM")),
            ["MEDICATION", "PROBLEM"],
            [null, null],
            // One right, one with another edge; what is not of the schema is no opinion.
            [Found(marked, "MEDICATION"), Found(new TextSpan(13, 22), "PROBLEM"), Found(new TextSpan(0, 4), "DATE")]
        );
        Assert.Equal(0.5, EntityErrors.Agreement([half], Schema), 9);
        Assert.Equal(0.75, IntentErrors.Agreement([.. "aaab".Select((c, i) => Said($"{i}", "a", ($"{c}", 0.9)))]), 9);
    }

    [Fact]
    public void Wrong_intents_are_found_by_models_that_have_not_seen_them()
    {
        string[] refills =
        [
            "i need a refill",
            "refill my pills please",
            "more pills",
            "can you refill the tablets",
            "pills are out refill",
        ];
        string[] greetings = ["hello there", "good morning", "hi how are you", "hello good day", "hey hello"];
        var utterances = new List<(string, int, Utterance)>();
        for (int i = 0; i < 60; i++)
        {
            bool refill = i % 2 == 0;
            string text = $"{(refill ? refills : greetings)[i / 2 % 5]} {i % 7}";
            utterances.Add(($"{i}", 0, new Utterance(text, refill ^ (i == 20) ? "refill" : "greeting")));
        }

        var options = new CrossValidationOptions(folder["work"], null, 1, Folds: 3);
        var (errors, agreement, _) = CrossValidation.FindInIntents(utterances, i => utterances[i].Item1, options, new Heard([]), default);
        Assert.InRange(agreement, 0.9, 0.99);
        Assert.Equal(("20", "greeting", "refill"), (errors[0].DocumentId, errors[0].Label, errors[0].SuggestedLabel));
    }

    private static AnnotatedDocument Without(AnnotatedDocument document, string label) =>
        document with
        {
            Spans = [.. document.Spans.Where(span => span.Label != label)],
        };

    private static AnnotatedDocument Changed(AnnotatedDocument document, string label, Func<AnnotatedSpan, AnnotatedSpan> change) =>
        document with
        {
            Spans = [.. document.Spans.Select(span => span.Label == label ? change(span) : span)],
        };

    private static AnnotatedDocument Document(string id, params (TextSpan Span, string Label)[] spans) =>
        new(id, Text, [.. spans.Select(span => new AnnotatedSpan(span.Span, span.Label))]);

    /// <summary>"aspirin" is marked with a label; the model gives PROBLEM and MEDICATION these probabilities there.</summary>
    private static HeldOutReading Reading(string id, string label, double problem, double medication)
    {
        TextSpan span = new(5, 12);
        return new(Document(id, (span, label)), ["PROBLEM", "MEDICATION"], [new(span, [problem, medication], 0)], []);
    }

    private static HeldOutUtterance Said(string id, string intent, params (string Intent, double Confidence)[] scores) =>
        new(
            id,
            0,
            intent,
            new IntentPrediction(
                scores[0].Intent,
                scores[0].Confidence,
                [.. scores.Skip(1).Select(score => new IntentScore(score.Intent, score.Confidence))]
            )
        );

    private sealed class Heard(List<string> phases) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => phases.Add(value.Phase);
    }
}
