using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class AccountTests : IAsyncLifetime
{
    private const string Secret = "correct horse battery";
    private readonly ShiftedTime _time = new(frozen: true); // a wait of a second must not pass by itself on a busy machine
    private RunningServer _server = null!;
    private HttpClient _owner = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(configure: _time.Register);
        _project = (await _server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"One"}""")!)).Id();
        var sessions = _server.App.Services.GetRequiredService<SessionStore>();
        var link = sessions.CreateSignInToken(TimeSpan.FromMinutes(1), "test");
        _owner = _server.WithCookie(sessions.SignIn(link, TimeSpan.FromDays(2), SessionPlace.Unknown)!.Secret);
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_opens_the_link_is_administrator_and_the_machine_stays_open_until_there_is_a_password()
    {
        var me = await _owner.GetJsonAsync("/v1/me");
        Assert.Equal(
            ("owner", "session", true, false),
            ((string)me["name"]!, (string)me["kind"]!, (bool)me["administrator"]!, (bool)me["hasPassword"]!)
        );
        Assert.Equal("loopback", (string)(await _server.Client.GetJsonAsync("/v1/me"))["kind"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await Put(_owner, "/v1/me/password", new { password = Secret })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Client.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        Assert.True((bool)(await _owner.GetJsonAsync("/v1/me"))["hasPassword"]!);
        using var again = await SignIn("Owner", Secret); // names know no case
        Assert.Equal("owner", (string)(await again.GetJsonAsync("/v1/me"))["name"]!);
    }

    [Fact]
    public async Task An_invitation_becomes_a_person_once()
    {
        var invited = await Invite("ana", ProjectRole.Annotator);
        Assert.False((bool)invited["account"]!["hasPassword"]!);
        Assert.StartsWith("/#/invitation/", (string)invited["path"]!, StringComparison.Ordinal);
        var token = (string)invited["token"]!;

        Assert.Equal("password_too_short", await Accept(token, "short one"));
        Assert.Equal("password_too_short", await Accept(token, "🐢🐢🐢🐢🐢🐢🐢🐢🐢🐢🐢")); // 11 characters, 22 UTF-16 units
        Assert.Equal("sign_in_refused", await Accept(token + "x", Secret));
        Assert.Equal("", await Accept(token, Secret));
        Assert.Equal("sign_in_refused", await Accept(token, "another long password"));

        using var ana = await SignIn("ana", Secret);
        var me = await ana.GetJsonAsync("/v1/me");
        Assert.Equal(("ana", false, "annotator"), ((string)me["name"]!, (bool)me["administrator"]!, (string)me["roles"]![0]!["role"]!));
        Assert.Equal("sign_in_refused", await Refused("ana", Secret + " "));
        Assert.Equal("sign_in_refused", await Refused("nobody", Secret));
    }

    [Fact]
    public async Task An_invitation_ends_with_time_and_with_a_newer_one()
    {
        var invited = await Invite("ana", ProjectRole.Annotator);
        var newer = await _owner.PostAsync($"/v1/accounts/{invited["account"]!.Id()}/invitation", new JsonObject());
        Assert.Equal("sign_in_refused", await Accept((string)invited["token"]!, Secret));
        _time.Offset += TimeSpan.FromDays(8);
        Assert.Equal("sign_in_refused", await Accept((string)newer["token"]!, Secret));
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_a_new_link_replaces_a_lost_one()
    {
        var id = (await Invited("ana"))["account"]!.Id();
        using var here = await SignIn("ana", Secret);
        using var there = await SignIn("ana", Secret);

        Assert.Equal(
            "password_refused",
            (await Put(here, "/v1/me/password", new { current = "wrong", password = "a new long password" })).Body.Code()
        );
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await Put(here, "/v1/me/password", new { current = Secret, password = "a new long password" })).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await here.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        Assert.Equal("sign_in_refused", await Refused("ana", Secret));

        var link = await _owner.PostAsync($"/v1/accounts/{id}/invitation", new JsonObject());
        Assert.Equal("", await Accept((string)link["token"]!, Secret));
        Assert.Equal(HttpStatusCode.Unauthorized, (await here.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        (await SignIn("ana", Secret)).Dispose();
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once()
    {
        var id = (await Invited("ana"))["account"]!.Id();
        using var ana = await SignIn("ana", Secret);
        Assert.Equal(HttpStatusCode.OK, (await Put(_owner, $"/v1/accounts/{id}", new { administrator = false, disabled = true })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ana.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        Assert.Equal("sign_in_refused", await Refused("ana", Secret));
        Assert.Equal("state_conflict", (await _owner.SendAsync(HttpMethod.Post, $"/v1/accounts/{id}/invitation")).Body.Code());

        await Put(_owner, $"/v1/accounts/{id}", new { administrator = false, disabled = false });
        Assert.Equal(HttpStatusCode.Unauthorized, (await ana.SendAsync(HttpMethod.Get, "/v1/me")).Status); // not the old session
        (await SignIn("ana", Secret)).Dispose();
    }

    [Fact]
    public async Task The_last_administrator_stays_and_the_link_brings_the_owner_back()
    {
        await Put(_owner, "/v1/me/password", new { password = Secret });
        var owner = (await _owner.GetJsonAsync("/v1/accounts"))["items"]![0]!.Id();
        var alone = await Put(_owner, $"/v1/accounts/{owner}", new { administrator = false, disabled = false });
        Assert.Equal((HttpStatusCode.Conflict, "last_administrator"), (alone.Status, alone.Body.Code()));

        await _owner.PostAsync("/v1/accounts", JsonNode.Parse("""{"name":"ben","administrator":true}""")!);
        Assert.Equal(
            HttpStatusCode.OK,
            (await Put(_owner, $"/v1/accounts/{owner}", new { administrator = false, disabled = true })).Status
        );
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(_owner, "/v1/accounts")).Status);

        var sessions = _server.App.Services.GetRequiredService<SessionStore>();
        var link = sessions.CreateSignInToken(TimeSpan.FromMinutes(1), "test");
        using var back = _server.WithCookie(sessions.SignIn(link, TimeSpan.FromDays(1), SessionPlace.Unknown)!.Secret);
        Assert.True((bool)(await back.GetJsonAsync("/v1/me"))["administrator"]!);
    }

    [Fact]
    public async Task Sessions_are_seen_and_ended()
    {
        await Invited("ana");
        using var here = await SignIn("ana", Secret);
        using var there = await SignIn("ana", Secret);
        var own = (await here.GetJsonAsync("/v1/me/sessions"))["items"]!.AsArray();
        Assert.Equal(3, own.Count); // the invitation opened one too
        Assert.Equal("password", (string)own.Single(s => (bool)s!["present"]!)!["way"]!);
        Assert.All(own, s => Assert.Equal("ana", (string)s!["name"]!));
        Assert.Equal(4, (await _owner.GetJsonAsync("/v1/sessions"))["items"]!.AsArray().Count);

        var owners = (await _owner.GetJsonAsync("/v1/me/sessions"))["items"]![0]!.Id();
        Assert.Equal(HttpStatusCode.NotFound, (await here.SendAsync(HttpMethod.Delete, $"/v1/me/sessions/{owners}")).Status);
        var theirs = (await there.GetJsonAsync("/v1/me/sessions"))["items"]!.AsArray().Single(s => (bool)s!["present"]!)!.Id();
        Assert.Equal(HttpStatusCode.NoContent, (await here.SendAsync(HttpMethod.Delete, $"/v1/me/sessions/{theirs}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await here.SendAsync(HttpMethod.Get, "/v1/sessions")).Status);
    }

    [Fact]
    public async Task Guessing_a_password_is_slowed_down_for_that_name()
    {
        await Invited("ana");
        for (var i = 0; i < SignInThrottle.AllowedPerName; i++)
        {
            Assert.Equal("sign_in_refused", await Refused("ana", $"guess number {i}"));
        }

        using var refused = await _server.Client.PostAsync(
            new Uri("/v1/sign-in", UriKind.Relative),
            JsonContent.Create(new { name = "ana", password = Secret })
        );
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        _time.Offset += TimeSpan.FromSeconds(1);
        (await SignIn("ana", Secret)).Dispose();
    }

    [Fact]
    public async Task Managers_give_out_the_roles_of_their_project_and_of_no_other()
    {
        await Invite("ana", ProjectRole.Annotator);
        using var max = _server.SignInAs("max", _project, ProjectRole.Manager);
        var other = (await _owner.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"Other"}""")!)).Id();

        Assert.Equal(HttpStatusCode.NoContent, (await Put(max, $"/v1/projects/{_project}/members/ana", new { role = "reviewer" })).Status);
        var members = (await max.GetJsonAsync($"/v1/projects/{_project}/members"))["items"]!.AsArray();
        Assert.Equal(["ana reviewer", "max manager"], members.Select(m => $"{m!["name"]} {m["role"]}"));
        Assert.Equal("bad_role", (await Put(max, $"/v1/projects/{_project}/members/ana", new { role = "administrator" })).Body.Code());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await Put(max, $"/v1/projects/{_project}/members/nobody", new { role = "reviewer" })).Status
        );
        Assert.Equal(HttpStatusCode.NotFound, (await Put(max, $"/v1/projects/{other}/members/max", new { role = "manager" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get(max, "/v1/accounts")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await max.SendAsync(HttpMethod.Delete, $"/v1/projects/{_project}/members/ana")).Status);
        Assert.Single((await max.GetJsonAsync($"/v1/projects/{_project}/members"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("OWNER")]
    [InlineData("system")]
    [InlineData("ana")]
    [InlineData("åSA")]
    public async Task A_name_is_one_persons(string name)
    {
        await Invite("Ana", ProjectRole.Annotator);
        await Invite("Åsa", ProjectRole.Annotator);
        var (status, problem) = await _owner.SendAsync(HttpMethod.Post, "/v1/accounts", new JsonObject { ["name"] = name });
        Assert.Equal((HttpStatusCode.Conflict, "name_taken"), (status, problem.Code()));
    }

    [Fact]
    public async Task No_password_is_in_the_file_or_the_log()
    {
        await Invited("ana");
        (await SignIn("ana", Secret)).Dispose();
        await Refused("ana", "guessed and wrong");
        Assert.All(
            Directory.GetFiles(_server.DataDirectory, "clinicalnlp.db*"),
            file =>
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
                var content = reader.ReadToEnd();
                Assert.DoesNotContain(Secret, content, StringComparison.Ordinal);
                Assert.DoesNotContain("guessed and wrong", content, StringComparison.Ordinal);
            }
        );
        Assert.All(_server.Log.Lines, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
        var audit = await _owner.GetJsonAsync("/v1/audit?action=sign_in.refused");
        Assert.Single(audit["items"]!.AsArray());
    }

    private Task<JsonNode> Invite(string name, ProjectRole role) =>
        _owner.PostAsync(
            "/v1/accounts",
            new JsonObject
            {
                ["name"] = name,
                ["roles"] = new JsonArray(new JsonObject { ["projectId"] = _project, ["role"] = Annotation.Storage.StoredNames.Of(role) }),
            }
        );

    private async Task<JsonNode> Invited(string name)
    {
        var invited = await Invite(name, ProjectRole.Annotator);
        Assert.Equal("", await Accept((string)invited["token"]!, Secret));
        return invited;
    }

    private async Task<string> Accept(string token, string password) =>
        (
            await _server.Client.SendAsync(
                HttpMethod.Post,
                "/v1/accept-invitation",
                new JsonObject { ["token"] = token, ["password"] = password }
            )
        ).Body.Code();

    private async Task<string> Refused(string name, string password)
    {
        var (status, problem) = await _server.Client.SendAsync(
            HttpMethod.Post,
            "/v1/sign-in",
            new JsonObject { ["name"] = name, ["password"] = password }
        );
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        return problem.Code();
    }

    private async Task<HttpClient> SignIn(string name, string password)
    {
        using var response = await _server.Client.PostAsync(
            new Uri("/v1/sign-in", UriKind.Relative),
            JsonContent.Create(new { name, password })
        );
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        return _server.WithCookie(cookie.Split(';')[0].Split('=', 2)[1]);
    }

    private static Task<(HttpStatusCode Status, JsonNode Body)> Get(HttpClient client, string path) =>
        client.SendAsync(HttpMethod.Get, path);

    private static Task<(HttpStatusCode Status, JsonNode Body)> Put(HttpClient client, string path, object body) =>
        client.SendAsync(HttpMethod.Put, path, System.Text.Json.JsonSerializer.SerializeToNode(body));
}
