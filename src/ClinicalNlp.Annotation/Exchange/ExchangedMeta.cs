using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Exchange;

/// <summary>What a stored document has and an exchanged one does not (kind, group, turns) travels in its metadata, so that it comes back.</summary>
internal static class ExchangedMeta
{
    /// <summary>The speaker of an utterance that came alone.</summary>
    public const string Speaker = "user";

    private const string Kind = "kind";
    private const string Group = "group";
    private const string Turns = "turns";

    public static JsonObject? With(Document document, string defaultKind)
    {
        var meta = document.Meta?.DeepClone() as JsonObject ?? [];
        if (document.Kind != defaultKind && document.Kind != Document.Dialogue)
        {
            meta[Kind] = document.Kind;
        }

        if (document.Group is not null)
        {
            meta[Group] = document.Group;
        }

        if (document.Turns.Count > 0 && !IsUtterance(document))
        {
            var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
            meta[Turns] = new JsonArray([.. document.Turns.Select(turn => Of(turn, map))]);
        }

        return meta.Count > 0 ? meta : null;
    }

    /// <summary>A transcript of one turn that says nothing about its speaker.</summary>
    public static bool IsUtterance(Document document) => document.Turns is [{ Speaker: Speaker }];

    private static JsonObject Of(DocumentTurn turn, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(turn.Span);
        var entry = new JsonObject
        {
            ["speaker"] = turn.Speaker,
            ["start"] = start,
            ["end"] = end,
        };
        if (turn.Intent is not null)
        {
            entry["intent"] = turn.Intent;
        }

        return entry;
    }

    /// <summary>Takes a string of this name out of the metadata.</summary>
    public static string? TakeKind(JsonObject meta) => Take(meta, Kind);

    public static string? TakeGroup(JsonObject meta) => Take(meta, Group);

    /// <summary>Takes the turns out of the metadata; null when there are none, or they are not those of the text.</summary>
    public static List<Turn>? TakeTurns(JsonObject meta, string text)
    {
        if (meta[Turns] is not JsonArray given || given.Count == 0)
        {
            return null;
        }

        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        var turns = new List<Turn>();
        int next = 0;
        foreach (var entry in given)
        {
            if (
                entry is not JsonObject turn
                || Text(turn, "speaker") is not { } speaker
                || Number(turn, "start") is not { } start
                || Number(turn, "end") is not { } end
                || !map.TryToUtf16(start, end, out var span)
                || span.Start != next
            )
            {
                return null;
            }

            turns.Add(new Turn(speaker, span.Of(text), Text(turn, "intent")));
            next = span.End + 1;
            if (span.End < text.Length && text[span.End] != '\n')
            {
                return null;
            }
        }

        if (next != text.Length + 1)
        {
            return null;
        }

        meta.Remove(Turns);
        return turns;
    }

    private static string? Take(JsonObject meta, string name)
    {
        if (Text(meta, name) is not { } value)
        {
            return null;
        }

        meta.Remove(name);
        return value;
    }

    private static string? Text(JsonObject of, string name) =>
        of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Number(JsonObject of, string name) =>
        of[name] is JsonValue value && value.TryGetValue<int>(out int number) ? number : null;
}
