using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Extraction;

/// <summary>One text, or several utterances; not both.</summary>
/// <param name="PreviousTurns">What was said before the one text, oldest first, whoever said it; a model that learned from dialogues reads the last six.</param>
/// <param name="Utterances">Each a text, or an object with its own turns before it.</param>
public sealed record ClassifyRequest(
    string? Text = null,
    IReadOnlyList<PreviousTurn>? PreviousTurns = null,
    IReadOnlyList<UtteranceToClassify>? Utterances = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

/// <param name="AnswerId">Leads to the version, what it was made of, and the people whose work that is; also in the header <c>Answer-Id</c>.</param>
/// <param name="Intent">Of the one text; <c>oos</c> when nothing fits.</param>
/// <param name="Alternatives">The other intents in falling order of confidence.</param>
/// <param name="Intents">Of the one text, where it asks for several things: each with its place, in order; else empty.</param>
/// <param name="RedFlags">Of the one text: signs that somebody may be in danger, whatever the intent; mostly empty.</param>
/// <param name="Results">Of several utterances, in the order given.</param>
public sealed record ClassifyAnswer(
    string AnswerId,
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
    public static ClassifyAnswer OfOne(string answerId, ModelVersionName model, OffsetUnit unit, ClassifiedUtterance one) =>
        new(answerId, model, unit, one.Intent, one.Confidence, one.Alternatives, one.Intents, one.RedFlags, null);
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
            .RequireExtraction()
            .Describe(
                "classify",
                "Says what a user of a chatbot wants.",
                "Send either `text` or `utterances`, each a text or an object with its own `previousTurns`: what was said before, oldest first, which tells "
                    + "what an answer such as `yes` is about. A batch is answered by one model version. `intents` holds two or more where an utterance asks "
                    + "for several things; `redFlags` orders an inbox and is no medical advice: `mentioned` is said of the past, as a question, or denied."
            )
            .Fails(body: true, "empty_text", "queue_full", "model_missing", "model_damaged", "model_incomplete", "model_foreign")
            .Example(
                """{"text":"can i move my thursday appointment also my chest feels tight"}""",
                """
                {"answerId":"037fgk3e2g0vq1k0i8u3s5t7q9m2c4e6h8j0l1n3p5r7t9v1","model":{"name":"care-intents","version":"1"},"offsetUnit":"unicodeCodePoint","intent":"reschedule_appointment","confidence":0.96,
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
        GivenAnswers given,
        CancellationToken cancellation
    )
    {
        var asked = UtterancesOf(request);
        Check(asked, request.Utterances is null ? null : "utterances");
        var texts = asked.Select(one => one.Text).ToArray();

        using var lease = models.AcquireIntents();
        var segmented = SegmentedUtterances.Of(texts);
        // The utterances and what they may have to be cut into at once: one wait in the queue for both.
        var found = await queue.ClassifyAsync(
            lease.Model,
            [.. asked.Select(one => one.AsUtterance()), .. Alone(segmented.Pieces)],
            cancellation
        );
        segmented.Answer([.. found.Skip(texts.Length)]);
        while (segmented.Pieces.Count > 0)
        {
            segmented.Answer(await queue.ClassifyAsync(lease.Model, Alone(segmented.Pieces), cancellation));
        }

        var intents = segmented.Intents;
        ClassifiedUtterance[] results = [.. texts.Select((t, i) => ClassifiedUtterance.Of(t, found[i], intents[i], request.OffsetUnit))];
        var model = ModelVersionName.Of(lease.Model.Bundle);
        var answerId = given.Record(
            AnswerKind.Intents,
            lease.Model.Bundle,
            texts.Length,
            results.Count(one => one.Intent != IntentPrediction.OutOfScope)
        );
        return TypedResults.Ok(
            request.Utterances is null
                ? ClassifyAnswer.OfOne(answerId, model, request.OffsetUnit, results[0])
                : new ClassifyAnswer(answerId, model, request.OffsetUnit, null, null, null, null, null, results)
        );
    }

    private static Utterance[] Alone(IReadOnlyList<string> pieces) => [.. pieces.Select(piece => new Utterance(piece, null))];

    private static IReadOnlyList<UtteranceToClassify> UtterancesOf(ClassifyRequest request) =>
        request switch
        {
            { Text: { } text, Utterances: null } => [new UtteranceToClassify(text, request.PreviousTurns)],
            { Text: null, Utterances: not null, PreviousTurns: not null } => throw new ProblemException(
                "invalid_value",
                "previousTurns beside utterances belong to none of them: send each as {text, previousTurns}."
            ),
            { Text: null, Utterances: { Count: > 0 and <= MaximumUtterances } utterances } => utterances,
            { Text: null, Utterances: { } utterances } => throw new ProblemException(
                "invalid_value",
                $"utterances takes 1 to {MaximumUtterances} of them, not {utterances.Count}."
            ),
            { Text: null } => throw new ProblemException("missing_field", "Send text, or utterances."),
            _ => throw new ProblemException("invalid_value", "Send either text or utterances, not both."),
        };

    private static void Check(IReadOnlyList<UtteranceToClassify> utterances, string? batch)
    {
        CheckedTexts.Check([.. utterances.Select(one => one.Text)], batch);
        for (var i = 0; i < utterances.Count; i++)
        {
            if (utterances[i].PreviousTurns is not { } turns)
            {
                continue;
            }

            var field = batch is null ? "previousTurns" : $"{batch}[{i}].previousTurns";
            if (turns.Count > UtteranceToClassify.MaximumTurns)
            {
                throw new ProblemException(
                    "invalid_value",
                    $"{field} takes up to {UtteranceToClassify.MaximumTurns} of them, not {turns.Count}; the last {UtteranceFeatures.TurnsRead} are read."
                );
            }

            CheckedTexts.Check([.. turns.Select(turn => turn.Text)], field);
        }
    }
}
