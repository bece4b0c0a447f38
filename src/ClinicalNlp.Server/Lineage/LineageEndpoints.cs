using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Lineage;

/// <summary>From an answer down to the people whose work made it: version, snapshot, example, correction, person.</summary>
public static class LineageEndpoints
{
    public static void MapLineage(this IEndpointRouteBuilder api)
    {
        var lineage = api.MapGroup("/lineage").WithTags("Lineage");
        lineage
            .MapGet("/answers/{id}", OfAnswer)
            .RequireIdentity()
            .Describe(
                "getAnswerLineage",
                "Which version gave an answer, and what that version was made of.",
                "`id` is the `answerId` of an answer, which is also its header `Answer-Id`. Whoever got the answer may ask, and managers and administrators; "
                    + "an answer about a stored document is for those who have a role in its project."
            )
            .Fails(body: false, "not_found")
            .Example(null, LineageSamples.OfAnswer);
        lineage
            .MapGet("/versions/{name}/{version}", OfVersion)
            .RequireRole(ProjectRole.Annotator, ProjectFrom.Any)
            .Describe("getVersionLineage", "What a version was made of, when it was in use and how much it answered.")
            .Fails(body: false, "not_found")
            .Example(null, LineageSamples.OfVersion);
        lineage
            .MapGet("/versions/{name}/{version}/answers", AnswersOf)
            .RequireRole(ProjectRole.Manager, ProjectFrom.Any)
            .Describe(
                "listVersionAnswers",
                "The answers that a version gave and that are kept, newest first.",
                "For administrators, and for managers of a project that the version, or one it descends from, was trained in."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(LineageSamples.Answer));
        lineage
            .MapGet("/snapshots/{id}/examples", Examples)
            .RequireRole(ProjectRole.Reviewer)
            .Describe(
                "listExamples",
                "The documents of a snapshot, with side, weight and who worked on them; without text.",
                "`side` is `train` or `held_out`."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(LineageSamples.Example));
        lineage
            .MapGet("/documents/{id}/corrections", Corrections)
            .RequireRole(ProjectRole.Reviewer)
            .Describe(
                "listExampleCorrections",
                "What people did to a document and its working copies, one change each; without text.",
                "With `revision`, up to that revision of the document: what a snapshot knew."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(LineageSamples.Correction));
        lineage
            .MapGet("/documents/{id}", OfDocument)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "getDocumentReach",
                "What holds a document, which versions learnt from it, when they were in use and how much they answered.",
                "`trained`: it is on the training side; `replayed`: nobody had finished it and the training labelled it by itself; `inherited`: through a version "
                    + "it descends from; `judged`: it was only measured with it."
            )
            .Fails(body: false, "not_found")
            .Example(null, LineageSamples.Reach);
        lineage
            .MapGet("/documents/{id}/answers", AnswersTouched)
            .RequireRole(ProjectRole.Manager)
            .Describe("listTouchedAnswers", "The answers of all versions that learnt from a document, newest first.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(LineageSamples.Answer));
        lineage
            .MapGet("/people/{name}", OfPerson)
            .RequireRole(ProjectRole.Manager, ProjectFrom.Any)
            .Describe("getPersonReach", "How much a person worked in the caller's projects, and which versions learnt from it.")
            .Fails(body: false)
            .Example(null, LineageSamples.Person);
        lineage
            .MapGet("/people/{name}/documents", DocumentsOf)
            .RequireRole(ProjectRole.Manager, ProjectFrom.Any)
            .Describe("listPersonDocuments", "The documents that a person corrected, finished or brought in, in the caller's projects.")
            .Fails(body: false, "invalid_value")
            .Example(null, Samples.Listed(LineageSamples.PersonDocument));
    }

    private static Ok<AnswerLineage> OfAnswer(
        string id,
        AnswerLog log,
        AnswerStore answers,
        LineageStore lineage,
        MembershipStore memberships,
        ClaimsPrincipal user
    )
    {
        log.Flush();
        var found = answers.Find(id);
        var rights = user.Rights();
        bool visible =
            found.Actor == user.Actor()
            || (
                found.Row?.DocumentId is { } document
                    ? memberships.ProjectOf("documents", document) is { } project && rights.In(project) is not null
                    : rights.Somewhere >= ProjectRole.Manager
            );
        return visible
            ? TypedResults.Ok(
                new AnswerLineage(
                    AnswerEntry.Of(found),
                    found.Model is { } model ? [.. lineage.Chain(model).Select(v => VersionEntry.Of(v, rights))] : []
                )
            )
            : throw new RecordNotFoundException("answer", id);
    }

    private static Ok<VersionLineageAnswer> OfVersion(
        string name,
        string version,
        AnswerLog log,
        AnswerStore answers,
        LineageStore lineage,
        ReachStore reach,
        ClaimsPrincipal user
    )
    {
        log.Flush();
        var model = new ModelStamp(name, version);
        return TypedResults.Ok(
            new VersionLineageAnswer(
                [.. lineage.Chain(model).Select(v => VersionEntry.Of(v, user.Rights()))],
                reach.Live(model),
                answers.Counts(model).Sum(count => count.Count)
            )
        );
    }

    private static Ok<Listing<AnswerEntry>> AnswersOf(
        string name,
        string version,
        AnswerLog log,
        AnswerStore answers,
        LineageStore lineage,
        ClaimsPrincipal user,
        int limit = 100,
        string? after = null
    )
    {
        log.Flush();
        var model = new ModelStamp(name, version);
        var rights = user.Rights();
        bool visible =
            rights.Everywhere >= ProjectRole.Manager
            || lineage.Chain(model).Any(v => v.Training is { } training && rights.In(training.Snapshot.ProjectId) >= ProjectRole.Manager);
        return visible
            ? TypedResults.Ok(Listing<AnswerEntry>.Of(answers.ListOf([model], limit, after), AnswerEntry.Of))
            : throw new RecordNotFoundException("model version", name);
    }

    private static Ok<Listing<ExampleLineage>> Examples(
        string id,
        LineageStore lineage,
        string? side = null,
        int limit = 100,
        string? after = null
    )
    {
        SnapshotSide? wanted = null;
        if (side is not null)
        {
            wanted = StoredNames.TryParse<SnapshotSide>(side, out var known)
                ? known
                : throw new ProblemException("invalid_value", "side is train or held_out.");
        }

        return TypedResults.Ok(Listing<ExampleLineage>.Of(lineage.Examples(id, wanted, limit, after)));
    }

    private static Ok<Listing<CorrectionLineage>> Corrections(
        string id,
        LineageStore lineage,
        int? revision = null,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<CorrectionLineage>.Of(lineage.Corrections(id, revision, limit, after)));

    private static Ok<DocumentReach> OfDocument(string id, AnswerLog log, ReachStore reach)
    {
        log.Flush();
        return TypedResults.Ok(reach.Of(id));
    }

    private static Ok<Listing<AnswerEntry>> AnswersTouched(
        string id,
        AnswerLog log,
        ReachStore reach,
        int limit = 100,
        string? after = null
    )
    {
        log.Flush();
        return TypedResults.Ok(Listing<AnswerEntry>.Of(reach.Answers(id, limit, after), AnswerEntry.Of));
    }

    private static Ok<PersonReach> OfPerson(string name, ReachStore reach, ClaimsPrincipal user) =>
        TypedResults.Ok(reach.OfPerson(name, Managed(user)));

    private static Ok<Listing<PersonDocument>> DocumentsOf(
        string name,
        ReachStore reach,
        ClaimsPrincipal user,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<PersonDocument>.Of(reach.Documents(name, Managed(user), limit, after)));

    /// <summary>The projects in which the caller may ask about people; null for all.</summary>
    private static IReadOnlyCollection<string>? Managed(ClaimsPrincipal user) =>
        user.Rights() is { Everywhere: not >= ProjectRole.Manager } rights
            ? [.. rights.Projects.Where(project => project.Value >= ProjectRole.Manager).Select(project => project.Key)]
            : null;
}
