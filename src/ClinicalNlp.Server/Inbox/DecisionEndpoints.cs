using System.Security.Claims;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Inbox;

/// <summary>Decisions on utterances of several transcripts, for example on all in nearly the same words.</summary>
/// <param name="IdempotencyKey">Chosen by the sender: a document that knows it is answered again and nothing is written.</param>
public sealed record DecisionsRequest(IReadOnlyList<UtteranceDecision> Decisions, string? IdempotencyKey = null);

/// <param name="Revision">The revision of the document that the person saw; the same in all decisions on it.</param>
/// <param name="Intent">Null makes the utterance undecided again.</param>
public sealed record UtteranceDecision(string DocumentId, int Revision, int Turn, string? Intent = null);

public enum DecisionOutcome
{
    Applied,

    /// <summary>The idempotency key was known; nothing was written.</summary>
    Repeated,

    /// <summary>Nothing was written to this document; <c>code</c> says why.</summary>
    Refused,
}

/// <summary>What is on a decided utterance now.</summary>
public sealed record DecidedUtterance(int Turn, string? Intent, IntentState? State);

/// <summary>What became of the decisions on one document: all of them, or none.</summary>
/// <param name="Revision">Of the document now; absent when there is no such document.</param>
/// <param name="Code">Why it was refused: a code of the problem details.</param>
/// <param name="Utterances">Those that were to be decided, as they are now.</param>
public sealed record DocumentDecision(
    string DocumentId,
    DecisionOutcome Outcome,
    int? Revision,
    string? Code,
    string? Detail,
    IReadOnlyList<DecidedUtterance> Utterances
);

/// <param name="Applied">Utterances that are decided as asked.</param>
public sealed record DecisionsAnswer(IReadOnlyList<DocumentDecision> Documents, int Applied, int Refused);

internal static class DecisionEndpoints
{
    private const int Most = 2000;

    public static void MapDecisions(this IEndpointRouteBuilder inbox) =>
        inbox
            .MapPost("/decisions", Decide)
            .Describe(
                "decideUtterances",
                "Stores the intents of utterances, each document by itself.",
                "A document that somebody else has saved meanwhile, or that is done, is refused alone, with what is on its utterances now; the others are stored."
            )
            .Fails(body: true, "not_found", "duplicate_turn", "storage_full", "storage_read_only")
            .Example(
                """{"idempotencyKey":"5b1c","decisions":[{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","revision":0,"turn":0,"intent":"reschedule"}]}""",
                """
                {"documents":[{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","outcome":"applied","revision":1,
                 "utterances":[{"turn":0,"intent":"reschedule","state":"accepted"}]}],"applied":1,"refused":0}
                """
            );

    private static Ok<DecisionsAnswer> Decide(
        string projectId,
        DecisionsRequest request,
        CorrectionStore corrections,
        DocumentStore documents,
        BlindSourceStore blindSources,
        ClaimsPrincipal user
    )
    {
        if (request.Decisions.Count is 0 or > Most)
        {
            throw new ProblemException("invalid_value", $"decisions holds 1 to {Most} of them.");
        }

        var hidden = blindSources.Of(projectId, user.BlindIn(projectId));
        var answers = request
            .Decisions.GroupBy(decision => decision.DocumentId, StringComparer.Ordinal)
            .Select(group => (Id: group.Key, Decisions: Checked([.. group])))
            .ToList()
            .ConvertAll(item =>
                DecideDocument(projectId, item.Id, item.Decisions, request.IdempotencyKey, corrections, documents, hidden, user)
            );
        int applied = answers.Where(answer => answer.Outcome != DecisionOutcome.Refused).Sum(answer => answer.Utterances.Count);
        return TypedResults.Ok(new DecisionsAnswer(answers, applied, request.Decisions.Count - applied));
    }

    private static List<UtteranceDecision> Checked(List<UtteranceDecision> ofDocument) =>
        ofDocument.DistinctBy(decision => decision.Turn).Count() != ofDocument.Count
            ? throw new ProblemException("duplicate_turn", "A turn is decided twice.")
        : ofDocument.Exists(decision => decision.Revision != ofDocument[0].Revision)
            ? throw new ProblemException("invalid_value", "Decisions on one document name one revision.")
        : ofDocument;

    private static DocumentDecision DecideDocument(
        string projectId,
        string id,
        List<UtteranceDecision> decisions,
        string? idempotencyKey,
        CorrectionStore corrections,
        DocumentStore documents,
        IReadOnlySet<string> hidden,
        ClaimsPrincipal user
    )
    {
        Document? document = null;
        try
        {
            document = documents.Get(id);
            if (document.ProjectId != projectId || hidden.Contains(id))
            {
                // What another project holds is not told, nor what somebody reads blindly.
                document = null;
                throw new RecordNotFoundException("document", id);
            }

            var changes = decisions.ConvertAll(d => new Change(CorrectionAction.Intent, Turn: d.Turn, Intent: d.Intent));
            var outcome = corrections.Apply(id, new CorrectionBatch(decisions[0].Revision, changes, idempotencyKey), user.Actor());
            return Answer(
                outcome.Document,
                decisions,
                outcome.Repeated ? DecisionOutcome.Repeated : DecisionOutcome.Applied,
                outcome.Revision
            );
        }
        catch (StaleRevisionException stale)
        {
            return Answer(stale.Current, decisions, DecisionOutcome.Refused, stale.CurrentRevision, stale);
        }
        catch (RecordNotFoundException missing)
        {
            return new DocumentDecision(id, DecisionOutcome.Refused, null, missing.Code, "There is no document by this name.", []);
        }
        catch (UnusableInputException refused) when (refused is not StorageException)
        {
            return Answer(document!, decisions, DecisionOutcome.Refused, document!.Revision, refused);
        }
    }

    private static DocumentDecision Answer(
        Document document,
        List<UtteranceDecision> decisions,
        DecisionOutcome outcome,
        int revision,
        UnusableInputException? refused = null
    ) =>
        new(
            document.Id,
            outcome,
            revision,
            refused?.Code,
            refused?.Reason,
            [
                .. decisions
                    .Where(decision => decision.Turn >= 0 && decision.Turn < document.Turns.Count)
                    .Select(decision => document.Turns[decision.Turn])
                    .Select(turn => new DecidedUtterance(turn.Index, turn.Intent, turn.State)),
            ]
        );
}
