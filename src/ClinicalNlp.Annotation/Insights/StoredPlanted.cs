using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>Where suggestions on a working copy were made wrong on purpose: what became of them says something of the reader and nothing of a model.</summary>
/// <param name="Mentions">The suggestions' ids.</param>
/// <param name="Places">Where they stand and where the model had put them, so that the right mention in their stead is no miss of the model either.</param>
/// <param name="Turns">Whose intent was changed.</param>
internal sealed record Planted(IReadOnlySet<string> Mentions, IReadOnlyList<TextSpan> Places, IReadOnlySet<int> Turns)
{
    public static readonly Planted Nothing = new(new HashSet<string>(), [], new HashSet<int>());

    public bool IsAt(TextSpan span) => Places.Any(place => place.Overlaps(span));
}

internal static class StoredPlanted
{
    /// <summary>By working copy; those without any are left out.</summary>
    public static Dictionary<string, Planted> Of(SqliteConnection connection, string projectId)
    {
        var mentions = connection
            .Query<(string CopyId, string MentionId, int Start, int End)>(
                """
                SELECT s.copy_id, s.mention_id, min(s.span_start, coalesce(s.original_start, s.span_start)),
                    max(s.span_end, coalesce(s.original_end, s.span_end))
                FROM seeded_suggestions s JOIN documents d ON d.id = s.copy_id WHERE d.project_id = @projectId
                """,
                new { projectId }
            )
            .ToLookup(seed => seed.CopyId);
        var turns = connection
            .Query<(string CopyId, int Position)>(
                "SELECT s.copy_id, s.position FROM seeded_intents s JOIN documents d ON d.id = s.copy_id WHERE d.project_id = @projectId",
                new { projectId }
            )
            .ToLookup(seed => seed.CopyId, seed => seed.Position);
        return mentions
            .Select(copy => copy.Key)
            .Union(turns.Select(copy => copy.Key))
            .ToDictionary(
                copy => copy,
                copy => new Planted(
                    mentions[copy].Select(seed => seed.MentionId).ToHashSet(),
                    [.. mentions[copy].Select(seed => new TextSpan(seed.Start, seed.End))],
                    turns[copy].ToHashSet()
                )
            );
    }
}
