using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

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
            "Utterances in (JSON lines, or text files with one a line); the same out with \"intent\", \"confidence\" and \"alternatives\"."
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
                using var classifier = IntentClassifier.Load(bundle, Environment.ProcessorCount);
                console.WriteTo(
                    parsed.GetRequiredValue(output),
                    stream =>
                    {
                        foreach (var batch in input.Of(parsed).SelectMany(path => Utterances(path, console)).Chunk(BatchSize))
                        {
                            var predictions = classifier.Classify([.. batch.Select(read => read.Utterance.Text)], cancellation);
                            for (var i = 0; i < batch.Length; i++)
                                Write(batch[i].Fields, predictions[i], stream);
                        }
                    }
                );
            }
        );
        return command;
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

    private static void Write(JsonObject fields, IntentPrediction prediction, Stream stream)
    {
        fields["intent"] = prediction.Intent;
        fields["confidence"] = Math.Round(prediction.Confidence, 4);
        fields["alternatives"] = new JsonArray([
            .. prediction
                .Alternatives.Take(Alternatives)
                .Select(other => new JsonObject { ["intent"] = other.Intent, ["confidence"] = Math.Round(other.Confidence, 4) }),
        ]);
        using (var writer = new Utf8JsonWriter(stream, Writing))
            fields.WriteTo(writer);
        stream.WriteByte((byte)'\n');
    }
}
