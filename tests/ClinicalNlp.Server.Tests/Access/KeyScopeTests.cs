using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Server.Tests.Access;

public class KeyScopeTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private readonly ShiftedTime _time = new();
    private HttpClient _admin = null!;
    private string _project = "";
    private string _other = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(configure: _time.Register);
        _project = (await _server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"One"}""")!)).Id();
        _other = (await _server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"Other"}""")!)).Id();
        var key = await _server.Client.PostAsync("/v1/keys", JsonNode.Parse("""{"name":"root"}""")!);
        _admin = _server.WithKey((string)key["key"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(KeyScope.Extract, 503, 404, 404, 403)]
    [InlineData(KeyScope.Annotate, 403, 200, 403, 403)]
    [InlineData(KeyScope.Review, 403, 200, 403, 403)]
    [InlineData(KeyScope.Manage, 403, 200, 422, 403)]
    [InlineData(KeyScope.Admin, 503, 200, 422, 200)]
    public async Task A_scope_opens_its_doors_only(KeyScope scope, int extract, int read, int manage, int admin)
    {
        using var client = _server.WithKey(await Key(scope));
        // 503: there is no model in this service; 422: a document of no text. Both are past the door.
        Assert.Equal(
            extract,
            (int)(await client.SendAsync(HttpMethod.Post, "/v1/extract", JsonNode.Parse("""{"text":"Metformin."}"""))).Status
        );
        Assert.Equal(read, (int)(await client.SendAsync(HttpMethod.Get, $"/v1/projects/{_project}/documents")).Status);
        var empty = JsonNode.Parse("""{"documents":[{"text":""}]}""");
        Assert.Equal(manage, (int)(await client.SendAsync(HttpMethod.Post, $"/v1/projects/{_project}/documents", empty)).Status);
        Assert.Equal(admin, (int)(await client.SendAsync(HttpMethod.Get, "/v1/keys")).Status);
    }

    [Fact]
    public async Task A_key_of_one_project_knows_of_no_other()
    {
        using var client = _server.WithKey(await Key(KeyScope.Manage, _project));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, $"/v1/projects/{_project}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, $"/v1/projects/{_other}")).Status);
        Assert.Equal(_project, Assert.Single((await client.GetJsonAsync("/v1/projects"))["items"]!.AsArray())!.Id());
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await client.SendAsync(HttpMethod.Post, "/v1/projects", JsonNode.Parse("""{"name":"Third"}"""))).Status
        );
    }

    [Fact]
    public async Task A_key_ends_with_its_time()
    {
        using var client = _server.WithKey(await Key(KeyScope.Annotate, expires: _time.GetUtcNow().AddDays(1)));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/v1/me")).Status);
        _time.Offset += TimeSpan.FromDays(1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(HttpMethod.Get, "/v1/me")).Status);
    }

    [Theory]
    [InlineData("""{"name":"a","scopes":[]}""", "bad_scope")]
    [InlineData("""{"name":"a","scopes":["everything"]}""", "invalid_value")]
    [InlineData("""{"name":"a","scopes":["admin"],"projectId":"PROJECT"}""", "bad_scope")]
    [InlineData("""{"name":"a","scopes":["manage"],"projectId":"none"}""", "not_found")]
    [InlineData("""{"name":"a","expires":"2020-01-01T00:00:00Z"}""", "bad_expiry")]
    [InlineData("""{"name":"ROOT"}""", "name_taken")]
    [InlineData("""{"name":"owner"}""", "name_taken")]
    [InlineData("""{"name":"Local"}""", "name_taken")]
    [InlineData("""{"name":" a"}""", "name_missing")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string code)
    {
        var request = JsonNode.Parse(body.Replace("PROJECT", _project, StringComparison.Ordinal));
        Assert.Equal(code, (await _admin.SendAsync(HttpMethod.Post, "/v1/keys", request)).Body.Code());
    }

    private async Task<string> Key(KeyScope scope, string? project = null, DateTimeOffset? expires = null)
    {
        var made = await _admin.PostAsync(
            "/v1/keys",
            new JsonObject
            {
                ["name"] = $"{scope} of {project} until {expires}.",
                ["scopes"] = new JsonArray(StoredNames.Of(scope)),
                ["projectId"] = project,
                ["expires"] = expires?.ToString("O"),
            }
        );
        return (string)made["key"]!;
    }
}
