using ClinicalNlp.Intents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Extraction;

/// <summary>One text, or several utterances; not both.</summary>
public sealed record ClassifyRequest(string? Text = null, IReadOnlyList<string>? Utterances = null);

/// <param name="Intent">Of the one text; <c>oos</c> when nothing fits.</param>
/// <param name="Alternatives">The other intents in falling order of confidence.</param>
/// <param name="Results">Of several utterances, in the order given.</param>
public sealed record ClassifyAnswer(
    ModelVersionName Model,
    string? Intent,
    double? Confidence,
    IReadOnlyList<IntentScore>? Alternatives,
    IReadOnlyList<IntentPrediction>? Results
);

public static class IntentEndpoints
{
    public const int MaximumUtterances = 10_000;

    public static void MapIntents(this IEndpointRouteBuilder api) =>
        api.MapPost("/intents", Classify)
            .WithTags("Extraction")
            .Describe(
                "classify",
                "Says what a user of a chatbot wants.",
                "Send either `text` or `utterances`. A batch is answered by one model version."
            )
            .Fails(body: true, "empty_text", "model_missing", "model_damaged", "model_incomplete", "model_foreign")
            .Example(
                """{"text":"can i move my thursday appointment"}""",
                """
                {"model":{"name":"care-intents","version":"1"},"intent":"reschedule_appointment","confidence":0.96,
                 "alternatives":[{"intent":"cancel_appointment","confidence":0.02}]}
                """
            );

    private static async Task<Ok<ClassifyAnswer>> Classify(
        ClassifyRequest request,
        ServingModels models,
        InferenceGate gate,
        CancellationToken cancellation
    )
    {
        var texts = TextsOf(request);
        CheckedTexts.Check(texts, request.Utterances is null ? null : "utterances");

        using var lease = models.AcquireIntents();
        var found = await gate.RunAsync(texts, share => lease.Model.Classify(share, cancellation), cancellation);
        var model = ModelVersionName.Of(lease.Model.Bundle);
        return TypedResults.Ok(
            request.Utterances is null
                ? new ClassifyAnswer(model, found[0].Intent, found[0].Confidence, found[0].Alternatives, null)
                : new ClassifyAnswer(model, null, null, null, found)
        );
    }

    private static IReadOnlyList<string> TextsOf(ClassifyRequest request) =>
        request switch
        {
            { Text: { } text, Utterances: null } => [text],
            { Text: null, Utterances: { Count: > 0 and <= MaximumUtterances } utterances } => utterances,
            { Text: null, Utterances: { } utterances } => throw new ProblemException(
                "invalid_value",
                $"utterances takes 1 to {MaximumUtterances} of them, not {utterances.Count}."
            ),
            { Text: null } => throw new ProblemException("missing_field", "Send text, or utterances."),
            _ => throw new ProblemException("invalid_value", "Send either text or utterances, not both."),
        };
}
