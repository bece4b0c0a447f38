using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Quality;

public sealed record AnnotatorsAnswer(IReadOnlyList<AnnotatorQuality> Items);

public static class QualityEndpoints
{
    private const string Figure = """{"value":0.81,"low":0.74,"high":0.87}""";

    public static void MapQuality(this IEndpointRouteBuilder api)
    {
        var quality = api.MapGroup("/projects/{projectId}/quality").WithTags("Quality").RequireRole(ProjectRole.Reviewer);
        quality
            .MapGet("/agreement", Agreement)
            .Describe(
                "getAgreement",
                "How far annotators agree on the documents that several of them have finished.",
                "Pairwise F1 of mentions, Cohen's and Fleiss' kappa and Krippendorff's alpha over tokens, alpha for unitising, each with its 95% bootstrap interval over documents; a figure without a value is undefined."
            )
            .Fails(body: false, "not_found")
            .Example(
                null,
                $$"""
                {"mentions":{"documents":40,"annotators":["ana","ben"],"exactF1":{{Figure}},"overlapF1":{{Figure}},"fleissKappa":{{Figure}},"alpha":{{Figure}},"alphaU":{{Figure}},
                 "pairs":[{"first":"ana","second":"ben","documents":40,"exactF1":{{Figure}},"overlapF1":{{Figure}},"kappa":{{Figure}} }],
                 "labels":[{"label":"MEDICATION","mentions":310,"exactF1":{{Figure}},"overlapF1":{{Figure}},"alphaU":{{Figure}} }]} }
                """
            );
        quality
            .MapGet("/annotators", Annotators)
            .Describe(
                "getAnnotatorQuality",
                "How annotators did where the right answer was known: on gold questions and on suggestions that were made wrong on purpose.",
                "`weight` is what a document that somebody finished alone counts in training."
            )
            .Fails(body: false, "not_found")
            .Example(
                null,
                $$"""{"items":[{"person":"ana","wrongShown":20,"wrongAccepted":1,"falseAcceptance":{"value":0.05,"low":0.01,"high":0.24},"goldQuestions":4,"goldF1":{{Figure}},"weight":1}]}"""
            );
    }

    private static Ok<AgreementOfProject> Agreement(string projectId, ProjectAgreement agreement) =>
        TypedResults.Ok(agreement.Of(projectId));

    private static Ok<AnnotatorsAnswer> Annotators(string projectId, QualityStore store) =>
        TypedResults.Ok(new AnnotatorsAnswer(store.Of(projectId)));
}
