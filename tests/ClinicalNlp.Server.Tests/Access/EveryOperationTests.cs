using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

/// <summary>Walks every operation of the OpenAPI document as somebody who may not: each refuses, and nothing is changed by the walk.</summary>
public sealed partial class EveryOperationTests : IAsyncLifetime
{
    private static readonly string[] Open = ["GET /v1/sign-in", "POST /v1/accept-invitation", "POST /v1/sign-in"];

    private RunningServer _server = null!;
    private HttpClient _admin = null!;
    private string _project = "";
    private string _document = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _project = await _server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"One","labels":[{"name":"PROBLEM"}]}""")!)
            is { } made
            ? made.Id()
            : "";
        var added = await _server.Client.PostAsync(
            $"/v1/projects/{_project}/documents",
            JsonNode.Parse("""{"documents":[{"text":"Asthma."}]}""")!
        );
        _document = added["items"]![0]!.Id();
        var key = await _server.Client.PostAsync("/v1/keys", JsonNode.Parse("""{"name":"root"}""")!);
        _admin = _server.WithKey((string)key["key"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_gets_anything_without_signing_in()
    {
        using var anonymous = Plain();
        await WalkAsync(anonymous, operation => !Open.Contains(operation.Name), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_unknown_key_and_a_made_up_session_are_nobody()
    {
        using var key = _server.WithKey("cnlp_made-up");
        await WalkAsync(key, operation => !Open.Contains(operation.Name), HttpStatusCode.Unauthorized);
        using var session = _server.WithCookie("made-up");
        await WalkAsync(session, operation => !Open.Contains(operation.Name), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_annotator_is_refused_wherever_more_is_needed()
    {
        using var annotator = _server.SignInAs("ann", _project);
        int walked = await WalkAsync(
            annotator,
            operation => Needed(operation) > ProjectRole.Annotator,
            HttpStatusCode.Forbidden,
            HttpStatusCode.NotFound
        );
        Assert.True(walked > 60, $"{walked} operations");
        // What names the project itself is there for sure: it is refused, not missing.
        walked = await WalkAsync(
            annotator,
            operation =>
                Needed(operation) > ProjectRole.Annotator
                && operation.Path.StartsWith("/v1/projects/{projectId}", StringComparison.Ordinal),
            HttpStatusCode.Forbidden
        );
        Assert.True(walked > 30, $"{walked} operations");
    }

    [Fact]
    public async Task Somebody_of_another_project_is_not_told_that_there_is_this_one()
    {
        string other = (await _admin.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"Other"}""")!)).Id();
        using var manager = _server.SignInAs("mona", other, ProjectRole.Manager);
        int walked = await WalkAsync(
            manager,
            operation => operation.Need is AccessNeed.OfRole { From: ProjectFrom.Route },
            HttpStatusCode.NotFound
        );
        Assert.True(walked > 60, $"{walked} operations");
    }

    [Theory]
    [InlineData(KeyScope.Extract, null)]
    [InlineData(KeyScope.Annotate, ProjectRole.Annotator)]
    [InlineData(KeyScope.Review, ProjectRole.Reviewer)]
    [InlineData(KeyScope.Manage, ProjectRole.Manager)]
    public async Task A_key_opens_nothing_beyond_its_scope(KeyScope scope, ProjectRole? opens)
    {
        var made = await _admin.PostAsync(
            "/v1/keys",
            new JsonObject
            {
                ["name"] = $"key {scope}",
                ["scopes"] = new JsonArray(JsonValue.Create(StoredName(scope))),
                ["projectId"] = _project,
            }
        );
        using var client = _server.WithKey((string)made["key"]!);
        int walked = await WalkAsync(
            client,
            operation =>
                operation.Need is AccessNeed.OfRole && (opens is null || Needed(operation) > opens)
                || (operation.Need is AccessNeed.OfExtraction && scope != KeyScope.Extract),
            HttpStatusCode.Forbidden,
            HttpStatusCode.NotFound
        );
        Assert.True(walked > 10, $"{walked} operations");
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_site_gets_nothing_done_for_who_is_signed_in(string header, string value)
    {
        using var manager = _server.SignInAs("max", _project, ProjectRole.Manager);
        manager.DefaultRequestHeaders.Add(header, value);
        await WalkAsync(manager, _ => true, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_session_that_somebody_planted_is_not_the_one_that_is_opened()
    {
        var accounts = _server.App.Services.GetRequiredService<AccountStore>();
        var invited = accounts.Invite("una", false, [], TimeSpan.FromDays(1), "test");
        using var client = _server.WithCookie("planted");
        using var answer = await client.PostAsync(
            "/v1/accept-invitation",
            new StringContent(
                new JsonObject { ["token"] = invited.Token, ["password"] = "a long enough password" }.ToJsonString(),
                null,
                "application/json"
            )
        );
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        string cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.DoesNotContain("planted", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(HttpMethod.Get, "/v1/me")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/sign-in?token=x")]
    [InlineData("/v1/me")]
    [InlineData("/v1/nothing")]
    [InlineData("/docs/problems")]
    public async Task Every_answer_says_what_browsers_must_not_do(string path)
    {
        using var client = Plain();
        using var answer = await client.GetAsync(path);
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal); // so default-src counts: no inline script
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    /// <returns>How many operations were asked.</returns>
    private async Task<int> WalkAsync(HttpClient client, Func<Operation, bool> chosen, params HttpStatusCode[] refusals)
    {
        string before = await AuditHeadAsync();
        int walked = 0;
        var wrong = new List<string>();
        foreach (var operation in await OperationsAsync())
        {
            if (!chosen(operation))
            {
                continue;
            }

            walked++;
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Address(operation.Path));
            if (operation.Example is { } body)
            {
                request.Content = new StringContent(body, null, "application/json");
            }

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (!refusals.Contains(answer.StatusCode))
            {
                wrong.Add($"{operation.Name}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await AuditHeadAsync());
        return walked;
    }

    private async Task<string> AuditHeadAsync() => (string)(await _admin.GetJsonAsync("/v1/audit/verification"))["head"]!;

    private async Task<List<Operation>> OperationsAsync()
    {
        var document = await _admin.GetJsonAsync("/openapi/v1.json");
        var endpoints = _server
            .App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    (Name: $"{method} {Constraint().Replace(endpoint.RoutePattern.RawText!.TrimEnd('/'), "}")}", endpoint)
                )
            )
            .DistinctBy(pair => pair.Name)
            .ToDictionary(pair => pair.Name, pair => pair.endpoint);
        var operations = new List<Operation>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            if (!path.StartsWith("/v1/", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (method, described) in methods!.AsObject())
            {
                string name = $"{method.ToUpperInvariant()} {path}";
                string? example = described!["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString();
                bool hasBody = described["requestBody"] is not null;
                operations.Add(
                    new Operation(
                        method.ToUpperInvariant(),
                        path,
                        hasBody ? example ?? "{}" : null,
                        endpoints[name].Metadata.GetMetadata<AccessNeed>()
                    )
                );
            }
        }

        Assert.True(operations.Count > 100);
        return operations;
    }

    private static ProjectRole? Needed(Operation operation) => (operation.Need as AccessNeed.OfRole)?.Role;

    private string Address(string path) =>
        Parameter()
            .Replace(
                path.Replace("/projects/{projectId}", $"/projects/{_project}", StringComparison.Ordinal)
                    .Replace("/documents/{id}", $"/documents/{_document}", StringComparison.Ordinal),
                "1"
            );

    private static string StoredName(KeyScope scope) => ClinicalNlp.Annotation.Storage.StoredNames.Of(scope);

    private HttpClient Plain() =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = _server.Url };

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@":[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Constraint();

    private sealed record Operation(string Method, string Path, string? Example, AccessNeed? Need)
    {
        public string Name => $"{Method} {Path}";
    }
}
