using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Server.Training;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.LabelErrors;

/// <param name="Folds">Models that are trained, each without one part of the documents.</param>
/// <param name="Minutes">For all of them together.</param>
public sealed record NewErrorSearch(ModelTask Task, int Folds = 5, double? Minutes = null, int? Seed = null);

/// <param name="Decision">error or right; absent takes a decision back.</param>
public sealed record ErrorDecisionRequest(ErrorDecision? Decision = null);

/// <param name="Words">What stands there.</param>
public sealed record ErrorPlace(int Start, int End, string Words);

/// <param name="Marked">Where people marked something; of what is missing, where it would be; of an utterance, its words.</param>
/// <param name="Label">What people said there; absent where they said nothing.</param>
/// <param name="Suggested">Where the models have something instead; absent where they have nothing.</param>
/// <param name="Score">How much likelier the models think their own, from 0 to 1.</param>
/// <param name="Outdated">The document has changed since the models read it.</param>
/// <param name="Mended">What was reported does not stand any more: the entry is closed, whatever was decided.</param>
public sealed record LabelErrorAnswer(
    string Id,
    string RunId,
    string DocumentId,
    string? ExternalId,
    ErrorKind Kind,
    ErrorPlace? Marked,
    string? Label,
    ErrorPlace? Suggested,
    string? SuggestedLabel,
    int? Turn,
    string Before,
    string After,
    double Score,
    bool Outdated,
    bool Mended,
    ErrorDecision? Decision,
    string? DecidedBy,
    DateTimeOffset? DecidedAt
)
{
    /// <summary>UTF-16 code units of the text on either side that are shown.</summary>
    private const int Around = 60;

    public static LabelErrorAnswer Of(LabelError error, OffsetUnit unit)
    {
        var (found, text) = (error.Found, error.Text);
        var map = new OffsetMap(text, unit);
        int from = Math.Min(found.Span?.Start ?? 0, found.SuggestedSpan?.Start ?? found.Span?.Start ?? 0);
        int to = Math.Max(found.Span?.End ?? 0, found.SuggestedSpan?.End ?? found.Span?.End ?? 0);
        return new(
            error.Id,
            error.RunId,
            found.DocumentId,
            error.ExternalId,
            found.Kind,
            Place(found.Span),
            found.Label,
            Place(found.SuggestedSpan),
            found.SuggestedLabel,
            found.Turn,
            text[Whole(Math.Max(0, from - Around))..from],
            text[to..Whole(Math.Min(text.Length, to + Around))],
            error.Found.Score,
            error.Outdated,
            error.Mended,
            error.Decision,
            error.DecidedBy,
            error.DecidedAt
        );

        ErrorPlace? Place(TextSpan? span) => span is { } at ? new(map.FromUtf16(at.Start), map.FromUtf16(at.End), at.Of(text)) : null;

        int Whole(int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at + 1 : at;
    }
}

/// <param name="Counts">By kind, whatever the list is narrowed to.</param>
public sealed record LabelErrorsAnswer(IReadOnlyList<LabelErrorAnswer> Items, string? Next, IReadOnlyList<ErrorKindCount> Counts);

public static class LabelErrorEndpoints
{
    private const string Sample = """
        {"id":"0192f0e4-0000-7c4a-8f00-3a1b2c3d4e5f","runId":"0192f0e3-0000-7c4a-8f00-3a1b2c3d4e5f","documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f",
         "externalId":"note-17","kind":"wrong_label","marked":{"start":8,"end":17,"words":"metformin"},"label":"PROBLEM",
         "suggested":{"start":8,"end":17,"words":"metformin"},"suggestedLabel":"MEDICATION","before":"Started ","after":" 500 mg.","score":0.97,"outdated":false,"mended":false}
        """;

    public static void MapLabelErrors(this IEndpointRouteBuilder api)
    {
        var errors = api.MapGroup("/projects/{projectId}/label-errors").WithTags("Label errors").RequireRole(ProjectRole.Reviewer);
        errors
            .MapGet("", List)
            .Describe(
                "listLabelErrors",
                "Places where models that had not seen a finished document contradict what people made of it, the most probable first.",
                "`state` is open (the default), decided, to_mend (confirmed and not yet mended) or all; `kind` is missing, spurious, wrong_label, wrong_edge or wrong_intent; `label` is marked or suggested."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, $$"""{"items":[{{Sample}}],"counts":[{"kind":"wrong_label","open":12,"errors":3,"right":1,"mended":2}]}""");
        errors
            .MapPost("/{errorId}/decision", Decide)
            .Describe(
                "decideLabelError",
                "Says whether it is an error, or that the document is right.",
                "What was decided is not reported by later searches, and kinds that people confirmed come earlier in them."
            )
            .Fails(body: true, "not_found")
            .Example("""{"decision":"error"}""", Sample);
        errors
            .MapPost("/searches", Search)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "startLabelErrorSearch",
                "Looks for label errors in the background: quick models, each trained without one fold of the finished documents, read that fold.",
                "Documents of one group are in one fold. The run is followed and cancelled as a training run."
            )
            .Fails(body: true, "invalid_value", "not_found", "training_in_progress", "too_little_data", "bad_minutes")
            .Example("""{"task":"entities","folds":5,"minutes":4}""", Samples.Run);
    }

    private static Ok<LabelErrorsAnswer> List(
        string projectId,
        LabelErrorStore store,
        string? state = null,
        string? kind = null,
        string? label = null,
        int limit = 100,
        string? after = null,
        string? offsetUnit = null
    )
    {
        var wanted = ErrorState.Open;
        if (state is not null && !StoredNames.TryParse(state, out wanted))
        {
            throw new ProblemException("invalid_value", "state is open, decided, to_mend or all.");
        }

        ErrorKind? ofKind = null;
        if (kind is not null)
        {
            ofKind = StoredNames.TryParse<ErrorKind>(kind, out var known)
                ? known
                : throw new ProblemException("invalid_value", "kind is missing, spurious, wrong_label, wrong_edge or wrong_intent.");
        }

        var unit = OffsetUnits.Parse(offsetUnit);
        var page = store.List(projectId, wanted, ofKind, label, limit, after);
        return TypedResults.Ok(
            new LabelErrorsAnswer([.. page.Items.Select(error => LabelErrorAnswer.Of(error, unit))], page.Next, store.Counts(projectId))
        );
    }

    private static Ok<LabelErrorAnswer> Decide(
        string projectId,
        string errorId,
        ErrorDecisionRequest request,
        LabelErrorStore store,
        ClaimsPrincipal user,
        string? offsetUnit = null
    )
    {
        var unit = OffsetUnits.Parse(offsetUnit);
        return TypedResults.Ok(LabelErrorAnswer.Of(store.Decide(projectId, errorId, request.Decision, user.Actor()), unit));
    }

    private static Accepted<TrainingRunAnswer> Search(
        string projectId,
        NewErrorSearch request,
        TrainingWorker worker,
        RegistryStore registry,
        ClaimsPrincipal user
    )
    {
        var run = worker.Enqueue(
            new NewTrainingRun(projectId, request.Task, null, request.Minutes, request.Seed, AutoPromote: false)
            {
                Kind = RunKind.LabelErrors,
                Folds = request.Folds,
            },
            user.Actor()
        );
        return TypedResults.Accepted($"/v1/training-runs/{run.Id}", TrainingRunAnswer.Of(run, registry));
    }
}
