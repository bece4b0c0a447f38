using ClinicalNlp.Corpora;
using ClinicalNlp.Models;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Training.Intents;

/// <summary>Small corpora made on the spot: each intent has its own words in a few frames.</summary>
internal static class ToyIntents
{
    private static readonly string[] Frames =
    [
        "{0}",
        "please {0}",
        "i want to {0}",
        "can you {0} for me",
        "hello {0} today",
        "{0} now thanks",
    ];

    private static readonly Dictionary<string, string[]> Phrases = new()
    {
        ["book"] = ["book a visit", "make an appointment", "schedule a visit", "arrange an appointment"],
        ["cancel"] = ["cancel my visit", "call off the appointment", "drop my booking", "cancel everything"],
        ["refill"] = ["refill my pills", "renew the prescription", "order more tablets", "send another inhaler"],
        ["bill"] = ["explain this bill", "pay the invoice", "refund the charge", "check my balance"],
        ["oos"] = ["sing a song", "tell me about football", "play some jazz", "find a pizza place"],
    };

    public static IntentCorpus Corpus(string name = "toy", params string[] intents) =>
        new(
            name,
            [
                .. (intents.Length == 0 ? [.. Phrases.Keys] : intents).SelectMany(intent =>
                    Phrases[intent].SelectMany(phrase => Frames.Select(frame => new Utterance(string.Format(frame, phrase), intent)))
                ),
            ]
        );

    public static TrainingOptions Options(string directory, int seed = 1) =>
        new()
        {
            OutputDirectory = directory,
            ModelName = "toy",
            ModelVersion = "1",
            Seed = seed,
            Workers = 1,
        };

    public static double Score(CardScore[] scores, string split, string measure) =>
        scores.Single(score => score.Split == split && score.Measure == measure).Overall;
}
