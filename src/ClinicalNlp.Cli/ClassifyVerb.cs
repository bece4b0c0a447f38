using System.Buffers;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using ClinicalNlp.Training.Intents;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp classify [FILE...] [--model DIR] [--input FILE|-] [--output FILE|-]</c></summary>
internal static class ClassifyVerb
{
    private const int BatchSize = 512;

    /// <summary>What a person still reads; the rest of a hundred intents is noise.</summary>
    private const int Alternatives = 5;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Command(CommandConsole console)
    {
        var model = new Option<string>("--model") { Description = $"A model folder; the newest {DefaultModels.Intents} when not given." };
        var output = new Option<string>("--output") { Description = "A file; - is standard output.", DefaultValueFactory = _ => "-" };
        var input = new InputFiles();
        var command = new Command(
            "classify",
            "Utterances in (JSON lines, or text files with one a line); the same out with \"intent\", \"confidence\", \"alternatives\", "
                + "\"intents\" where it asks for several things, and \"redFlags\" where somebody may be in danger; offsets count code points. "
                + "Of a file of dialogues, the turns of those who ask something, each read with the turns before it."
        )
        {
            model,
            output,
        };
        input.AddTo(command);
        command.Runs(
            (parsed, cancellation) =>
            {
                var bundle = DefaultModels.Load(parsed.GetValue(model), DefaultModels.Intents);
                using var classifier = IntentClassifier.Load(bundle);
                console.WriteTo(
                    parsed.GetRequiredValue(output),
                    stream =>
                    {
                        foreach (var path in input.Of(parsed))
                        {
                            if (path != "-" && IntentCorpusFile.HoldsDialogues(path))
                                WriteLines(DialogueFile.Read(path), dialogue => Answer(dialogue, classifier), stream, cancellation);
                            else
                                WriteLines(Utterances(path, console), read => Answer(read, classifier), stream, cancellation);
                        }
                    }
                );
            }
        );
        return command;
    }

    /// <summary>A batch is answered on all processors and written in order.</summary>
    private static void WriteLines<T>(IEnumerable<T> read, Func<T, JsonObject> answer, Stream stream, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        foreach (var batch in read.Chunk(BatchSize))
        {
            var lines = new byte[batch.Length][];
            Parallel.For(0, batch.Length, options, i => lines[i] = Line(answer(batch[i])));
            foreach (var line in lines)
                stream.Write(line);
        }
    }

    private static JsonObject Answer(Dialogue dialogue, IntentClassifier classifier)
    {
        var turns = new JsonArray();
        for (var i = 0; i < dialogue.Turns.Count; i++)
        {
            var turn = dialogue.Turns[i];
            var fields = new JsonObject { ["speaker"] = turn.Speaker, ["text"] = turn.Text };
            if (AskingTurns.Asks(turn.Speaker) && !string.IsNullOrWhiteSpace(turn.Text))
                Answer((dialogue.UtteranceAt(i), fields), classifier);
            turns.Add(fields);
        }
        var line = new JsonObject { ["id"] = dialogue.Id, ["turns"] = turns };
        if (dialogue.Meta is { } meta)
            line["meta"] = meta.DeepClone();
        return line;
    }

    private static JsonObject Answer((Utterance Utterance, JsonObject Fields) read, IntentClassifier classifier)
    {
        var text = read.Utterance.Text;
        var prediction = classifier.Classify([read.Utterance])[0];
        AddIntent(read.Fields, prediction);
        AddSpans(read.Fields, text, SegmentedUtterances.Of(text, classifier), RedFlagFinder.Find(text, prediction));
        return read.Fields;
    }

    private static IEnumerable<(Utterance Utterance, JsonObject Fields)> Utterances(string path, CommandConsole console)
    {
        using var stream = InputFiles.Open(path, console, out var name, out var isJson);
        if (isJson)
        {
            foreach (var read in UtteranceFile.ReadWithFields(stream, name))
                yield return read;
            yield break;
        }
        var number = 0;
        foreach (var line in TextFile.Decode(stream, name).Split('\n'))
        {
            number++;
            var text = line.TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(text))
                continue;
            ClinicalText.Check(text, name, number);
            yield return (new Utterance(text, null), new JsonObject { ["text"] = text });
        }
    }

    private static void AddIntent(JsonObject fields, IntentPrediction prediction)
    {
        fields["intent"] = prediction.Intent;
        fields["confidence"] = Math.Round(prediction.Confidence, 4);
        fields["alternatives"] = new JsonArray([
            .. prediction
                .Alternatives.Take(Alternatives)
                .Select(other => new JsonObject { ["intent"] = other.Intent, ["confidence"] = Math.Round(other.Confidence, 4) }),
        ]);
    }

    /// <summary>Both lists are left out when they are empty, as they mostly are.</summary>
    private static void AddSpans(JsonObject fields, string text, IReadOnlyList<SegmentIntent> intents, IReadOnlyList<RedFlag> flags)
    {
        fields.Remove("intents");
        fields.Remove("redFlags");
        if (intents.Count == 0 && flags.Count == 0)
            return;
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        if (intents.Count > 0)
        {
            fields["intents"] = new JsonArray([
                .. intents.Select(found =>
                {
                    var place = Place(found.Span, map);
                    place.Insert(0, "intent", found.Intent);
                    place.Insert(1, "confidence", Math.Round(found.Confidence, 4));
                    return place;
                }),
            ]);
        }
        if (flags.Count > 0)
            fields["redFlags"] = new JsonArray([.. flags.Select(flag => Describe(flag, map))]);
    }

    private static JsonObject Describe(RedFlag flag, OffsetMap map)
    {
        var described = new JsonObject { ["flag"] = flag.Flag, ["level"] = flag.Level.ToString().ToLowerInvariant() };
        if (flag.Reason is not null)
            described["reason"] = flag.Reason;
        described["spans"] = new JsonArray([.. flag.Spans.Select(span => Place(span, map))]);
        return described;
    }

    private static JsonObject Place(TextSpan span, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(span);
        return new JsonObject { ["start"] = start, ["end"] = end };
    }

    private static byte[] Line(JsonObject fields)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line, Writing))
            fields.WriteTo(writer);
        return [.. line.WrittenSpan, (byte)'\n'];
    }
}
