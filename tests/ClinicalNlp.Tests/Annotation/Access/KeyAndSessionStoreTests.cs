using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Access;

public sealed class KeyAndSessionStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();

    private KeyStore Keys => new(store.Database);

    private SessionStore Sessions => new(store.Database);

    private AccountStore Accounts => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_key_opens_until_it_is_revoked_and_the_house_stays_locked_after()
    {
        Assert.False(Accounts.MustSignIn());
        var made = Keys.Create("importer", TemporaryStore.Actor);

        Assert.Equivalent(made.Key, Keys.Find(made.Secret), strict: true);
        Assert.Null(Keys.Find(made.Secret + "x"));
        Keys.Revoke(made.Key.Id, TemporaryStore.Actor);
        Assert.Null(Keys.Find(made.Secret));
        Assert.True(Accounts.MustSignIn());
        Assert.Throws<RecordNotFoundException>(() => Keys.Revoke(made.Key.Id, TemporaryStore.Actor));
        Assert.NotNull(Assert.Single(Keys.List()).Revoked);
    }

    [Fact]
    public void A_sign_in_token_opens_one_session()
    {
        string token = Sessions.CreateSignInToken(TimeSpan.FromMinutes(10), "system");

        var session = Sessions.SignIn(token, TimeSpan.FromHours(8), SessionPlace.Unknown)!;

        Assert.Equal("owner", Sessions.Find(session.Secret)!.Name);
        Assert.Null(Sessions.SignIn(token, TimeSpan.FromHours(8), SessionPlace.Unknown));
        Sessions.SignOut(session.Secret, "session:owner");
        Assert.Null(Sessions.Find(session.Secret));
    }

    [Fact]
    public void Tokens_and_sessions_end_with_time()
    {
        string late = Sessions.CreateSignInToken(TimeSpan.FromMinutes(10), "system");
        var session = Open();
        store.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Null(Sessions.SignIn(late, TimeSpan.FromHours(8), SessionPlace.Unknown));
        Assert.NotNull(Sessions.Find(session.Secret));
        store.Clock.Now += TimeSpan.FromHours(8);
        Assert.Null(Sessions.Find(session.Secret));
    }

    [Fact]
    public void Secrets_are_not_in_the_file()
    {
        string key = Keys.Create("importer", TemporaryStore.Actor).Secret;
        string token = Sessions.CreateSignInToken(TimeSpan.FromMinutes(10), "system");
        string session = Open().Secret;
        store.Reopen();

        foreach (string file in Directory.GetFiles(store.Folder))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            string content = reader.ReadToEnd();
            Assert.All(new[] { key, token, session }, secret => Assert.DoesNotContain(secret, content, StringComparison.Ordinal));
        }
    }

    private NewSession Open()
    {
        string token = Sessions.CreateSignInToken(TimeSpan.FromMinutes(1), "system");
        return Sessions.SignIn(token, TimeSpan.FromHours(8), SessionPlace.Unknown)!;
    }
}
