using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Suggestions;

/// <summary>The turns of a transcript whose intent is worth guessing: those of the person who wants something.</summary>
public static class AskingTurns
{
    // Who answers. Anybody else asks: transcripts name patients, parents, carers and callers in too many ways to list.
    private static readonly HashSet<string> Answering = new(StringComparer.OrdinalIgnoreCase)
    {
        "bot",
        "agent",
        "assistant",
        "system",
        "clinic",
        "staff",
        "nurse",
        "doctor",
        "receptionist",
    };

    public static IReadOnlyList<DocumentTurn> Of(Document document) => [.. document.Turns.Where(turn => Asks(turn.Speaker))];

    public static bool Asks(string speaker) => !Answering.Contains(speaker);
}
