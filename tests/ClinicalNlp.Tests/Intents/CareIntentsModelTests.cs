using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Tests.Intents;

/// <summary>The intent model that ships.</summary>
public sealed class CareIntentsModelTests : IDisposable
{
    private readonly IntentClassifier classifier = IntentClassifier.Load(
        ModelBundle.Load(Path.Combine(RepositoryPaths.Root, "models", "care-intents", "3"))
    );

    public void Dispose() => classifier.Dispose();

    [Theory]
    [InlineData("I'd like to book an appointment with Dr Patel next Tuesday", "book_appointment")]
    [InlineData("please cancel my appointment on friday", "cancel_appointment")]
    [InlineData("I need a refill of my blood pressure tablets", "refill_prescription")]
    [InlineData("my husband has crushing chest pain and can't breathe", "emergency")]
    [InlineData("are my blood test results back yet", "test_results")]
    [InlineData("do you take Blue Cross insurance", "insurance_question")]
    [InlineData("can I get my flu shot here", "vaccination")]
    [InlineData("let me talk to a real person", "talk_to_human")]
    [InlineData("thank you so much", "thanks")]
    [InlineData("hello", "greeting")]
    [InlineData("who won the football world cup in 1998", "oos")]
    public void Answers_the_obvious(string text, string intent) => Assert.Equal(intent, classifier.Classify(text).Intent);

    [Fact]
    public void What_an_utterance_gets_depends_neither_on_its_company_nor_on_the_threads()
    {
        var texts = UtteranceFile
            .Read(Path.Combine(RepositoryPaths.Root, "corpora", "care-intents", "multi-heldout.jsonl"))
            .Select(utterance => utterance.Text)
            .ToList();
        using var onThree = IntentClassifier.Load(classifier.Bundle, threads: 3);
        foreach (var (text, prediction) in texts.Zip(onThree.Classify(texts)))
        {
            var alone = classifier.Classify(text);
            Assert.Equal((alone.Intent, alone.Confidence), (prediction.Intent, prediction.Confidence));
            Assert.Equal(alone.Alternatives, prediction.Alternatives);
        }
    }

    [Theory]
    [InlineData("care-intents", "care-intents/heldout.jsonl")]
    [InlineData("calibration-dialogues", "care-dialogues/calibration-dialogues.jsonl")]
    public void Reproduces_the_scores_of_its_card(string corpus, string file)
    {
        string path = Path.Combine(RepositoryPaths.Root, "corpora", file);
        List<Utterance> heldOut = corpus == "care-intents" ? [.. UtteranceFile.Read(path, needIntents: true)] : [.. Turns(path)];
        IntentScorer scorer = new();
        foreach ((Utterance utterance, IntentPrediction prediction) in heldOut.Zip(classifier.Classify(heldOut)))
            scorer.Add(utterance.Intent!, prediction);
        IntentScores scores = scorer.Result;
        Assert.Equal(Card("accuracy"), Math.Round(scores.Accuracy, 4));
        Assert.Equal(Card("in_scope_accuracy"), Math.Round(scores.InScopeAccuracy, 4));
        Assert.Equal(Card("oos_recall"), Math.Round(scores.OutOfScopeRecall, 4));
        Assert.Equal(Card("calibration_error"), Math.Round(scores.CalibrationError, 4), 1e-3);

        double Card(string measure) =>
            classifier
                .Bundle.Card.Scores.Single(score => score.Measure == measure && score.Corpus == corpus && score.Split == "dev")
                .Overall;
    }

    [Theory]
    [InlineData("heldout-dialogues.jsonl", 10)]
    [InlineData("heldout-dialogues-2.jsonl", 10)]
    public void Reads_a_turn_by_those_before_it(string file, int more)
    {
        List<Utterance> turns = [.. Turns(Path.Combine(RepositoryPaths.Root, "corpora", "care-dialogues", file))];
        int Right(IEnumerable<Utterance> read) =>
            turns.Zip(classifier.Classify([.. read])).Count(pair => pair.First.Intent == pair.Second.Intent);
        Assert.InRange(Right(turns) - Right(turns.Select(turn => turn with { Before = null })), more, turns.Count);
    }

    private static IEnumerable<Utterance> Turns(string path) => DialogueFile.Read(path).SelectMany(dialogue => dialogue.Labelled());

    [Fact]
    public void Fits_into_20_MB_and_names_its_corpora_and_licences()
    {
        ModelCard card = classifier.Bundle.Card;
        Assert.InRange(card.Files.Values.Sum(file => file.Bytes), 1, 20_000_000);
        Assert.Equal(26, card.Labels.Count);
        Assert.All(card.Corpora, corpus => Assert.False(string.IsNullOrEmpty(corpus.Licence) || corpus.Sha256 is null, corpus.Name));
        Assert.DoesNotContain("heldout", string.Join(' ', card.Training!.Command!.Split("--dev")[0]));
    }
}
