using System.Text.Json.Nodes;

namespace ClinicalNlp.Corpora;

/// <param name="Before">The turns before it, oldest first, whoever said them: "yes" means what was asked. Null: none are known.</param>
public sealed record Utterance(string Text, string? Intent, IReadOnlyList<string>? Before = null);

/// <summary>One message of a conversation; the intent is null where nobody said one.</summary>
public sealed record Turn(string Speaker, string Text, string? Intent = null);

/// <summary>A conversation, in the order in which it was held.</summary>
public sealed record Dialogue(string Id, IReadOnlyList<Turn> Turns, JsonObject? Meta = null)
{
    /// <summary>The turn as an utterance after those before it.</summary>
    public Utterance UtteranceAt(int turn) =>
        new(
            Turns[turn].Text,
            Turns[turn].Intent,
            turn == 0 ? null : [.. Turns.Take(turn).Select(before => before.Text).Where(text => text.Length > 0)]
        );

    /// <summary>The turns that have an intent.</summary>
    public IEnumerable<Utterance> Labelled() =>
        Enumerable.Range(0, Turns.Count).Where(turn => !string.IsNullOrEmpty(Turns[turn].Intent)).Select(UtteranceAt);
}
