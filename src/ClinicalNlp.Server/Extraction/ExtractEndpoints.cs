using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Entities;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Extraction;

/// <summary>One text, or several documents; not both.</summary>
public sealed record ExtractRequest(
    string? Text = null,
    IReadOnlyList<ExtractDocument>? Documents = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

public sealed record ExtractDocument(string Id, string Text);

/// <param name="AnswerId">Leads to the version, what it was made of, and the people whose work that is; also in the header <c>Answer-Id</c>.</param>
/// <param name="Model">The version that made the whole answer.</param>
/// <param name="Mentions">Of the one text; sorted, not overlapping.</param>
/// <param name="Documents">Of several, in the order given.</param>
public sealed record ExtractAnswer(
    string AnswerId,
    ModelVersionName Model,
    OffsetUnit OffsetUnit,
    IReadOnlyList<FoundMention>? Mentions,
    IReadOnlyList<FoundInDocument>? Documents
);

public sealed record FoundInDocument(string Id, IReadOnlyList<FoundMention> Mentions);

/// <summary>A mention with its surface text, so that a reader can check the offsets.</summary>
public sealed record FoundMention(int Start, int End, string Text, string Label, double Confidence)
{
    public static FoundMention Of(Mention mention, string text, OffsetMap map) =>
        new(map.FromUtf16(mention.Span.Start), map.FromUtf16(mention.Span.End), mention.Span.Of(text), mention.Label, mention.Confidence);
}

public static class ExtractEndpoints
{
    /// <summary>One request is answered at once; larger jobs are several requests.</summary>
    public const int MaximumDocuments = 1000;

    public static void MapExtract(this IEndpointRouteBuilder api) =>
        api.MapPost("/extract", Extract)
            .WithTags("Extraction")
            .RequireExtraction()
            .Describe(
                "extract",
                "Finds clinical entities in a text or in several documents.",
                "Send either `text` or `documents`. A batch is answered by one model version."
            )
            .Fails(body: true, "empty_text", "queue_full", "model_missing", "model_damaged", "model_incomplete", "model_foreign")
            .Example(
                """{"text":"Started metformin 500 mg."}""",
                """
                {"answerId":"037fgk3e2g0vq1k0i8u3s5t7q9m2c4e6h8j0l1n3p5r7t9v1","model":{"name":"clinical-entities","version":"1"},
                 "offsetUnit":"unicodeCodePoint",
                 "mentions":[{"start":8,"end":17,"text":"metformin","label":"MEDICATION","confidence":0.98},
                             {"start":18,"end":24,"text":"500 mg","label":"DOSAGE","confidence":0.97}]}
                """
            );

    private static async Task<Ok<ExtractAnswer>> Extract(
        ExtractRequest request,
        ServingModels models,
        InferenceQueue queue,
        GivenAnswers given,
        CancellationToken cancellation
    )
    {
        var texts = TextsOf(request);
        CheckedTexts.Check(texts, request.Documents is null ? null : "documents", ClinicalText.MaximumExtractedLength);

        using var lease = models.AcquireEntities();
        var found = await queue.RecognizeAsync(lease.Model, texts, cancellation);
        var answers = texts.Select((text, i) => Describe(text, found[i], request.OffsetUnit)).ToArray();
        return TypedResults.Ok(
            new ExtractAnswer(
                given.Record(AnswerKind.Extract, lease.Model.Bundle, texts.Length, found.Sum(mentions => mentions.Count)),
                ModelVersionName.Of(lease.Model.Bundle),
                request.OffsetUnit,
                request.Documents is null ? answers[0] : null,
                request.Documents?.Select((document, i) => new FoundInDocument(document.Id, answers[i])).ToArray()
            )
        );
    }

    private static string[] TextsOf(ExtractRequest request) =>
        request switch
        {
            { Text: { } text, Documents: null } => [text],
            { Text: null, Documents: { Count: > 0 and <= MaximumDocuments } documents } => [.. documents.Select(d => d.Text)],
            { Text: null, Documents: { } documents } => throw new ProblemException(
                "invalid_value",
                $"documents takes 1 to {MaximumDocuments} of them, not {documents.Count}."
            ),
            { Text: null } => throw new ProblemException("missing_field", "Send text, or documents."),
            _ => throw new ProblemException("invalid_value", "Send either text or documents, not both."),
        };

    private static FoundMention[] Describe(string text, IReadOnlyList<Mention> mentions, OffsetUnit unit)
    {
        var map = new OffsetMap(text, unit);
        return [.. mentions.Select(m => FoundMention.Of(m, text, map))];
    }
}
