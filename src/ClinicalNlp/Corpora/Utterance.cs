using System.Text.Json.Nodes;

namespace ClinicalNlp.Corpora;

public sealed record Utterance(string Text, string? Intent);

public sealed record Turn(string Speaker, string Text, string? Intent = null);

public sealed record Dialogue(string Id, IReadOnlyList<Turn> Turns, JsonObject? Meta = null);
