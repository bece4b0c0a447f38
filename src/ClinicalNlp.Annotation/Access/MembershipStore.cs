using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Access;

/// <param name="Disabled">The account cannot sign in at present; the role waits.</param>
public sealed record Member(string AccountId, string Name, ProjectRole Role, bool Disabled, DateTimeOffset Granted, string GrantedBy);

/// <summary>Who has which role in which project.</summary>
public sealed class MembershipStore(AnnotationDatabase database)
{
    /// <summary>
    /// How a record's address leads to its project: the part of the address before the record's id, and the question.
    /// An endpoint under another address needs a line here.
    /// </summary>
    private static readonly Dictionary<string, string> ProjectQueries = new()
    {
        ["projects"] = "SELECT id FROM projects WHERE id = @id",
        ["documents"] = "SELECT project_id FROM documents WHERE id = @id",
        ["snapshots"] = "SELECT project_id FROM snapshots WHERE id = @id",
        ["training-runs"] = "SELECT project_id FROM training_runs WHERE id = @id",
    };

    /// <summary>Whether records at this part of an address belong to projects.</summary>
    public static bool HasProjects(string collection) => ProjectQueries.ContainsKey(collection);

    /// <summary>The project of a record, or null when there is no such record.</summary>
    public string? ProjectOf(string collection, string id) =>
        database.Read(connection => connection.ExecuteScalar<string?>(ProjectQueries[collection], new { id }));

    public IReadOnlyList<Member> List(string projectId) =>
        database.Read(connection =>
            connection
                .Query<Row>(
                    """
                    SELECT m.account_id, a.name, m.role, a.disabled_at IS NOT NULL AS disabled, m.granted_at, m.granted_by
                    FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.project_id = @projectId ORDER BY a.name_key
                    """,
                    new { projectId }
                )
                .Select(row => new Member(
                    row.AccountId,
                    row.Name,
                    StoredNames.Parse<ProjectRole>(row.Role),
                    row.Disabled == 1,
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GrantedAt),
                    row.GrantedBy
                ))
                .ToList()
        );

    /// <summary>Gives a person a role in a project, or another one than they had.</summary>
    /// <exception cref="RecordNotFoundException">No such project or person.</exception>
    /// <exception cref="UnusableInputException"><c>bad_role</c>: administrators are of the whole service.</exception>
    public void Grant(string projectId, string name, ProjectRole role, string actor)
    {
        Check(role);
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                if (connection.ExecuteScalar<long>("SELECT count(*) FROM projects WHERE id = @projectId", new { projectId }) == 0)
                {
                    throw new RecordNotFoundException("project", projectId);
                }

                Grant(transaction, AccountIdOf(connection, name), projectId, role);
            }
        );
    }

    /// <exception cref="RecordNotFoundException">The person has no role in the project.</exception>
    public void Revoke(string projectId, string name, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string accountId = AccountIdOf(transaction.Connection, name);
                int gone = transaction.Connection.Execute(
                    "DELETE FROM memberships WHERE project_id = @projectId AND account_id = @accountId",
                    new { projectId, accountId }
                );
                if (gone == 0)
                {
                    throw new RecordNotFoundException("member", name);
                }

                transaction.Audit("role.revoked", projectId, new() { ["accountId"] = accountId });
            }
        );

    internal static void Check(ProjectRole role)
    {
        if (role == ProjectRole.Administrator)
        {
            throw new UnusableInputException("bad_role", "a role in a project is annotator, reviewer or manager");
        }
    }

    internal static void Grant(WriteTransaction transaction, string accountId, string projectId, ProjectRole role)
    {
        string stored = StoredNames.Of(role);
        transaction.Connection.Execute(
            """
            INSERT INTO memberships (account_id, project_id, role, granted_at, granted_by) VALUES (@accountId, @projectId, @stored, @at, @by)
            ON CONFLICT (account_id, project_id) DO UPDATE SET role = excluded.role, granted_at = excluded.granted_at, granted_by = excluded.granted_by
            """,
            new
            {
                accountId,
                projectId,
                stored,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        transaction.Audit("role.granted", projectId, new() { ["accountId"] = accountId, ["role"] = stored });
    }

    internal static Rights RightsOf(SqliteConnection connection, string accountId, bool administrator) =>
        Rights.OfPerson(
            administrator,
            connection
                .Query<(string Project, string Role)>(
                    "SELECT project_id, role FROM memberships WHERE account_id = @accountId",
                    new { accountId }
                )
                .ToDictionary(row => row.Project, row => StoredNames.Parse<ProjectRole>(row.Role))
        );

    private static string AccountIdOf(SqliteConnection connection, string name) =>
        connection.ExecuteScalar<string?>("SELECT id FROM accounts WHERE name_key = @key", new { key = AccountName.KeyOf(name) })
        ?? throw new RecordNotFoundException("person", name);

    private sealed class Row
    {
        public string AccountId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Role { get; init; } = "";
        public long Disabled { get; init; }
        public long GrantedAt { get; init; }
        public string GrantedBy { get; init; } = "";
    }
}
