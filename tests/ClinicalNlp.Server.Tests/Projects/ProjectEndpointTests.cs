using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Projects;

public sealed class ProjectEndpointTests(TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(change: o => o with { ModelsDirectory = models.Folder });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_a_project_may_begin_with_makes_one()
    {
        var starting = await _server.Client.GetJsonAsync("/v1/starting-schema");
        Assert.Contains("FREQUENCY", starting["labels"]!.AsArray().Select(label => (string)label!["name"]!));
        Assert.DoesNotContain("oos", starting["intents"]!.AsArray().Select(intent => (string)intent!["name"]!));
        Assert.NotEmpty(starting["intents"]!.AsArray());

        starting["name"] = "Begun";
        var made = await _server.Client.PostAsync("/v1/projects", starting);
        Assert.Equal(starting["labels"]!.ToJsonString(), made["labels"]!.ToJsonString());
        Assert.Equal(starting["intents"]!.AsArray().Count, made["intents"]!.AsArray().Count);
    }

    [Fact]
    public async Task Those_who_manage_a_project_rename_it()
    {
        string project = await _server.NewProjectAsync("Letters");
        await _server.NewProjectAsync("Taken");
        using var ana = _server.SignInAs("ana", project);
        using var mia = _server.SignInAs("mia", project, ProjectRole.Manager);

        Assert.Equal(HttpStatusCode.Forbidden, (await RenameAsync(ana, "x")).Status);
        Assert.Equal((HttpStatusCode.Conflict, "name_taken"), await CodeAsync(mia, "Taken"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "name_missing"), await CodeAsync(mia, " "));
        Assert.Equal(HttpStatusCode.OK, (await RenameAsync(mia, "Letters 2026")).Status);
        Assert.Equal("Letters 2026", (string)(await ana.GetJsonAsync($"/v1/projects/{project}"))["name"]!);

        Task<(HttpStatusCode Status, JsonNode Body)> RenameAsync(HttpClient client, string name) =>
            client.SendAsync(HttpMethod.Put, $"/v1/projects/{project}", new JsonObject { ["name"] = name });

        async Task<(HttpStatusCode, string)> CodeAsync(HttpClient client, string name)
        {
            var (status, body) = await RenameAsync(client, name);
            return (status, (string)body["code"]!);
        }
    }
}
