using System.Collections.Concurrent;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Annotation.Quality;

/// <summary>Agreement on the intents of turns.</summary>
/// <param name="Documents">Transcripts that two people or more have finished.</param>
public sealed record IntentAgreement(int Documents, IReadOnlyList<string> Annotators, Estimate FleissKappa, Estimate Alpha);

/// <param name="Mentions">Null where no document was finished by two people.</param>
public sealed record AgreementOfProject(AgreementReport? Mentions, IntentAgreement? Intents);

/// <summary>How far the people of a project agree, over its documents that several of them have finished.</summary>
/// <remarks>Thousands of documents take seconds: an answer is kept until a reading is finished, changed or withdrawn.</remarks>
public sealed class ProjectAgreement(AnnotationDatabase database)
{
    private readonly ConcurrentDictionary<string, (string State, AgreementOfProject Agreement)> kept = [];

    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public AgreementOfProject Of(string projectId)
    {
        var before = kept.GetValueOrDefault(projectId);
        var (state, copies) = database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            string now = StoredReadings.StateOfSeveral(connection, projectId);
            return (now, now == before.State ? [] : StoredReadings.OfSeveral(connection, projectId));
        });
        if (state == before.State)
        {
            return before.Agreement;
        }

        var agreement = Of(copies);
        kept[projectId] = (state, agreement);
        return agreement;
    }

    private static AgreementOfProject Of(IEnumerable<FinishedCopy> copies)
    {
        var documents = copies.GroupBy(copy => copy.SourceId).ToList();
        // Transcripts are annotated with intents: that nobody marked an entity on them is no agreement.
        var notes = documents.Where(copies => copies.First().Document.Turns.Count == 0).Select(Mentions).ToList();
        var dialogues = documents.Where(copies => copies.First().Document.Turns.Count > 0).ToList();
        return new(notes.Count == 0 ? null : AnnotatorAgreement.Of(notes), dialogues.Count == 0 ? null : Intents(dialogues));
    }

    /// <remarks>
    /// Where somebody accepted what had been planted, it is not known what they would have said: the place is left out for all, being neither
    /// agreement nor difference.
    /// </remarks>
    private static MultiplyAnnotated Mentions(IGrouping<string, FinishedCopy> copies)
    {
        var unknown = copies.SelectMany(copy => copy.Mentions).Where(mention => mention.Doubtful).Select(mention => mention.Span).ToList();
        return new(
            copies.Key,
            copies.First().Document.Text,
            copies.ToDictionary(
                copy => copy.Assignee,
                IReadOnlyList<AnnotatedSpan> (copy) =>
                    [
                        .. copy
                            .Mentions.Where(mention => !unknown.Exists(span => span.Overlaps(mention.Span)))
                            .Select(mention => new AnnotatedSpan(mention.Span, mention.Label)),
                    ]
            )
        );
    }

    private static IntentAgreement Intents(IReadOnlyList<IGrouping<string, FinishedCopy>> dialogues)
    {
        var people = dialogues.SelectMany(copies => copies).Select(copy => copy.Assignee).Distinct().Order(StringComparer.Ordinal).ToList();
        var rated = dialogues
            .Select(copies => new RatedDocument([
                .. copies
                    .First()
                    .Document.Turns.Select(turn =>
                        people.Select(person => Said(copies.FirstOrDefault(copy => copy.Assignee == person)?.Intents[turn.Index])).ToArray()
                    ),
            ]))
            .ToList();
        return new(dialogues.Count, people, NominalAgreement.FleissKappa(rated), NominalAgreement.KrippendorffsAlpha(rated));
    }

    private static string? Said(ReadIntent? intent) => intent is { Doubtful: false } ? intent.Intent : null;
}
