using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Problems;

/// <summary>A disk that is full or not writable, made by SQLite's own limits on the real file.</summary>
public class StorageFailureTests
{
    [Theory]
    [InlineData("PRAGMA query_only = ON", 503, "storage_read_only")]
    [InlineData("PRAGMA max_page_count = 1", 507, "storage_full")]
    public async Task What_cannot_be_stored_is_refused_and_the_store_is_as_it_was(string pragma, int status, string code)
    {
        var failing = false;
        await using var server = await RunningServer.StartAsync(configure: b =>
            b.Services.AddSingleton(p =>
                AnnotationDatabase.Open(
                    Path.Combine(p.GetRequiredService<ClinicalNlp.Server.Hosting.ServerOptions>().DataDirectory, "clinicalnlp.db"),
                    TimeProvider.System,
                    readOnly: false,
                    connection => connection.Execute(failing ? pragma : "PRAGMA query_only = OFF; PRAGMA max_page_count = 1000000")
                )
            )
        );
        var client = server.Client;
        var project = (await client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"p","labels":[{"name":"PROBLEM"}]}""")!)).Id();
        var id = (
            await client.PostAsync($"/v1/projects/{project}/documents", JsonNode.Parse("""{"documents":[{"text":"Known gout."}]}""")!)
        )["items"]![0]!.Id();
        var before = (await client.GetJsonAsync($"/v1/documents/{id}")).ToJsonString();

        failing = true;
        var large = new string('a', 900_000);
        Assert.Equal(
            ((HttpStatusCode)status, code),
            await Post(client, $"/v1/projects/{project}/documents", $$"""{"documents":[{"text":"{{large}}"}]}""")
        );
        if (code == "storage_read_only")
        {
            Assert.Equal(
                ((HttpStatusCode)status, code),
                await Post(
                    client,
                    $"/v1/documents/{id}/corrections",
                    """{"revision":0,"changes":[{"action":"add","start":6,"end":10,"label":"PROBLEM"}]}"""
                )
            );
        }

        Assert.Equal(before, (await client.GetJsonAsync($"/v1/documents/{id}")).ToJsonString());
        failing = false;
        Assert.Single((await client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
        await client.PostAsync(
            $"/v1/documents/{id}/corrections",
            JsonNode.Parse("""{"revision":0,"changes":[{"action":"add","start":6,"end":10,"label":"PROBLEM","text":"gout"}]}""")!
        );
    }

    private static async Task<(HttpStatusCode Status, string Code)> Post(HttpClient client, string path, string json)
    {
        var (status, body) = await client.SendAsync(HttpMethod.Post, path, JsonNode.Parse(json));
        return (status, body.Code());
    }
}
