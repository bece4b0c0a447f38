using System.Text.Json;
using System.Text.Json.Serialization;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Server.Extraction;

/// <param name="Speaker">For the sender's own records: who said it makes no difference.</param>
public sealed record PreviousTurn(string Speaker, string Text);

/// <summary>One of several utterances: a JSON string, or an object with the turns before it.</summary>
/// <param name="PreviousTurns">Oldest first.</param>
[JsonConverter(typeof(StringOrObject))]
public sealed record UtteranceToClassify(string Text, IReadOnlyList<PreviousTurn>? PreviousTurns = null)
{
    /// <summary>More than a model reads of a conversation, few enough that a whole one can be sent without cutting it.</summary>
    public const int MaximumTurns = 1000;

    public Utterance AsUtterance() => new(Text, null, PreviousTurns?.Select(turn => turn.Text).ToList());

    private sealed class StringOrObject : JsonConverter<UtteranceToClassify>
    {
        public override UtteranceToClassify Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new UtteranceToClassify(reader.GetString()!);
            }

            var read = JsonSerializer.Deserialize<UtteranceInContext>(ref reader, options)!;
            return new UtteranceToClassify(read.Text, read.PreviousTurns);
        }

        public override void Write(Utf8JsonWriter writer, UtteranceToClassify value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new UtteranceInContext(value.Text, value.PreviousTurns), options);
    }
}

/// <summary>An utterance and what was said before it.</summary>
/// <param name="PreviousTurns">Oldest first; a model that learned from dialogues reads the last six.</param>
public sealed record UtteranceInContext(string Text, IReadOnlyList<PreviousTurn>? PreviousTurns = null);
