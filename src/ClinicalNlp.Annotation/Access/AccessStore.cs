using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Access;

/// <param name="Revoked">When it stopped being accepted; null while it is.</param>
public sealed record ApiKey(string Id, string Name, DateTimeOffset Created, string CreatedBy, DateTimeOffset? Revoked);

/// <param name="Secret">Shown once; only its hash is stored.</param>
public sealed record NewApiKey(ApiKey Key, string Secret);

/// <param name="Name">Whose session it is.</param>
public sealed record Session(string Name, DateTimeOffset Expires);

/// <param name="Secret">What the cookie holds; only its hash is stored.</param>
public sealed record NewSession(Session Session, string Secret);

/// <summary>Who may call: API keys, one-time sign-in tokens and sessions.</summary>
/// <remarks>Secrets are 256 random bits, so an unsalted SHA-256 is enough: there is no dictionary to try.</remarks>
public sealed class AccessStore(AnnotationDatabase database)
{
    private const string KeyColumns = "id, name, created_at, created_by, revoked_at";
    private const int MaximumNameLength = 100;

    /// <summary>Whether a key was ever made, also one that was revoked since: from then on nobody is let in unasked.</summary>
    public bool AnyKeyEverMade() =>
        database.Read(connection => connection.ExecuteScalar<long>("SELECT EXISTS (SELECT 1 FROM api_keys)")) == 1;

    /// <exception cref="UnusableInputException"><c>name_missing</c>.</exception>
    public NewApiKey CreateKey(string name, string actor)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaximumNameLength)
        {
            throw new UnusableInputException("name_missing", $"a key needs a name of 1 to {MaximumNameLength} characters");
        }

        string secret = NewSecret();
        return database.Write(
            actor,
            transaction =>
            {
                string id = transaction.NewId();
                transaction.Connection.Execute(
                    "INSERT INTO api_keys (id, name, hash, created_at, created_by) VALUES (@id, @name, @hash, @at, @actor)",
                    new
                    {
                        id,
                        name,
                        hash = HashOf(secret),
                        at = transaction.NowMilliseconds,
                        actor,
                    }
                );
                transaction.Audit("key.created", id);
                return new NewApiKey(new ApiKey(id, name, Rounded(transaction.Now), actor, null), secret);
            }
        );
    }

    public IReadOnlyList<ApiKey> ListKeys() =>
        database.Read(connection =>
            connection.Query<KeyRow>($"SELECT {KeyColumns} FROM api_keys ORDER BY id").Select(row => row.ToKey()).ToList()
        );

    /// <exception cref="RecordNotFoundException">No such key, or it was revoked before.</exception>
    public void RevokeKey(string id, string actor) =>
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

    /// <summary>The key of this secret, or null when there is none or it was revoked.</summary>
    public ApiKey? FindKey(string secret) =>
        database.Read(connection =>
            connection
                .QuerySingleOrDefault<KeyRow>(
                    $"SELECT {KeyColumns} FROM api_keys WHERE hash = @hash AND revoked_at IS NULL",
                    new { hash = HashOf(secret) }
                )
                ?.ToKey()
        );

    /// <summary>A token that opens one session.</summary>
    public string CreateSignInToken(string name, TimeSpan lifetime, string actor)
    {
        string secret = NewSecret();
        database.Write(
            actor,
            transaction =>
            {
                transaction.Connection.Execute(
                    "INSERT INTO sign_in_tokens (hash, name, created_at, expires_at) VALUES (@hash, @name, @at, @expires)",
                    new
                    {
                        hash = HashOf(secret),
                        name,
                        at = transaction.NowMilliseconds,
                        expires = (transaction.Now + lifetime).ToUnixTimeMilliseconds(),
                    }
                );
                transaction.Audit("sign_in_token.created", name);
            }
        );
        return secret;
    }

    /// <summary>Spends a sign-in token; null when it is unknown, spent or too old.</summary>
    public NewSession? SignIn(string token, TimeSpan lifetime) =>
        database.Write(
            "sign-in",
            transaction =>
            {
                string hash = HashOf(token);
                string? name = transaction.Connection.ExecuteScalar<string?>(
                    "SELECT name FROM sign_in_tokens WHERE hash = @hash AND used_at IS NULL AND expires_at > @now",
                    new { hash, now = transaction.NowMilliseconds }
                );
                if (name is null)
                {
                    transaction.NothingChanged();
                    return null;
                }

                transaction.Connection.Execute(
                    "UPDATE sign_in_tokens SET used_at = @now WHERE hash = @hash",
                    new { hash, now = transaction.NowMilliseconds }
                );
                return Open(transaction, name, lifetime);
            }
        );

    /// <summary>Opens a session for somebody the caller has already recognised.</summary>
    public NewSession OpenSession(string name, TimeSpan lifetime, string actor) =>
        database.Write(actor, transaction => Open(transaction, name, lifetime));

    /// <summary>The session of this secret, or null when there is none or it is over.</summary>
    public Session? FindSession(string secret) =>
        database.Read(connection =>
            connection
                .QuerySingleOrDefault<SessionRow>(
                    "SELECT name, expires_at FROM sessions WHERE hash = @hash AND expires_at > @now",
                    new { hash = HashOf(secret), now = database.Time.GetUtcNow().ToUnixTimeMilliseconds() }
                )
                ?.ToSession()
        );

    public void SignOut(string secret, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string? name = transaction.Connection.ExecuteScalar<string?>(
                    "DELETE FROM sessions WHERE hash = @hash RETURNING name",
                    new { hash = HashOf(secret) }
                );
                if (name is null)
                {
                    transaction.NothingChanged();
                }
                else
                {
                    transaction.Audit("session.closed", name);
                }
            }
        );

    private static NewSession Open(WriteTransaction transaction, string name, TimeSpan lifetime)
    {
        string secret = NewSecret();
        var expires = Rounded(transaction.Now + lifetime);
        transaction.Connection.Execute("DELETE FROM sessions WHERE expires_at <= @now", new { now = transaction.NowMilliseconds });
        transaction.Connection.Execute(
            "INSERT INTO sessions (hash, name, created_at, expires_at) VALUES (@hash, @name, @at, @expires)",
            new
            {
                hash = HashOf(secret),
                name,
                at = transaction.NowMilliseconds,
                expires = expires.ToUnixTimeMilliseconds(),
            }
        );
        transaction.Audit("session.opened", name);
        return new NewSession(new Session(name, expires), secret);
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    // As it will be read back: stored times have milliseconds.
    private static DateTimeOffset Rounded(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private sealed class KeyRow
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public long? RevokedAt { get; init; }

        public ApiKey ToKey() =>
            new(
                Id,
                Name,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy,
                RevokedAt is { } revoked ? DateTimeOffset.FromUnixTimeMilliseconds(revoked) : null
            );
    }

    private sealed class SessionRow
    {
        public string Name { get; init; } = "";
        public long ExpiresAt { get; init; }

        public Session ToSession() => new(Name, DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt));
    }
}
