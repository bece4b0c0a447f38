using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using ClinicalNlp.Urgency;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Quality;

/// <summary>Wrong intents on the turns of a transcript's working copy; see <see cref="SeedStore"/>.</summary>
internal static class StoredSeededIntents
{
    /// <summary>Below this the model may well be wrong itself, and the planted intent right.</summary>
    private const double LeastConfidence = 0.5;

    /// <summary>So many of the likeliest alternatives may be right by chance and are not planted.</summary>
    private const int Plausible = 1;

    /// <summary>Turns whose suggestion may be made wrong: open, confident, and nothing urgent.</summary>
    public static List<DocumentTurn> Of(Document copy) =>
        [
            .. copy.Turns.Where(turn =>
                turn is { State: null, Suggestion: { Confidence: >= LeastConfidence } suggestion }
                && suggestion.Intent != RedFlag.FromIntent
                // An emergency is never hidden behind another name, not even to see who looks.
                && RedFlagFinder.Find(turn.Text).All(flag => flag.Level != RedFlagLevel.Urgent)
            ),
        ];

    /// <returns>How many were planted.</returns>
    public static int Plant(SqliteConnection connection, Document copy, IReadOnlySet<string> intents, double share)
    {
        var random = new Random((int)(GroupSplit.Place(copy.Id, 1) * int.MaxValue));
        int planted = 0;
        foreach (var turn in Of(copy))
        {
            if (random.NextDouble() >= share)
            {
                continue;
            }

            var suggestion = turn.Suggestion!;
            var others = suggestion.Alternatives.Where(other => other.Intent != suggestion.Intent).ToList();
            var taken = others
                .Take(Plausible)
                .Select(other => other.Intent)
                .Append(suggestion.Intent)
                .Append(RedFlag.FromIntent)
                .ToHashSet();
            // One that the model thought of where there is one, so that it does not stand out.
            var named = others.Select(other => other.Intent).Where(name => !taken.Contains(name)).ToList();
            var pool = named.Count > 0 ? named : intents.Where(name => !taken.Contains(name)).Order(StringComparer.Ordinal).ToList();
            if (pool.Count == 0)
            {
                continue;
            }

            string wrong = pool[random.Next(pool.Count)];
            // Same model, same confidences: the two have changed their places, and nothing but the words tells.
            var alternatives = suggestion.Alternatives.Select(other =>
                other.Intent == wrong ? other with { Intent = suggestion.Intent }
                : other.Intent == suggestion.Intent ? other with { Intent = wrong }
                : other
            );
            connection.Execute(
                """
                UPDATE turns SET suggested_intent = @wrong, suggested_alternatives = @alternatives
                WHERE document_id = @Id AND position = @Index;
                INSERT INTO seeded_intents (copy_id, position, intent, original_intent) VALUES (@Id, @Index, @wrong, @Intent);
                """,
                new
                {
                    copy.Id,
                    turn.Index,
                    wrong,
                    suggestion.Intent,
                    alternatives = StoredJson.Write(alternatives),
                }
            );
            planted++;
        }

        return planted;
    }

    /// <summary>What was planted, by copy and turn; not what a change of intents has made right since.</summary>
    /// <param name="condition">On a working copy c.</param>
    /// <param name="given">What it names.</param>
    public static Dictionary<(string CopyId, int Turn), SeededIntent> Load(SqliteConnection connection, string condition, object given) =>
        connection
            .Query<SeededIntent>(
                $"""
                SELECT s.copy_id, s.position, s.intent, s.original_intent FROM seeded_intents s JOIN documents c ON c.id = s.copy_id
                WHERE {condition} AND (s.original_intent IS NULL OR s.original_intent <> s.intent)
                """,
                given
            )
            .ToDictionary(seed => (seed.CopyId, seed.Position));
}

/// <param name="Position">Of the turn, from 0.</param>
/// <param name="OriginalIntent">What the model had said; null when the project has no such intent any more.</param>
internal sealed class SeededIntent
{
    public string CopyId { get; init; } = "";
    public int Position { get; init; }
    public string Intent { get; init; } = "";
    public string? OriginalIntent { get; init; }

    /// <summary>Whether it was decided, and not on what a model has said since.</summary>
    public bool IsDecidedOn(DocumentTurn turn) => turn.State is not null && turn.Suggestion?.Intent == Intent;

    public bool IsAccepted(DocumentTurn turn) => IsDecidedOn(turn) && turn.Intent == Intent;
}
