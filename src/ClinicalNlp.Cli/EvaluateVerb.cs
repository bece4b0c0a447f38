using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp evaluate --model DIR --data FILE [--json] [--map FROM=TO]... [--labels A,B]</c></summary>
internal static class EvaluateVerb
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Command(CommandConsole console)
    {
        var model = new Option<string>("--model")
        {
            Description = "The model folder; its card says whether it finds entities or intents.",
            Required = true,
        };
        var data = new Option<string>("--data")
        {
            Description = "Annotated documents (any format) or utterances (JSON lines).",
            Required = true,
        };
        var json = new Option<bool>("--json") { Description = "JSON instead of a table." };
        var map = LabelRenames.Option();
        var only = new Option<string>("--labels") { Description = "A,B: score only these labels." };
        var command = new Command("evaluate", "Exact-match precision, recall and F1 by label; or accuracy of intents.")
        {
            model,
            data,
            json,
            map,
            only,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var bundle = ModelBundle.Load(parsed.GetRequiredValue(model));
                var file = parsed.GetRequiredValue(data);
                var result =
                    bundle.Card.Kind == ModelCard.EntitiesKind
                        ? Entities(
                            bundle,
                            file,
                            LabelRenames.Of(parsed.GetValue(map)),
                            Labels(parsed.GetValue(only)),
                            console,
                            cancellation
                        )
                        : Intents(bundle, file, cancellation);
                var text = parsed.GetValue(json) ? Describe(bundle, result).ToJsonString(Json) + "\n" : result.Table();
                console.WriteTo("-", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
            }
        );
        return command;
    }

    private static HashSet<string>? Labels(string? given) =>
        given is null ? null : [.. given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static EvaluationResult Entities(
        ModelBundle bundle,
        string file,
        IReadOnlyDictionary<string, string> renames,
        HashSet<string>? only,
        CommandConsole console,
        CancellationToken cancellation
    )
    {
        var losses = new List<string>();
        var documents = CorpusFormats.ForFile(file).Read(file, losses);
        LossReport.Write(losses, console.Error);
        documents = [.. documents.Select(document => document with { Spans = LabelRenames.Apply(renames, document.Spans) })];
        using var recognizer = EntityRecognizer.Load(bundle, Environment.ProcessorCount);
        WarnOfLabels(documents, recognizer, only, console);
        var found = recognizer.Recognize([.. documents.Select(document => document.Text)], cancellation);
        var scorer = new EntityScorer();
        for (var i = 0; i < documents.Count; i++)
        {
            scorer.Add(
                documents[i].Spans.Where(span => only?.Contains(span.Label) ?? true),
                found[i].Where(mention => only?.Contains(mention.Label) ?? true)
            );
        }
        return EvaluationResult.Of(documents.Count, scorer.Result, scorer.MicroF1Interval());
    }

    /// <summary>Two vocabularies that do not meet make a low score that means nothing: say so.</summary>
    private static void WarnOfLabels(
        IReadOnlyList<AnnotatedDocument> documents,
        EntityRecognizer recognizer,
        HashSet<string>? only,
        CommandConsole console
    )
    {
        var inData = documents.SelectMany(document => document.Spans).Select(span => span.Label).Where(Scored).ToHashSet();
        var unknown = inData.Except(recognizer.Labels).Order(StringComparer.Ordinal).ToList();
        var absent = recognizer.Labels.Where(Scored).Except(inData).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            console.Error.WriteLine(
                $"the model cannot find these labels of the data: {string.Join(", ", unknown)} (--map FROM=TO renames them)"
            );
        if (absent.Count > 0)
            console.Error.WriteLine(
                $"the data has none of these labels of the model: {string.Join(", ", absent)} (--labels A,B leaves them out)"
            );

        bool Scored(string label) => only?.Contains(label) ?? true;
    }

    private static EvaluationResult Intents(ModelBundle bundle, string file, CancellationToken cancellation)
    {
        var utterances = IntentCorpusFile.Read(file, file).Utterances;
        using var classifier = IntentClassifier.Load(bundle, Environment.ProcessorCount);
        var predictions = classifier.Classify(utterances, cancellation);
        var scorer = new IntentScorer();
        for (var i = 0; i < utterances.Count; i++)
            scorer.Add(utterances[i].Intent!, predictions[i]);
        return EvaluationResult.Of(scorer.Result);
    }

    private static JsonObject Describe(ModelBundle bundle, EvaluationResult result)
    {
        var described = new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["name"] = bundle.Card.Name,
                ["version"] = bundle.Card.Version,
                ["fingerprint"] = bundle.Fingerprint,
            },
        };
        foreach (var (name, value) in result.ToJson())
            described[name] = value?.DeepClone();
        return described;
    }
}
