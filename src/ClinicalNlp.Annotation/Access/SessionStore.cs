using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Access;

/// <summary>How a session was opened.</summary>
public enum SignInWay
{
    /// <summary>The link that the service prints at its start.</summary>
    Link,
    Password,
    Invitation,
    SingleSignOn,
}

/// <summary>Where a session was opened, so that its person recognises it.</summary>
/// <param name="Browser">What the browser says of itself.</param>
public sealed record SessionPlace(string? Address, string? Browser)
{
    public static readonly SessionPlace Unknown = new(null, null);
}

/// <param name="Name">Whose session it is.</param>
public sealed record Session(
    string Id,
    string AccountId,
    string Name,
    SignInWay Way,
    DateTimeOffset Created,
    DateTimeOffset Expires,
    string? Address,
    string? Browser
);

/// <param name="Secret">What the cookie holds; only its hash is stored.</param>
public sealed record NewSession(Session Session, string Secret);

/// <summary>A person and what they may do, as of now.</summary>
public sealed record SignedIn(string AccountId, string Name, Rights Rights, string? SessionId);

/// <summary>Sessions of people, and the one-time tokens of the link that the service prints.</summary>
public sealed class SessionStore(AnnotationDatabase database)
{
    private const int MaximumBrowserLength = 200;
    private const string Selected =
        "SELECT s.id, s.account_id, a.name, s.way, s.created_at, s.expires_at, s.address, s.browser FROM sessions s JOIN accounts a ON a.id = s.account_id";

    /// <summary>A token that opens one session, for whoever can read what the service prints: the administrator.</summary>
    public string CreateSignInToken(TimeSpan lifetime, string actor)
    {
        string secret = Secrets.Create();
        database.Write(
            actor,
            transaction =>
            {
                transaction.Connection.Execute(
                    "INSERT INTO sign_in_tokens (hash, name, created_at, expires_at) VALUES (@hash, @name, @at, @expires)",
                    new
                    {
                        hash = Secrets.HashOf(secret),
                        name = AccountName.Owner,
                        at = transaction.NowMilliseconds,
                        expires = (transaction.Now + lifetime).ToUnixTimeMilliseconds(),
                    }
                );
                transaction.Audit("sign_in_token.created", AccountName.Owner);
            }
        );
        return secret;
    }

    /// <summary>Spends a sign-in token; null when it is unknown, spent or too old.</summary>
    /// <remarks>Its account is made when there is none, and is an administrator, enabled, whatever it was before: who starts the service owns it.</remarks>
    public NewSession? SignIn(string token, TimeSpan lifetime, SessionPlace place) =>
        database.Write(
            AccountName.Owner,
            transaction =>
            {
                int spent = transaction.Connection.Execute(
                    "UPDATE sign_in_tokens SET used_at = @now WHERE hash = @hash AND used_at IS NULL AND expires_at > @now",
                    new { hash = Secrets.HashOf(token), now = transaction.NowMilliseconds }
                );
                if (spent == 0)
                {
                    transaction.NothingChanged();
                    return null;
                }

                return Open(transaction, AccountStore.EnsureOwner(transaction), SignInWay.Link, lifetime, place);
            }
        );

    /// <summary>Opens a session for somebody who was recognised.</summary>
    /// <exception cref="RecordNotFoundException">No such account, or it is disabled.</exception>
    public NewSession Open(string accountId, SignInWay way, TimeSpan lifetime, SessionPlace place, string actor) =>
        database.Write(actor, transaction => Open(transaction, accountId, way, lifetime, place));

    /// <summary>Who the session of this secret is of; null when there is none, it is over, or the account is disabled.</summary>
    public SignedIn? Find(string secret) =>
        database.Read(connection =>
            connection
                .Query<(string Id, string AccountId, string Name, long Administrator)>(
                    """
                    SELECT s.id, a.id, a.name, a.administrator FROM sessions s JOIN accounts a ON a.id = s.account_id
                    WHERE s.hash = @hash AND s.expires_at > @now AND a.disabled_at IS NULL
                    """,
                    new { hash = Secrets.HashOf(secret), now = database.Time.GetUtcNow().ToUnixTimeMilliseconds() }
                )
                .Select(found => new SignedIn(
                    found.AccountId,
                    found.Name,
                    MembershipStore.RightsOf(connection, found.AccountId, found.Administrator == 1),
                    found.Id
                ))
                .SingleOrDefault()
        );

    /// <summary>The open sessions, newest first.</summary>
    /// <param name="accountId">Of one person; null for all.</param>
    public IReadOnlyList<Session> List(string? accountId) =>
        database.Read(connection =>
            connection
                .Query<Row>(
                    $"{Selected} WHERE s.expires_at > @now AND (@accountId IS NULL OR s.account_id = @accountId) ORDER BY s.id DESC",
                    new { accountId, now = database.Time.GetUtcNow().ToUnixTimeMilliseconds() }
                )
                .Select(row => row.ToSession())
                .ToList()
        );

    /// <summary>Ends a session at once.</summary>
    /// <param name="accountId">Whose it must be; null for anybody's.</param>
    /// <exception cref="RecordNotFoundException">No such session.</exception>
    public void Revoke(string id, string? accountId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string name =
                    transaction.Connection.ExecuteScalar<string?>(
                        "SELECT a.name FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = @id AND (@accountId IS NULL OR a.id = @accountId)",
                        new { id, accountId }
                    ) ?? throw new RecordNotFoundException("session", id);
                transaction.Connection.Execute("DELETE FROM sessions WHERE id = @id", new { id });
                transaction.Audit("session.revoked", name, new() { ["sessionId"] = id });
            }
        );

    public void SignOut(string secret, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string? accountId = transaction.Connection.ExecuteScalar<string?>(
                    "DELETE FROM sessions WHERE hash = @hash RETURNING account_id",
                    new { hash = Secrets.HashOf(secret) }
                );
                if (accountId is null)
                {
                    transaction.NothingChanged();
                }
                else
                {
                    transaction.Audit("session.closed", transaction.Actor);
                }
            }
        );

    internal static NewSession Open(WriteTransaction transaction, string accountId, SignInWay way, TimeSpan lifetime, SessionPlace place)
    {
        var connection = transaction.Connection;
        string name =
            connection.ExecuteScalar<string?>("SELECT name FROM accounts WHERE id = @accountId AND disabled_at IS NULL", new { accountId })
            ?? throw new RecordNotFoundException("person", accountId);
        string secret = Secrets.Create();
        string id = transaction.NewId();
        connection.Execute("DELETE FROM sessions WHERE expires_at <= @now", new { now = transaction.NowMilliseconds });
        connection.Execute(
            """
            INSERT INTO sessions (id, hash, account_id, created_at, expires_at, way, address, browser)
            VALUES (@id, @hash, @accountId, @at, @expires, @way, @address, @browser)
            """,
            new
            {
                id,
                hash = Secrets.HashOf(secret),
                accountId,
                at = transaction.NowMilliseconds,
                expires = (transaction.Now + lifetime).ToUnixTimeMilliseconds(),
                way = StoredNames.Of(way),
                address = place.Address,
                browser = place.Browser is { Length: > MaximumBrowserLength } ? place.Browser[..MaximumBrowserLength] : place.Browser,
            }
        );
        transaction.Audit("session.opened", name, new() { ["sessionId"] = id, ["way"] = StoredNames.Of(way) });
        return new NewSession(connection.QuerySingle<Row>($"{Selected} WHERE s.id = @id", new { id }).ToSession(), secret);
    }

    internal static int EndAll(SqliteConnection connection, string accountId, string? exceptId) =>
        connection.Execute(
            "DELETE FROM sessions WHERE account_id = @accountId AND (@exceptId IS NULL OR id <> @exceptId)",
            new { accountId, exceptId }
        );

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string AccountId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Way { get; init; } = "";
        public long CreatedAt { get; init; }
        public long ExpiresAt { get; init; }
        public string? Address { get; init; }
        public string? Browser { get; init; }

        public Session ToSession() =>
            new(
                Id,
                AccountId,
                Name,
                StoredNames.Parse<SignInWay>(Way),
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
                Address,
                Browser
            );
    }
}
