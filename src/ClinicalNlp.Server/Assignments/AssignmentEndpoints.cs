using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Assignments;

/// <param name="Documents">Ids; without it all documents that are not done.</param>
/// <param name="People">Names of people with a role in the project, administrators or keys; without it whoever asks for work.</param>
/// <param name="PerDocument">How many people read each document.</param>
public sealed record NewAssignments(IReadOnlyList<string>? Documents = null, IReadOnlyList<string>? People = null, int PerDocument = 1);

public sealed record AssignedAnswer(int Added);

public sealed record NextRequest(QueueOrder Order = QueueOrder.Given);

/// <param name="Assignment">Null when there is nothing to do; its <c>copyId</c> is the document to open.</param>
public sealed record NextAnswer(Assignment? Assignment);

public sealed record SkipRequest(string Reason);

/// <param name="Person">Who is to read it; null: whoever asks for work and has not skipped it.</param>
public sealed record GiveRequest(string? Person = null);

public sealed record GoldQuestionsRequest(IReadOnlyList<string> Documents);

public sealed record GoldQuestionsAnswer(IReadOnlyList<GoldQuestion> Items);

public sealed record MineAnswer(IReadOnlyList<Assignment> Items);

/// <param name="Items">Names.</param>
public sealed record ReadersAnswer(IReadOnlyList<string> Items);

public sealed record ProgressOfPeople(IReadOnlyList<PersonProgress> Items);

public static class AssignmentEndpoints
{
    private const string Sample = """
        {"id":"0192f0d1-0000-7c4a-8f00-3a1b2c3d4e5f","documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","person":"ana","holder":"ana",
         "copyId":"0192f0d2-0000-7c4a-8f00-3a1b2c3d4e5f","state":"taken","lockedUntil":"2026-11-22T10:00:00+00:00","created":"2026-11-22T09:00:00+00:00"}
        """;

    private const string SettingsSample = """{"lockMinutes":30,"suggestions":true,"goldQuestionEvery":10,"seededShare":0.05}""";

    public static void MapAssignments(this IEndpointRouteBuilder api)
    {
        var work = api.MapGroup("/projects/{projectId}").WithTags("Assignments").RequireRole(ProjectRole.Annotator);
        work.MapPost("/assignments", Assign)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "assign",
                "Gives documents out to people, so that each is read by as many as asked for.",
                "Each works on a copy of their own and sees nobody else's. Readings that were given out before count."
            )
            .Fails(body: true, "not_found", "unknown_person", "too_few_people")
            .Example("""{"people":["ana","ben"],"perDocument":2}""", """{"added":24}""");
        work.MapGet("/assignments", List)
            .RequireRole(ProjectRole.Manager)
            .Describe("listAssignments", "Lists who reads which document, and how far they are.")
            .Fails(body: false, "not_found")
            .Example(null, Samples.Listed(Sample));
        work.MapGet("/assignments/mine", Mine)
            .Describe("myAssignments", "What the caller has been given or has begun, newest first.")
            .Fails(body: false, "not_found")
            .Example(null, $$"""{"items":[{{Sample}}]}""");
        work.MapGet("/assignments/people", Readers)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "listReaders",
                "Who may be given work by name: people with a role in the project, administrators, and keys that annotate in it."
            )
            .Fails(body: false, "not_found")
            .Example(null, """{"items":["ana","ben"]}""");
        work.MapGet("/assignments/progress", Progress)
            .Describe("assignmentProgress", "How much work each person has; under no name what nobody has taken.")
            .Fails(body: false, "not_found")
            .Example(null, """{"items":[{"person":"ana","open":3,"taken":1,"skipped":0,"done":20}]}""");
        work.MapPost("/assignments/next", Next)
            .Describe(
                "nextAssignment",
                "Takes the caller's next document and locks it for them.",
                "One that was begun comes first, then what was given by name, then the queue in the order asked for. The lock is counted from what was saved last."
            )
            .Fails(body: true, "not_found")
            .Example("""{"order":"gain_per_second"}""", $$"""{"assignment":{{Sample}} }""");
        work.MapPost("/assignments/{assignmentId}/skip", Skip)
            .Describe("skipAssignment", "Leaves a document to somebody else, with a reason.")
            .Fails(body: true, "not_found", "reason_missing", "state_conflict")
            .Example("""{"reason":"In a language I do not read."}""", null);
        work.MapPut("/assignments/{assignmentId}", Give)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "giveAssignment",
                "Gives a reading that is not done to somebody else, or to whoever asks.",
                "Also one that was skipped: until it is read or taken back, its document waits for gold. Who had begun it keeps what they wrote, and it counts if they finish it."
            )
            .Fails(body: true, "not_found", "unknown_person", "reading_given", "state_conflict")
            .Example("""{"person":"cai"}""", null);
        work.MapDelete("/assignments/{assignmentId}", TakeBack)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "takeBackAssignment",
                "Takes back a reading that is not done: the document is read by one fewer.",
                "Who had begun it keeps what they wrote, and it counts if they finish it."
            )
            .Fails(body: false, "not_found", "state_conflict");
        work.MapGet("/assignment-settings", Settings)
            .RequireRole(ProjectRole.Manager)
            .Describe("getAssignmentSettings", "How work is given out.")
            .Fails(body: false, "not_found")
            .Example(null, SettingsSample);
        work.MapPut("/assignment-settings", Save)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "setAssignmentSettings",
                "Sets how long documents are locked, and how annotators are tested.",
                "Gold questions and seeded wrong suggestions look like the rest to who gets them, and never become gold."
            )
            .Fails(body: true, "not_found")
            .Example(SettingsSample, SettingsSample);
        work.MapPost("/gold-questions", AddGoldQuestions)
            .RequireRole(ProjectRole.Manager)
            .Describe("addGoldQuestions", "Makes finished documents gold questions: put before people unseen, to compare.")
            .Fails(body: true, "not_found", "document_open")
            .Example("""{"documents":["0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f"]}""", null);
        work.MapGet("/gold-questions", GoldQuestions)
            .RequireRole(ProjectRole.Manager)
            .Describe("listGoldQuestions", "Which finished documents are gold questions, and how many people have answered each.")
            .Fails(body: false, "not_found")
            .Example(
                null,
                """
                {"items":[{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17",
                 "added":"2026-11-22T09:00:00+00:00","addedBy":"mia","answered":2}]}
                """
            );
        work.MapDelete("/gold-questions/{documentId}", RemoveGoldQuestion)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "removeGoldQuestion",
                "Asks a gold question no more.",
                "What was answered to it no longer counts for or against anybody; the document stays as it is."
            )
            .Fails(body: false, "not_found");
    }

    private static Ok<AssignedAnswer> Assign(
        string projectId,
        NewAssignments request,
        AssignmentStore store,
        ReaderStore readers,
        ClaimsPrincipal user
    )
    {
        var people = readers.Checked(projectId, request.People ?? [], user.Actor());
        return TypedResults.Ok(new AssignedAnswer(store.Assign(projectId, request.Documents, people, request.PerDocument, user.Actor())));
    }

    private static Ok<ReadersAnswer> Readers(string projectId, ReaderStore readers) =>
        TypedResults.Ok(new ReadersAnswer(readers.Of(projectId)));

    private static NoContent Give(
        string projectId,
        string assignmentId,
        GiveRequest request,
        HandoverStore store,
        ReaderStore readers,
        ClaimsPrincipal user
    )
    {
        var person = request.Person is { } name ? readers.Checked(projectId, [name], user.Actor())[0] : null;
        store.Give(projectId, assignmentId, person, user.Actor());
        return TypedResults.NoContent();
    }

    private static NoContent TakeBack(string projectId, string assignmentId, HandoverStore store, ClaimsPrincipal user)
    {
        store.TakeBack(projectId, assignmentId, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<Listing<Assignment>> List(string projectId, AssignmentStore store, int limit = 100, string? after = null) =>
        TypedResults.Ok(Listing<Assignment>.Of(store.List(projectId, limit, after), WithoutCopy));

    private static Ok<MineAnswer> Mine(string projectId, AssignmentStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(new MineAnswer([.. store.Of(projectId, user.Actor()).Select(AsSeen)]));

    private static Ok<ProgressOfPeople> Progress(string projectId, AssignmentStore store) =>
        TypedResults.Ok(new ProgressOfPeople(store.Progress(projectId)));

    private static async Task<Ok<NextAnswer>> Next(
        string projectId,
        NextRequest request,
        WorkQueueStore queue,
        AssignmentSettingsStore settings,
        SeedStore seeds,
        Preannotation preannotation,
        ILogger<WorkQueueStore> log,
        ClaimsPrincipal user,
        CancellationToken cancellation
    )
    {
        var next = queue.Next(projectId, user.Actor(), request.Order);
        if (next?.CopyId is { } copy && settings.Of(projectId).Suggestions)
        {
            try
            {
                await preannotation.SuggestAsync(copy, replace: false, "system", cancellation);
            }
            catch (UnusableInputException missing)
            {
                // Work goes on without suggestions where there is no model for them.
                AssignmentLog.WithoutSuggestions(log, missing.Code);
            }

            seeds.Plant(copy);
        }

        return TypedResults.Ok(new NextAnswer(next is null ? null : AsSeen(next)));
    }

    private static NoContent Skip(string projectId, string assignmentId, SkipRequest request, AssignmentStore store, ClaimsPrincipal user)
    {
        store.Skip(projectId, assignmentId, request.Reason, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<AssignmentSettings> Settings(string projectId, AssignmentSettingsStore store) => TypedResults.Ok(store.Of(projectId));

    private static Ok<AssignmentSettings> Save(
        string projectId,
        AssignmentSettings request,
        AssignmentSettingsStore store,
        ClaimsPrincipal user
    )
    {
        store.Save(projectId, request, user.Actor());
        return TypedResults.Ok(store.Of(projectId));
    }

    private static NoContent AddGoldQuestions(string projectId, GoldQuestionsRequest request, GoldQuestionStore store, ClaimsPrincipal user)
    {
        store.Add(projectId, request.Documents, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<GoldQuestionsAnswer> GoldQuestions(string projectId, GoldQuestionStore store) =>
        TypedResults.Ok(new GoldQuestionsAnswer(store.List(projectId)));

    private static NoContent RemoveGoldQuestion(string projectId, string documentId, GoldQuestionStore store, ClaimsPrincipal user)
    {
        store.Remove(projectId, documentId, user.Actor());
        return TypedResults.NoContent();
    }

    /// <summary>To whom it had been given would tell a gold question from work that anybody might have taken.</summary>
    private static Assignment AsSeen(Assignment assignment) => assignment with { Person = assignment.Holder ?? assignment.Person };

    /// <summary>Another's working copy cannot be opened, so nobody needs its id.</summary>
    private static Assignment WithoutCopy(Assignment assignment) => assignment with { CopyId = null };
}

internal static partial class AssignmentLog
{
    [LoggerMessage(LogLevel.Information, "a working copy has no suggestions: {Code}")]
    public static partial void WithoutSuggestions(ILogger log, string code);
}
