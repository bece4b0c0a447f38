using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Quality;

/// <summary>In what way a seeded suggestion is wrong.</summary>
public enum SeedKind
{
    /// <summary>The model's span with another label.</summary>
    Label,

    /// <summary>The model's label with an edge moved by a token.</summary>
    Edge,

    /// <summary>A token that the model said nothing of.</summary>
    Spurious,
}

/// <summary>Suggestions made wrong on purpose, to see who accepts them; on working copies alone, and never gold (see <see cref="StoredReadings"/>).</summary>
public sealed class SeedStore(AnnotationDatabase database)
{
    /// <summary>Makes the project's share of a copy's suggestions wrong, once, and only before anybody has touched them.</summary>
    public void Plant(string copyId) =>
        database.Write(
            "system",
            transaction =>
            {
                var connection = transaction.Connection;
                var copy = StoredDocument.Load(connection, copyId);
                double share = AssignmentSettingsStore.Of(connection, copy.ProjectId).SeededShare;
                var suggested = copy.Mentions.Where(mention => mention.State == MentionState.Suggested).ToList();
                int open = suggested.Count + StoredSeededIntents.Of(copy).Count;
                bool isSown =
                    connection.ExecuteScalar<long>("SELECT count(*) FROM seeded_copies WHERE copy_id = @copyId", new { copyId }) > 0;
                bool isCopy =
                    connection.ExecuteScalar<string?>("SELECT source_id FROM documents WHERE id = @copyId", new { copyId }) is not null;
                if (isSown || !isCopy || copy.Revision > 0 || open == 0 || share == 0)
                {
                    transaction.NothingChanged();
                    return;
                }

                connection.Execute(
                    "INSERT INTO seeded_copies (copy_id, at) VALUES (@copyId, @at)",
                    new { copyId, at = transaction.NowMilliseconds }
                );
                var schema = ProjectStore.Schema(connection, copy.ProjectId);
                var labels = schema.Labels.Order(StringComparer.Ordinal).ToList();
                int planted = StoredSeededIntents.Plant(connection, copy, schema.Intents, share);
                foreach (var seed in Choose(copy, suggested, labels, share, transaction.NewId))
                {
                    if (seed.Original is { } original)
                    {
                        StoredDocument.Delete(connection, [original.Id]);
                    }

                    StoredDocument.Save(connection, copyId, [seed.Wrong]);
                    Insert(connection, copyId, seed);
                    planted++;
                }

                transaction.Audit("suggestions.seeded", copyId, new() { ["planted"] = planted });
            }
        );

    private static IEnumerable<Seed> Choose(
        Document copy,
        IReadOnlyList<DocumentMention> suggested,
        IReadOnlyList<string> labels,
        double share,
        Func<string> newId
    )
    {
        // By the copy's id: the same copy is never sown differently, and no two people's are the same.
        var random = new Random((int)(GroupSplit.Place(copy.Id, 1) * int.MaxValue));
        var taken = copy.Mentions.Select(mention => (mention.Span, mention.Label)).ToHashSet();
        var tokens = Tokenizer.Tokenize(copy.Text);
        foreach (var mention in suggested)
        {
            if (random.NextDouble() >= share)
            {
                continue;
            }

            var kind = (SeedKind)random.Next(3);
            var (span, label) = kind switch
            {
                SeedKind.Label => (mention.Span, labels[random.Next(labels.Count)]),
                SeedKind.Edge => (MovedEdge(tokens, mention.Span, random), mention.Label),
                _ => (tokens[random.Next(tokens.Length)].Span, mention.Label),
            };
            bool spoils = kind == SeedKind.Spurious && copy.Mentions.Any(other => other.Span.Overlaps(span));
            if (!spoils && taken.Add((span, label)))
            {
                // Same model, same confidence: nothing but the text tells it apart.
                yield return new Seed(
                    mention with
                    {
                        Id = newId(),
                        Place = span,
                        Label = label,
                    },
                    kind,
                    kind == SeedKind.Spurious ? null : mention
                );
            }
        }
    }

    /// <summary>The end one token on, or one back where there is none or by the toss of a coin; the same span where neither can be.</summary>
    private static TextSpan MovedEdge(Token[] tokens, TextSpan span, Random random)
    {
        int last = Array.FindLastIndex(tokens, token => token.Span.Start < span.End);
        bool shorter = last > 0 && tokens[last - 1].Span.Start >= span.Start && random.Next(2) == 0;
        return shorter ? new TextSpan(span.Start, tokens[last - 1].Span.End)
            : last + 1 < tokens.Length ? new TextSpan(span.Start, tokens[last + 1].Span.End)
            : span;
    }

    private static void Insert(SqliteConnection connection, string copyId, Seed seed) =>
        connection.Execute(
            """
            INSERT INTO seeded_suggestions (mention_id, copy_id, kind, span_start, span_end, label, original_start, original_end, original_label)
            VALUES (@Id, @copyId, @kind, @Start, @End, @Label, @originalStart, @originalEnd, @originalLabel)
            """,
            new
            {
                seed.Wrong.Id,
                copyId,
                kind = StoredNames.Of(seed.Kind),
                seed.Wrong.Span.Start,
                seed.Wrong.Span.End,
                seed.Wrong.Label,
                originalStart = seed.Original?.Span.Start,
                originalEnd = seed.Original?.Span.End,
                originalLabel = seed.Original?.Label,
            }
        );

    private sealed record Seed(DocumentMention Wrong, SeedKind Kind, DocumentMention? Original);
}
