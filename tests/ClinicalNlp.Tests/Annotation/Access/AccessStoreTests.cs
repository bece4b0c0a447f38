using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Access;

public sealed class AccessStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();

    private AccessStore Access => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_key_opens_until_it_is_revoked_and_the_house_stays_locked_after()
    {
        Assert.False(Access.AnyKeyEverMade());
        var made = Access.CreateKey("importer", TemporaryStore.Actor);

        Assert.Equal(made.Key, Access.FindKey(made.Secret));
        Assert.Null(Access.FindKey(made.Secret + "x"));
        Access.RevokeKey(made.Key.Id, TemporaryStore.Actor);
        Assert.Null(Access.FindKey(made.Secret));
        Assert.True(Access.AnyKeyEverMade());
        Assert.Throws<RecordNotFoundException>(() => Access.RevokeKey(made.Key.Id, TemporaryStore.Actor));
        Assert.NotNull(Assert.Single(Access.ListKeys()).Revoked);
    }

    [Fact]
    public void A_sign_in_token_opens_one_session()
    {
        string token = Access.CreateSignInToken("owner", TimeSpan.FromMinutes(10), "system");

        var session = Access.SignIn(token, TimeSpan.FromHours(8))!;

        Assert.Equal("owner", Access.FindSession(session.Secret)!.Name);
        Assert.Null(Access.SignIn(token, TimeSpan.FromHours(8)));
        Access.SignOut(session.Secret, "session:owner");
        Assert.Null(Access.FindSession(session.Secret));
    }

    [Fact]
    public void Tokens_and_sessions_end_with_time()
    {
        string late = Access.CreateSignInToken("owner", TimeSpan.FromMinutes(10), "system");
        var session = Access.OpenSession("owner", TimeSpan.FromHours(8), "system");
        store.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Null(Access.SignIn(late, TimeSpan.FromHours(8)));
        Assert.NotNull(Access.FindSession(session.Secret));
        store.Clock.Now += TimeSpan.FromHours(8);
        Assert.Null(Access.FindSession(session.Secret));
    }

    [Fact]
    public void Secrets_are_not_in_the_file()
    {
        string key = Access.CreateKey("importer", TemporaryStore.Actor).Secret;
        string token = Access.CreateSignInToken("owner", TimeSpan.FromMinutes(10), "system");
        string session = Access.OpenSession("owner", TimeSpan.FromHours(8), "system").Secret;
        store.Reopen();

        foreach (string file in Directory.GetFiles(store.Folder))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            string content = reader.ReadToEnd();
            Assert.All(new[] { key, token, session }, secret => Assert.DoesNotContain(secret, content, StringComparison.Ordinal));
        }
    }
}
