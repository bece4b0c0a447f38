using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Documents with suggestions to correct, and what the service holds afterwards. Suggestions are put into the store as a model's would be.</summary>
internal static class Desk
{
    private static readonly ModelStamp Model = new("clinical-entities", "1");

    public static async Task<string> NewProjectAsync(this RunningServer server, string name)
    {
        var project = await server.Client.PostAsync(
            "/v1/projects",
            new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonArray(
                    new JsonObject { ["name"] = "PROBLEM", ["key"] = "p" },
                    new JsonObject { ["name"] = "MEDICATION", ["key"] = "m" },
                    new JsonObject { ["name"] = "DOSAGE" }
                ),
                ["intents"] = new JsonArray(
                    new JsonObject { ["name"] = "book_appointment" },
                    new JsonObject { ["name"] = "refill_prescription" },
                    new JsonObject { ["name"] = "billing_question" }
                ),
            }
        );
        return project.Id();
    }

    public static async Task<string> NewNoteAsync(
        this RunningServer server,
        string projectId,
        string text,
        params (string Words, string Label, double Confidence)[] suggestions
    )
    {
        var added = await server.Client.PostAsync(
            $"/v1/projects/{projectId}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = text }) }
        );
        var id = added["items"]![0]!.Id();
        server
            .App.Services.GetRequiredService<SuggestionStore>()
            .ReplaceMentions(id, Model, [.. suggestions.Select(s => new Mention(Place(text, s.Words), s.Label, s.Confidence))], "model");
        return id;
    }

    public static async Task<string> NewTranscriptAsync(
        this RunningServer server,
        string projectId,
        params (string Speaker, string Text, string? Intent)[] turns
    )
    {
        var added = await server.Client.PostAsync(
            $"/v1/projects/{projectId}/documents",
            new JsonObject
            {
                ["documents"] = new JsonArray(
                    new JsonObject
                    {
                        ["turns"] = new JsonArray([.. turns.Select(t => new JsonObject { ["speaker"] = t.Speaker, ["text"] = t.Text })]),
                    }
                ),
            }
        );
        var id = added["items"]![0]!.Id();
        server
            .App.Services.GetRequiredService<SuggestionStore>()
            .ReplaceIntents(
                id,
                new ModelStamp("care-intents", "1"),
                [
                    .. turns
                        .Index()
                        .Where(t => t.Item.Intent is not null)
                        .Select(t => new TurnPrediction(
                            t.Index,
                            new IntentPrediction(
                                t.Item.Intent!,
                                0.7,
                                [new IntentScore(t.Item.Intent!, 0.7), new IntentScore("billing_question", 0.2)]
                            )
                        )),
                ],
                "model"
            );
        return id;
    }

    public static Task<JsonNode> DocumentAsync(this RunningServer server, string id) =>
        server.Client.GetJsonAsync($"/v1/documents/{id}?offsetUnit=utf16CodeUnit");

    /// <summary>What is marked, in order: the words cut from the text by the offsets, the label and the state.</summary>
    public static async Task<List<string>> MarkedAsync(this RunningServer server, string id) => Marked(await server.DocumentAsync(id));

    public static List<string> Marked(JsonNode document)
    {
        var text = (string)document["text"]!;
        return
        [
            .. document["mentions"]!
                .AsArray()
                .Select(m => $"{text[(int)m!["start"]!..(int)m["end"]!]} {(string)m["label"]!} {(string)m["state"]!}"),
        ];
    }

    private static TextSpan Place(string text, string words)
    {
        var start = text.IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }
}
