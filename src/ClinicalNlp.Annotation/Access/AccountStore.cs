using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Access;

/// <summary>What an account may do in one project.</summary>
public sealed record ProjectMembership(string ProjectId, ProjectRole Role);

/// <param name="InvitedUntil">An invitation waits that is good until then.</param>
/// <param name="Disabled">Since when nobody can sign in with it; null while one can.</param>
public sealed record Account(
    string Id,
    string Name,
    bool Administrator,
    bool HasPassword,
    IReadOnlyList<ProjectMembership> Roles,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? InvitedUntil,
    DateTimeOffset? Disabled
);

/// <param name="Token">Good once, for choosing a password; only its hash is stored.</param>
public sealed record Invitation(Account Account, string Token, DateTimeOffset Expires);

/// <summary>The people. What is stored of a password is what <c>PasswordHasher</c> of ASP.NET made of it; it is checked there, not here.</summary>
public sealed class AccountStore(AnnotationDatabase database)
{
    private const string Columns = """
        a.id, a.name, a.administrator, a.password_hash IS NOT NULL AS has_password, a.created_at, a.created_by, a.disabled_at,
        (SELECT max(i.expires_at) FROM invitations i WHERE i.account_id = a.id AND i.used_at IS NULL AND i.expires_at > @now) AS invited_until
        """;

    /// <summary>Whether a key or a password was ever made: from then on nobody is let in unasked, also on this machine.</summary>
    public bool MustSignIn() =>
        database.Read(connection =>
            connection.ExecuteScalar<long>(
                "SELECT EXISTS (SELECT 1 FROM api_keys) OR EXISTS (SELECT 1 FROM accounts WHERE password_at IS NOT NULL)"
            )
        ) == 1;

    public IReadOnlyList<Account> List() =>
        database.Read(connection =>
        {
            var roles = connection
                .Query<(string AccountId, string ProjectId, string Role)>(
                    "SELECT account_id, project_id, role FROM memberships ORDER BY project_id"
                )
                .ToLookup(row => row.AccountId, row => new ProjectMembership(row.ProjectId, StoredNames.Parse<ProjectRole>(row.Role)));
            return connection
                .Query<Row>($"SELECT {Columns} FROM accounts a ORDER BY a.name_key", new { now = Now })
                .Select(row => row.ToAccount([.. roles[row.Id]]))
                .ToList();
        });

    /// <exception cref="RecordNotFoundException">No such account.</exception>
    public Account Get(string id) => database.Read(connection => Get(connection, id));

    /// <summary>Makes an account without a password, and the link that lets its person choose one.</summary>
    /// <exception cref="UnusableInputException"><c>name_missing</c>, <c>name_taken</c>, <c>bad_role</c>.</exception>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Invitation Invite(string name, bool administrator, IReadOnlyList<ProjectMembership> roles, TimeSpan lifetime, string actor)
    {
        foreach (var membership in roles)
        {
            MembershipStore.Check(membership.Role);
        }

        return database.Write(
            actor,
            transaction =>
            {
                string id = Add(transaction, name, administrator);
                foreach (var membership in roles)
                {
                    if (
                        transaction.Connection.ExecuteScalar<long>(
                            "SELECT count(*) FROM projects WHERE id = @ProjectId",
                            new { membership.ProjectId }
                        ) == 0
                    )
                    {
                        throw new RecordNotFoundException("project", membership.ProjectId);
                    }

                    MembershipStore.Grant(transaction, id, membership.ProjectId, membership.Role);
                }

                return NewInvitation(transaction, id, lifetime);
            }
        );
    }

    /// <summary>A new link for a person who lost theirs, or their password.</summary>
    /// <exception cref="RecordNotFoundException">No such account.</exception>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: the account is disabled.</exception>
    public Invitation InviteAgain(string id, TimeSpan lifetime, string actor) =>
        database.Write(
            actor,
            transaction =>
                Get(transaction.Connection, id).Disabled is null
                    ? NewInvitation(transaction, id, lifetime)
                    : throw new UnusableInputException("state_conflict", "the account is disabled")
        );

    /// <summary>Whose invitation this is; null when it is unknown, used, replaced or too old.</summary>
    public string? FindInvitation(string token) => database.Read(connection => InvitedAccount(connection, token, Now));

    /// <summary>Sets the password of an invited person, ends what sessions there were and opens one; null as in <see cref="FindInvitation"/>.</summary>
    public NewSession? Accept(string token, string passwordHash, TimeSpan lifetime, SessionPlace place) =>
        database.Write(
            "sign-in",
            transaction =>
            {
                if (InvitedAccount(transaction.Connection, token, transaction.NowMilliseconds) is not { } id)
                {
                    transaction.NothingChanged();
                    return null;
                }

                transaction.Connection.Execute(
                    "UPDATE invitations SET used_at = @now WHERE account_id = @id AND used_at IS NULL",
                    new { id, now = transaction.NowMilliseconds }
                );
                StorePassword(transaction, id, passwordHash, keptSession: null);
                return SessionStore.Open(transaction, id, SignInWay.Invitation, lifetime, place);
            }
        );

    /// <summary>What a password is compared with; null when nobody enabled has the name, or they have no password.</summary>
    public (string AccountId, string Name, string PasswordHash)? FindCredentials(string name) =>
        database.Read(connection =>
            connection
                .Query<(string AccountId, string Name, string PasswordHash)>(
                    "SELECT id, name, password_hash FROM accounts WHERE name_key = @key AND disabled_at IS NULL AND password_hash IS NOT NULL",
                    new { key = AccountName.KeyOf(name) }
                )
                .Cast<(string, string, string)?>()
                .SingleOrDefault()
        );

    /// <summary>Somebody whom others vouch for, and what they may do; null when nobody enabled has the name.</summary>
    public SignedIn? FindPerson(string name) =>
        database.Read(connection =>
            connection
                .Query<(string Id, string Name, long Administrator)>(
                    "SELECT id, name, administrator FROM accounts WHERE name_key = @key AND disabled_at IS NULL",
                    new { key = AccountName.KeyOf(name) }
                )
                .Select(found => new SignedIn(
                    found.Id,
                    found.Name,
                    MembershipStore.RightsOf(connection, found.Id, found.Administrator == 1),
                    null
                ))
                .SingleOrDefault()
        );

    /// <summary>An account without password and roles, for somebody whom single sign-on brought.</summary>
    /// <exception cref="UnusableInputException"><c>name_missing</c>, <c>name_taken</c>.</exception>
    public void AddPerson(string name) => database.Write("system", transaction => _ = Add(transaction, name, administrator: false));

    /// <summary>The person whom an identity provider calls this; null when they are not let in.</summary>
    /// <remarks>
    /// Whoever comes first under the name of an account that has no password and no power becomes that account's person for good. An
    /// account with either is linked to nobody, because a provider may let people choose what they are called.
    /// </remarks>
    /// <param name="name">What the provider says the person is called.</param>
    /// <param name="create">Whether somebody unknown gets an account, without any role.</param>
    public (string AccountId, string Name)? FindIdentity(string issuer, string subject, string? name, bool create) =>
        database.Write<(string, string)?>(
            "system",
            transaction =>
            {
                var connection = transaction.Connection;
                var known = connection
                    .Query<(string Id, string Name, long Disabled)>(
                        """
                        SELECT a.id, a.name, a.disabled_at IS NOT NULL FROM account_identities i JOIN accounts a ON a.id = i.account_id
                        WHERE i.issuer = @issuer AND i.subject = @subject
                        """,
                        new { issuer, subject }
                    )
                    .ToList();
                if (known is [var person] || name is not { Length: > 0 and <= AccountName.MaximumLength })
                {
                    transaction.NothingChanged();
                    return known is [(var id, var called, 0)] ? (id, called) : null;
                }

                var named = connection
                    .Query<(string Id, string Name, long Free)>(
                        """
                        SELECT a.id, a.name, a.administrator = 0 AND a.password_hash IS NULL AND a.disabled_at IS NULL
                            AND NOT EXISTS (SELECT 1 FROM account_identities i WHERE i.account_id = a.id)
                        FROM accounts a WHERE a.name_key = @key
                        """,
                        new { key = AccountName.KeyOf(name) }
                    )
                    .ToList();
                if (named is [] ? !create : named is [(_, _, 0)])
                {
                    transaction.NothingChanged();
                    return null;
                }

                var (accountId, accountName, _) = named is [var found] ? found : (Add(transaction, name, administrator: false), name, 1);
                connection.Execute(
                    "INSERT INTO account_identities (issuer, subject, account_id, created_at) VALUES (@issuer, @subject, @accountId, @at)",
                    new
                    {
                        issuer,
                        subject,
                        accountId,
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit("account.linked", accountId);
                return (accountId, accountName);
            }
        );

    /// <summary>A person's own new password. Their other sessions end: whoever else knew the old one is out.</summary>
    public void SetPassword(string id, string passwordHash, string? keptSession, string actor) =>
        database.Write(actor, transaction => StorePassword(transaction, id, passwordHash, keptSession));

    /// <summary>The same password, hashed as is now usual; <paramref name="before"/> guards against a change meanwhile.</summary>
    public void Rehash(string id, string before, string passwordHash) =>
        database.Write(
            "system",
            transaction =>
            {
                transaction.Connection.Execute(
                    "UPDATE accounts SET password_hash = @passwordHash WHERE id = @id AND password_hash = @before",
                    new
                    {
                        id,
                        before,
                        passwordHash,
                    }
                );
                transaction.Audit("password.rehashed", id);
            }
        );

    /// <summary>A failed attempt at an account that exists. The name as it was typed is not kept: it may be a password in the wrong field.</summary>
    public void RecordRefusal(string accountId) =>
        database.Write("sign-in", transaction => transaction.Audit("sign_in.refused", accountId));

    /// <summary>Makes an account an administrator's or an ordinary one, and opens or closes it; closing ends its sessions.</summary>
    /// <exception cref="RecordNotFoundException">No such account.</exception>
    /// <exception cref="UnusableInputException"><c>last_administrator</c>: nobody would be left to undo this.</exception>
    public Account Change(string id, bool administrator, bool disabled, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var before = Get(connection, id);
                bool wasOpen = before.Disabled is null;
                if (before.Administrator == administrator && wasOpen != disabled)
                {
                    transaction.NothingChanged();
                    return before;
                }

                connection.Execute(
                    "UPDATE accounts SET administrator = @administrator, disabled_at = @disabledAt WHERE id = @id",
                    new
                    {
                        id,
                        administrator,
                        disabledAt = !disabled ? null
                        : wasOpen ? transaction.NowMilliseconds
                        : before.Disabled?.ToUnixTimeMilliseconds(),
                    }
                );
                if (
                    connection.ExecuteScalar<long>("SELECT count(*) FROM accounts WHERE administrator = 1 AND disabled_at IS NULL") == 0
                    && before is { Administrator: true, Disabled: null }
                )
                {
                    throw new UnusableInputException("last_administrator", "the last administrator stays one: make another first");
                }

                if (disabled)
                {
                    SessionStore.EndAll(connection, id, null);
                    connection.Execute(
                        "UPDATE invitations SET used_at = @now WHERE account_id = @id AND used_at IS NULL",
                        new { id, now = transaction.NowMilliseconds }
                    );
                }

                transaction.Audit("account.changed", id, new() { ["administrator"] = administrator, ["disabled"] = disabled });
                return Get(connection, id);
            }
        );

    internal static string EnsureOwner(WriteTransaction transaction)
    {
        var connection = transaction.Connection;
        var owners = connection
            .Query<(string Id, long Administrator, long Disabled)>(
                "SELECT id, administrator, disabled_at IS NOT NULL FROM accounts WHERE name_key = @key",
                new { key = AccountName.KeyOf(AccountName.Owner) }
            )
            .ToList();
        if (owners is not [var owner])
        {
            // A key of before there were accounts may have this name; the link must work all the same.
            return Insert(transaction, AccountName.Owner, administrator: true);
        }

        if (owner is not (_, 1, 0))
        {
            connection.Execute("UPDATE accounts SET administrator = 1, disabled_at = NULL WHERE id = @Id", new { owner.Id });
            transaction.Audit("account.changed", owner.Id, new() { ["administrator"] = true, ["disabled"] = false });
        }

        return owner.Id;
    }

    internal static string Add(WriteTransaction transaction, string name, bool administrator)
    {
        AccountName.Check(name);
        string key = AccountName.KeyOf(name);
        var connection = transaction.Connection;
        bool taken =
            key == AccountName.KeyOf(AccountName.Owner)
            || connection.ExecuteScalar<long>("SELECT count(*) FROM accounts WHERE name_key = @key", new { key }) > 0
            || connection.Query<string>("SELECT name FROM api_keys").Any(other => AccountName.KeyOf(other) == key);
        return taken
            ? throw new UnusableInputException("name_taken", "a person or a key has this name")
            : Insert(transaction, name, administrator);
    }

    private static string Insert(WriteTransaction transaction, string name, bool administrator)
    {
        string id = transaction.NewId();
        transaction.Connection.Execute(
            "INSERT INTO accounts (id, name, name_key, administrator, created_at, created_by) VALUES (@id, @name, @key, @administrator, @at, @by)",
            new
            {
                id,
                name,
                key = AccountName.KeyOf(name),
                administrator,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        transaction.Audit("account.created", id, new() { ["name"] = name, ["administrator"] = administrator });
        return id;
    }

    private long Now => database.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static Account Get(SqliteConnection connection, string id, long now)
    {
        var row =
            connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM accounts a WHERE a.id = @id", new { id, now })
            ?? throw new RecordNotFoundException("person", id);
        return row.ToAccount([
            .. connection
                .Query<(string ProjectId, string Role)>(
                    "SELECT project_id, role FROM memberships WHERE account_id = @id ORDER BY project_id",
                    new { id }
                )
                .Select(m => new ProjectMembership(m.ProjectId, StoredNames.Parse<ProjectRole>(m.Role))),
        ]);
    }

    private Account Get(SqliteConnection connection, string id) => Get(connection, id, Now);

    private static Invitation NewInvitation(WriteTransaction transaction, string id, TimeSpan lifetime)
    {
        string token = Secrets.Create();
        var expires = StoredTime.Rounded(transaction.Now + lifetime);
        transaction.Connection.Execute(
            "UPDATE invitations SET used_at = @now WHERE account_id = @id AND used_at IS NULL",
            new { id, now = transaction.NowMilliseconds }
        );
        transaction.Connection.Execute(
            "INSERT INTO invitations (hash, account_id, created_at, created_by, expires_at) VALUES (@hash, @id, @at, @by, @expires)",
            new
            {
                hash = Secrets.HashOf(token),
                id,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
                expires = expires.ToUnixTimeMilliseconds(),
            }
        );
        transaction.Audit("account.invited", id);
        return new Invitation(Get(transaction.Connection, id, transaction.NowMilliseconds), token, expires);
    }

    private static string? InvitedAccount(SqliteConnection connection, string token, long now) =>
        connection.ExecuteScalar<string?>(
            """
            SELECT a.id FROM invitations i JOIN accounts a ON a.id = i.account_id
            WHERE i.hash = @hash AND i.used_at IS NULL AND i.expires_at > @now AND a.disabled_at IS NULL
            """,
            new { hash = Secrets.HashOf(token), now }
        );

    private static void StorePassword(WriteTransaction transaction, string id, string passwordHash, string? keptSession)
    {
        int changed = transaction.Connection.Execute(
            "UPDATE accounts SET password_hash = @passwordHash, password_at = @now WHERE id = @id AND disabled_at IS NULL",
            new
            {
                id,
                passwordHash,
                now = transaction.NowMilliseconds,
            }
        );
        if (changed == 0)
        {
            throw new RecordNotFoundException("person", id);
        }

        int ended = SessionStore.EndAll(transaction.Connection, id, keptSession);
        transaction.Audit("password.changed", id, new() { ["sessionsEnded"] = ended });
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public long Administrator { get; init; }
        public long HasPassword { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public long? InvitedUntil { get; init; }
        public long? DisabledAt { get; init; }

        public Account ToAccount(IReadOnlyList<ProjectMembership> roles) =>
            new(
                Id,
                Name,
                Administrator == 1,
                HasPassword == 1,
                roles,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy,
                StoredTime.Of(InvitedUntil),
                StoredTime.Of(DisabledAt)
            );
    }
}
