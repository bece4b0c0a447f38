using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Access;

/// <param name="ProjectId">The one project it may be used in; null for all.</param>
/// <param name="Expires">When it stops being accepted; null for never.</param>
/// <param name="Revoked">When it stopped being accepted; null while it is.</param>
public sealed record ApiKey(
    string Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    string? ProjectId,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? Expires,
    DateTimeOffset? Revoked
);

/// <param name="Secret">Shown once; only its hash is stored.</param>
public sealed record NewApiKey(ApiKey Key, string Secret);

/// <summary>API keys: what programmes call with.</summary>
public sealed class KeyStore(AnnotationDatabase database)
{
    private const string Columns = "id, name, scopes, project_id, created_at, created_by, expires_at, revoked_at";

    /// <summary>For a key that may do everything, as each could before there were scopes.</summary>
    public NewApiKey Create(string name, string actor) => Create(name, [KeyScope.Admin], null, null, actor);

    /// <exception cref="UnusableInputException"><c>name_missing</c>, <c>name_taken</c>, <c>bad_scope</c>, <c>bad_expiry</c>.</exception>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public NewApiKey Create(string name, IReadOnlyCollection<KeyScope> scopes, string? projectId, DateTimeOffset? expires, string actor)
    {
        AccountName.Check(name);
        if (scopes.Count == 0)
        {
            throw new UnusableInputException("bad_scope", "a key needs at least one scope");
        }

        if (projectId is not null && scopes.Contains(KeyScope.Admin))
        {
            throw new UnusableInputException("bad_scope", "the scope admin is of the whole service, not of one project");
        }

        if (expires <= database.Time.GetUtcNow())
        {
            throw new UnusableInputException("bad_expiry", "a key cannot expire in the past");
        }

        string secret = Secrets.Create();
        return database.Write(
            actor,
            transaction =>
            {
                CheckFree(transaction.Connection, name);
                if (
                    projectId is not null
                    && transaction.Connection.ExecuteScalar<long>("SELECT count(*) FROM projects WHERE id = @projectId", new { projectId })
                        == 0
                )
                {
                    throw new RecordNotFoundException("project", projectId);
                }

                string id = transaction.NewId();
                var stored = scopes.Distinct().Order().ToList();
                transaction.Connection.Execute(
                    """
                    INSERT INTO api_keys (id, name, hash, scopes, project_id, created_at, created_by, expires_at)
                    VALUES (@id, @name, @hash, @scopes, @projectId, @at, @actor, @expires)
                    """,
                    new
                    {
                        id,
                        name,
                        hash = Secrets.HashOf(secret),
                        scopes = Written(stored),
                        projectId,
                        at = transaction.NowMilliseconds,
                        actor,
                        expires = expires?.ToUnixTimeMilliseconds(),
                    }
                );
                transaction.Audit(
                    "key.created",
                    id,
                    new()
                    {
                        ["name"] = name,
                        ["scopes"] = Written(stored),
                        ["projectId"] = projectId,
                    }
                );
                return new NewApiKey(
                    transaction.Connection.QuerySingle<Row>($"SELECT {Columns} FROM api_keys WHERE id = @id", new { id }).ToKey(),
                    secret
                );
            }
        );
    }

    public IReadOnlyList<ApiKey> List() =>
        database.Read(connection =>
            connection.Query<Row>($"SELECT {Columns} FROM api_keys ORDER BY id").Select(row => row.ToKey()).ToList()
        );

    /// <exception cref="RecordNotFoundException">No such key, or it was revoked before.</exception>
    public void Revoke(string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                int revoked = transaction.Connection.Execute(
                    "UPDATE api_keys SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL",
                    new { id, at = transaction.NowMilliseconds }
                );
                if (revoked == 0)
                {
                    throw new RecordNotFoundException("API key", id);
                }

                transaction.Audit("key.revoked", id);
            }
        );

    /// <summary>The key of this secret, or null when there is none, or it was revoked or expired.</summary>
    public ApiKey? Find(string secret) =>
        database.Read(connection =>
            connection
                .QuerySingleOrDefault<Row>(
                    $"SELECT {Columns} FROM api_keys WHERE hash = @hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)",
                    new { hash = Secrets.HashOf(secret), now = database.Time.GetUtcNow().ToUnixTimeMilliseconds() }
                )
                ?.ToKey()
        );

    // The log must not be able to take a programme for a person, or a new key for an old one that still works.
    private static void CheckFree(SqliteConnection connection, string name)
    {
        string key = AccountName.KeyOf(name);
        bool taken =
            connection.ExecuteScalar<long>("SELECT count(*) FROM accounts WHERE name_key = @key", new { key }) > 0
            || key == AccountName.KeyOf(AccountName.Owner)
            || connection.Query<string>("SELECT name FROM api_keys WHERE revoked_at IS NULL").Any(other => AccountName.KeyOf(other) == key);
        if (taken)
        {
            throw new UnusableInputException("name_taken", "a person or a key has this name");
        }
    }

    private static string Written(IEnumerable<KeyScope> scopes) => string.Join(' ', scopes.Select(scope => StoredNames.Of(scope)));

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Scopes { get; init; } = "";
        public string? ProjectId { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public long? ExpiresAt { get; init; }
        public long? RevokedAt { get; init; }

        public ApiKey ToKey() =>
            new(
                Id,
                Name,
                [.. Scopes.Split(' ').Select(StoredNames.Parse<KeyScope>)],
                ProjectId,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy,
                StoredTime.Of(ExpiresAt),
                StoredTime.Of(RevokedAt)
            );
    }
}
