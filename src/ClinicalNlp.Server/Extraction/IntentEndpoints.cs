using ClinicalNlp.Intents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Extraction;

/// <summary>One text, or several utterances; not both.</summary>
public sealed record ClassifyRequest(
    string? Text = null,
    IReadOnlyList<string>? Utterances = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

/// <param name="Intent">Of the one text; <c>oos</c> when nothing fits.</param>
/// <param name="Alternatives">The other intents in falling order of confidence.</param>
/// <param name="Intents">Of the one text, where it asks for several things: each with its place, in order; else empty.</param>
/// <param name="RedFlags">Of the one text: signs that somebody may be in danger, whatever the intent; mostly empty.</param>
/// <param name="Results">Of several utterances, in the order given.</param>
public sealed record ClassifyAnswer(
    ModelVersionName Model,
    OffsetUnit OffsetUnit,
    string? Intent,
    double? Confidence,
    IReadOnlyList<IntentScore>? Alternatives,
    IReadOnlyList<PlacedIntentAnswer>? Intents,
    IReadOnlyList<RedFlagAnswer>? RedFlags,
    IReadOnlyList<ClassifiedUtterance>? Results
)
{
    public static ClassifyAnswer OfOne(ModelVersionName model, OffsetUnit unit, ClassifiedUtterance one) =>
        new(model, unit, one.Intent, one.Confidence, one.Alternatives, one.Intents, one.RedFlags, null);
}

/// <inheritdoc cref="ClassifyAnswer"/>
public sealed record ClassifiedUtterance(
    string Intent,
    double Confidence,
    IReadOnlyList<IntentScore> Alternatives,
    IReadOnlyList<PlacedIntentAnswer> Intents,
    IReadOnlyList<RedFlagAnswer> RedFlags
)
{
    public static ClassifiedUtterance Of(string text, IntentPrediction whole, IReadOnlyList<SegmentIntent> intents, OffsetUnit unit)
    {
        var map = new OffsetMap(text, unit);
        return new ClassifiedUtterance(
            whole.Intent,
            whole.Confidence,
            whole.Alternatives,
            [.. intents.Select(found => PlacedIntentAnswer.Of(found, map))],
            RedFlagAnswer.Of(text, whole, map)
        );
    }
}

public static class IntentEndpoints
{
    public const int MaximumUtterances = 10_000;

    public static void MapIntents(this IEndpointRouteBuilder api) =>
        api.MapPost("/intents", Classify)
            .WithTags("Extraction")
            .Describe(
                "classify",
                "Says what a user of a chatbot wants.",
                "Send either `text` or `utterances`. A batch is answered by one model version. `intents` holds two or more where an utterance asks for several "
                    + "things; `redFlags` orders an inbox and is no medical advice: `mentioned` is said of the past, as a question, or denied."
            )
            .Fails(body: true, "empty_text", "queue_full", "model_missing", "model_damaged", "model_incomplete", "model_foreign")
            .Example(
                """{"text":"can i move my thursday appointment also my chest feels tight"}""",
                """
                {"model":{"name":"care-intents","version":"1"},"offsetUnit":"unicodeCodePoint","intent":"reschedule_appointment","confidence":0.96,
                 "alternatives":[{"intent":"report_symptom","confidence":0.02}],
                 "intents":[{"intent":"reschedule_appointment","confidence":0.98,"start":0,"end":34},
                            {"intent":"report_symptom","confidence":0.71,"start":40,"end":63}],
                 "redFlags":[{"flag":"chest_pain","level":"urgent","spans":[{"start":43,"end":48},{"start":53,"end":58}]}]}
                """
            );

    private static async Task<Ok<ClassifyAnswer>> Classify(
        ClassifyRequest request,
        ServingModels models,
        InferenceQueue queue,
        CancellationToken cancellation
    )
    {
        var texts = TextsOf(request);
        CheckedTexts.Check(texts, request.Utterances is null ? null : "utterances");

        using var lease = models.AcquireIntents();
        var found = await queue.ClassifyAsync(lease.Model, texts, cancellation);
        var segmented = SegmentedUtterances.Of(texts);
        var pieces = segmented.Pieces.Count == 0 ? [] : await queue.ClassifyAsync(lease.Model, segmented.Pieces, cancellation);
        var intents = segmented.Intents(pieces);
        ClassifiedUtterance[] results = [.. texts.Select((t, i) => ClassifiedUtterance.Of(t, found[i], intents[i], request.OffsetUnit))];
        var model = ModelVersionName.Of(lease.Model.Bundle);
        return TypedResults.Ok(
            request.Utterances is null
                ? ClassifyAnswer.OfOne(model, request.OffsetUnit, results[0])
                : new ClassifyAnswer(model, request.OffsetUnit, null, null, null, null, null, results)
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
