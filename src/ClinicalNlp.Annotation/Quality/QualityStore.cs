using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Quality;

/// <summary>How one person's decisions did where the right answer was known.</summary>
/// <param name="WrongShown">Wrong suggestions that they decided: seeded ones, and the model's own mistakes on gold questions.</param>
/// <param name="WrongAccepted">Of those, how many they accepted.</param>
/// <param name="FalseAcceptance">The share, with the 95% interval of Wilson (1927); undefined where none was shown.</param>
/// <param name="GoldF1">Exact F1 of mentions, and of the intents of turns, on gold questions, with the bootstrap interval over documents.</param>
/// <param name="Weight">How much a document that they alone finished counts in training, from 0.25 to 1.</param>
public sealed record AnnotatorQuality(
    string Person,
    int WrongShown,
    int WrongAccepted,
    Estimate FalseAcceptance,
    int GoldQuestions,
    Estimate GoldF1,
    double Weight
);

/// <summary>How far each person's labels can be trusted, by gold questions and seeded suggestions, and what they weigh in training.</summary>
public sealed class QualityStore(AnnotationDatabase database)
{
    /// <summary>A false acceptance that is not surely above this costs nothing: everybody misses something.</summary>
    private const double Tolerated = 0.1;

    private const double LeastWeight = 0.25;

    public IReadOnlyList<AnnotatorQuality> Of(string projectId) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return Of(connection, projectId);
        });

    internal static IReadOnlyList<AnnotatorQuality> Of(SqliteConnection connection, string projectId)
    {
        var copies = StoredReadings.OfKnown(connection, projectId).ToLookup(copy => copy.Assignee);
        var gold = connection
            .Query<string>(
                "SELECT g.document_id FROM gold_questions g JOIN documents d ON d.id = g.document_id WHERE d.project_id = @projectId",
                new { projectId }
            )
            .ToDictionary(id => id, id => StoredDocument.Load(connection, id));
        var seeds = connection
            .Query<StoredReadings.Seed>(
                "SELECT s.* FROM seeded_suggestions s JOIN documents c ON c.id = s.copy_id WHERE c.project_id = @projectId",
                new { projectId }
            )
            .ToLookup(seed => seed.CopyId);
        var seededIntents = StoredSeededIntents.Load(connection, "c.project_id = @projectId", new { projectId });
        return
        [
            .. StoredReadings
                .People(connection, projectId)
                .Order(StringComparer.Ordinal)
                .Select(person =>
                {
                    int shown = 0,
                        accepted = 0;
                    foreach (var copy in copies[person])
                    {
                        var right = gold.GetValueOrDefault(copy.SourceId);
                        var wrong = Wrong(connection, copy, right, [.. seeds[copy.Id]]);
                        var intents = WrongIntents(copy, right, seededIntents);
                        shown += wrong.Shown + intents.Shown;
                        accepted += wrong.Accepted + intents.Accepted;
                    }

                    var questions = copies[person].Where(copy => gold.ContainsKey(copy.SourceId)).ToList();
                    var rate = Wilson(accepted, shown);
                    return new AnnotatorQuality(
                        person,
                        shown,
                        accepted,
                        rate,
                        questions.Count,
                        SpanAgreement.F1([.. questions.Select(copy => Pair(gold[copy.SourceId], copy))]),
                        WeightOf(rate)
                    );
                }),
        ];
    }

    /// <summary>What one person's documents count, in quarters, from where their false acceptance surely lies.</summary>
    internal static double WeightOf(Estimate falseAcceptance) =>
        falseAcceptance.Low is { } low && low > Tolerated ? Math.Max(LeastWeight, Math.Round((1 - low) * 4) / 4) : 1;

    /// <summary>The score interval of a share (Wilson 1927), which stays in [0, 1] however few there are.</summary>
    internal static Estimate Wilson(int part, int whole)
    {
        if (whole == 0)
        {
            return Estimate.Undefined;
        }

        const double Z = 1.959964;
        double share = (double)part / whole;
        double centre = share + Z * Z / (2 * whole);
        double half = Z * Math.Sqrt(share * (1 - share) / whole + Z * Z / (4.0 * whole * whole));
        double scale = 1 + Z * Z / whole;
        return new Estimate(share, Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }

    /// <summary>Wrong suggestions that were decided on a copy. One that disappeared undecided, because others took its place, is none.</summary>
    private static (int Shown, int Accepted) Wrong(
        SqliteConnection connection,
        FinishedCopy copy,
        Document? gold,
        IReadOnlyList<StoredReadings.Seed> seeds
    )
    {
        var kept = copy.Document.Mentions.ToDictionary(mention => mention.Id);
        var decided = connection
            .Query<Decision>(
                """
                SELECT mention_id, coalesce(from_start, span_start) AS span_start, coalesce(from_end, span_end) AS span_end,
                    coalesce(f.now, c.from_label, c.label) AS label
                FROM corrections c LEFT JOIN former_labels f ON f.project_id = @ProjectId AND f.name = coalesce(c.from_label, c.label)
                WHERE document_id = @Id AND model_name IS NOT NULL AND mention_id IS NOT NULL AND (f.name IS NULL OR f.now IS NOT NULL)
                ORDER BY revision, position
                """,
                new { copy.Id, copy.Document.ProjectId }
            )
            .DistinctBy(decision => decision.MentionId)
            .ToList();
        var planted = seeds.ToDictionary(seed => seed.MentionId);
        var right = gold?.Mentions.Select(mention => (mention.Span, mention.Label)).ToHashSet();
        int shown = 0,
            accepted = 0;
        foreach (var decision in decided)
        {
            var span = new TextSpan(decision.SpanStart, decision.SpanEnd);
            bool wrong = planted.ContainsKey(decision.MentionId) || (right is not null && !right.Contains((span, decision.Label)));
            if (wrong)
            {
                shown++;
                bool still =
                    kept.GetValueOrDefault(decision.MentionId) is { } mention && mention.Span == span && mention.Label == decision.Label;
                accepted += still ? 1 : 0;
            }
        }

        return (shown, accepted);
    }

    /// <summary>Wrong intents that were decided on a copy. A gold question says itself what is wrong, also of what was planted.</summary>
    private static (int Shown, int Accepted) WrongIntents(
        FinishedCopy copy,
        Document? gold,
        IReadOnlyDictionary<(string CopyId, int Turn), SeededIntent> seeds
    )
    {
        var wrong = copy
            .Document.Turns.Where(turn => turn is { State: not null, Suggestion: not null })
            .Where(turn =>
                gold?.Turns[turn.Index] is { State: not null } right
                    ? right.Intent != turn.Suggestion!.Intent
                    : seeds.GetValueOrDefault((copy.Id, turn.Index))?.IsDecidedOn(turn) == true
            )
            .ToList();
        return (wrong.Count, wrong.Count(turn => turn.Intent == turn.Suggestion!.Intent));
    }

    private static IReadOnlyList<IReadOnlyList<AnnotatedSpan>> Pair(Document gold, FinishedCopy copy) =>
        [Marked(gold), Marked(copy.Document)];

    /// <summary>Mentions, and of a transcript its turns by their intents.</summary>
    private static IReadOnlyList<AnnotatedSpan> Marked(Document document) =>
        [
            .. document.Mentions.Select(mention => new AnnotatedSpan(mention.Span, mention.Label)),
            .. document
                .Turns.Where(turn => turn.Intent is not null && !turn.Span.IsEmpty)
                .Select(turn => new AnnotatedSpan(turn.Span, turn.Intent!)),
        ];

    private sealed class Decision
    {
        public string MentionId { get; init; } = "";
        public int SpanStart { get; init; }
        public int SpanEnd { get; init; }
        public string Label { get; init; } = "";
    }
}
