using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Insights;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Insights;

public static class InsightEndpoints
{
    /// <summary>More ways to tell documents apart than anybody looks at together.</summary>
    private const int MostGroups = 12;

    public static void MapInsights(this IEndpointRouteBuilder api) =>
        api.MapGet("/projects/{projectId}/insights", Get)
            .WithTags("Insights")
            .RequireRole(ProjectRole.Annotator)
            .Describe(
                "getInsights",
                "How good suggestions are, how they become better, what the work costs and whom it covers.",
                "Derived from the log of corrections; scores are of suggestions against finished documents and readings, without what was planted. Annotators see their own work only,"
                    + " reviewers everybody's. `group` names meta data by which documents are told apart, for example `sex:sex|gender`, and may be repeated."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Insights);

    private static Ok<ProjectInsights> Get(string projectId, InsightStore store, ClaimsPrincipal user, string[]? group = null)
    {
        var insights = store.Of(projectId, Groups(group ?? []), user.BlindIn(projectId));
        return TypedResults.Ok(
            user.Rights().In(projectId) >= ProjectRole.Reviewer
                ? insights
                : insights with
                {
                    People = [.. insights.People.Where(person => person.Person == user.Actor())],
                }
        );
    }

    private static List<CoverageKey> Groups(string[] texts)
    {
        if (texts.Length > MostGroups)
        {
            throw new ProblemException("invalid_value", $"group is given at most {MostGroups} times.");
        }

        return
        [
            .. texts.Select(text =>
                CoverageKey.Parse(text)
                ?? throw new ProblemException("invalid_value", "group is a name and keys, for example sex:sex|gender.")
            ),
        ];
    }
}
