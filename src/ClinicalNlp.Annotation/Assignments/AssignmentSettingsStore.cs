using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>How a project gives out work. Without a row of its own it has the defaults.</summary>
public sealed class AssignmentSettingsStore(AnnotationDatabase database)
{
    public AssignmentSettings Of(string projectId) => database.Read(connection => Of(connection, projectId));

    /// <exception cref="UnusableInputException"><c>invalid_value</c>, <c>not_found</c>.</exception>
    public void Save(string projectId, AssignmentSettings settings, string actor)
    {
        if (settings is not { LockMinutes: > 0 and <= 10_000, GoldQuestionEvery: >= 0, SeededShare: >= 0 and <= 0.5 })
        {
            throw new UnusableInputException("invalid_value", "minutes above 0, gold questions from 0, a seeded share from 0 to 0.5");
        }

        database.Write(
            actor,
            transaction =>
            {
                ProjectStore.Require(transaction.Connection, projectId);
                transaction.Connection.Execute(
                    """
                    INSERT INTO assignment_settings (project_id, lock_minutes, suggestions, gold_question_every, seeded_share)
                    VALUES (@projectId, @LockMinutes, @Suggestions, @GoldQuestionEvery, @SeededShare)
                    ON CONFLICT DO UPDATE SET lock_minutes = @LockMinutes, suggestions = @Suggestions,
                        gold_question_every = @GoldQuestionEvery, seeded_share = @SeededShare
                    """,
                    new
                    {
                        projectId,
                        settings.LockMinutes,
                        settings.Suggestions,
                        settings.GoldQuestionEvery,
                        settings.SeededShare,
                    }
                );
                transaction.Audit("assignments.configured", projectId);
            }
        );
    }

    internal static AssignmentSettings Of(SqliteConnection connection, string projectId) =>
        connection.QuerySingleOrDefault<SettingsRow>("SELECT * FROM assignment_settings WHERE project_id = @projectId", new { projectId })
            is { } row
            ? new AssignmentSettings(row.LockMinutes, row.Suggestions != 0, row.GoldQuestionEvery, row.SeededShare)
            : new AssignmentSettings();

    private sealed class SettingsRow
    {
        public double LockMinutes { get; init; }
        public long Suggestions { get; init; }
        public int GoldQuestionEvery { get; init; }
        public double SeededShare { get; init; }
    }
}
