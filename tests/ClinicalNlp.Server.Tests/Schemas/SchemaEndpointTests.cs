using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Schemas;

public class SchemaEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private HttpClient Client => shared.Server.Client;

    [Fact]
    public async Task A_manager_renames_after_a_preview_and_everybody_reads_the_new_name()
    {
        var (project, id) = await Marked();
        using var manager = shared.Server.SignInAs($"mia-{project}", project, ProjectRole.Manager);
        using var annotator = shared.Server.SignInAs($"ana-{project}", project);
        var change = Change("rename", "MEDICATION", "DRUG");

        var preview = await manager.PostAsync($"/v1/projects/{project}/schema/changes/preview", change);
        change["version"] = 1;
        var done = await manager.PostAsync($"/v1/projects/{project}/schema/changes", change.DeepClone());

        Assert.Equal(preview.ToJsonString(), done.ToJsonString());
        Assert.Equal((2, 1, 1), ((int)done["version"]!, (int)done["mentions"]!, (int)done["documents"]!));
        var schema = await annotator.GetJsonAsync($"/v1/projects/{project}/schema");
        Assert.Equal("DRUG 1", $"{schema["labels"]![0]!["label"]!["name"]} {schema["labels"]![0]!["decided"]}");
        Assert.Equal("MEDICATION DRUG", $"{schema["former"]![0]!["label"]!["name"]} {schema["former"]![0]!["now"]}");
        Assert.Equal(2, (int)(await annotator.GetJsonAsync($"/v1/projects/{project}"))["schemaVersion"]!);
        var history = await annotator.GetJsonAsync($"/v1/projects/{project}/schema/history");
        Assert.Equal("rename", (string)history["items"]![0]!["kind"]!);
        var batch = (await annotator.GetJsonAsync($"/v1/documents/{id}/history"))["items"]!.AsArray()[^1]!;
        Assert.Equal((2, "relabel"), ((int)batch["schemaVersion"]!, (string)batch["changes"]![0]!["action"]!));

        // Whoever thought out another change on the schema of before looks at it again.
        var (status, problem) = await manager.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/schema/changes", change);
        Assert.Equal((HttpStatusCode.Conflict, "stale_schema"), (status, problem.Code()));
        foreach (string path in new[] { "schema/changes/preview", "schema/changes" })
        {
            (status, problem) = await annotator.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/{path}", change);
            Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (status, problem.Code()));
        }
    }

    [Fact]
    public async Task A_page_that_was_open_while_a_label_was_renamed_still_saves()
    {
        var (project, id) = await Marked();
        var change = Change("rename", "MEDICATION", "DRUG");
        change["version"] = 1;
        await Client.PostAsync($"/v1/projects/{project}/schema/changes", change);
        var add = new JsonObject
        {
            ["revision"] = 2,
            ["changes"] = new JsonArray(
                new JsonObject
                {
                    ["action"] = "add",
                    ["start"] = 18,
                    ["end"] = 24,
                    ["label"] = "MEDICATION",
                }
            ),
        };

        var (status, stale) = await Client.SendAsync(HttpMethod.Post, $"/v1/documents/{id}/corrections", add);
        Assert.Equal((HttpStatusCode.Conflict, "stale_revision"), (status, stale.Code()));
        Assert.Equal(2, (int)stale["changesSince"]![0]!["schemaVersion"]!);

        add["revision"] = 3;
        var saved = await Client.PostAsync($"/v1/documents/{id}/corrections", add);
        Assert.Equal(["DRUG", "DRUG"], saved["document"]!["mentions"]!.AsArray().Select(mention => (string)mention!["label"]!));
    }

    [Fact]
    public async Task What_a_removed_label_marked_is_shown_on_demand_and_is_not_exported()
    {
        var (project, id) = await Marked();
        var remove = Change("remove", "MEDICATION", null);
        remove["version"] = 1;

        await Client.PostAsync($"/v1/projects/{project}/schema/changes", remove);

        var archived = (await Client.GetJsonAsync($"/v1/documents/{id}/archived?offsetUnit=utf16CodeUnit"))["items"]!.AsArray();
        var kept = Assert.Single(archived)!;
        Assert.Equal(
            "metformin MEDICATION removed 2",
            $"{kept["mention"]!["text"]} {kept["mention"]!["label"]} {kept["reason"]} {kept["version"]}"
        );
        Assert.Empty((await shared.Server.DocumentAsync(id))["mentions"]!.AsArray());
        using var export = await Client.GetAsync($"/v1/projects/{project}/export?format=jsonl");
        Assert.DoesNotContain("\"label\"", await export.Content.ReadAsStringAsync());

        var restore = Change("restore", "MEDICATION", null);
        restore["version"] = 2;
        await Client.PostAsync($"/v1/projects/{project}/schema/changes", restore);
        Assert.Single((await shared.Server.DocumentAsync(id))["mentions"]!.AsArray());
        Assert.Empty((await Client.GetJsonAsync($"/v1/documents/{id}/archived"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Guidelines_are_written_by_managers_and_read_by_all()
    {
        var project = await shared.NewProject();
        using var manager = shared.Server.SignInAs($"max-{project}", project, ProjectRole.Manager);
        using var reviewer = shared.Server.SignInAs($"rob-{project}", project, ProjectRole.Reviewer);
        var text = new JsonObject
        {
            ["label"] = "DOSAGE",
            ["text"] = "Mark **amount and unit**.",
            ["version"] = 0,
        };

        var (status, _) = await reviewer.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/guidelines", text);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        (status, var written) = await manager.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/guidelines", text);
        Assert.Equal((HttpStatusCode.OK, 2), (status, (int)written["version"]!));
        (status, var stale) = await manager.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/guidelines", text);
        Assert.Equal((HttpStatusCode.Conflict, "stale_schema"), (status, stale.Code()));

        var all = await reviewer.GetJsonAsync($"/v1/projects/{project}/guidelines");
        Assert.Equal("DOSAGE Mark **amount and unit**.", $"{all["items"]![0]!["label"]} {all["items"]![0]!["text"]}");
        var versions = await reviewer.GetJsonAsync($"/v1/projects/{project}/guidelines/history?label=DOSAGE");
        Assert.Single(versions["items"]!.AsArray());
        using var stranger = shared.Server.SignInAs($"eve-{project}", await shared.NewProject());
        (status, _) = await stranger.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/guidelines");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private async Task<(string Project, string Document)> Marked()
    {
        var project = await shared.NewProject();
        var added = await Client.PostAsync(
            $"/v1/projects/{project}/documents",
            new JsonObject
            {
                ["documents"] = new JsonArray(
                    new JsonObject
                    {
                        ["text"] = "Started metformin 500 mg.",
                        ["spans"] = new JsonArray(
                            new JsonObject
                            {
                                ["start"] = 8,
                                ["end"] = 17,
                                ["label"] = "MEDICATION",
                            }
                        ),
                    }
                ),
            }
        );
        var id = added["items"]![0]!.Id();
        await Client.PostAsync($"/v1/documents/{id}/reopen", new JsonObject { ["revision"] = 1 });
        return (project, id);
    }

    private static JsonObject Change(string kind, string from, string? to) =>
        new()
        {
            ["kind"] = kind,
            ["from"] = new JsonArray(from),
            ["to"] = to,
        };
}
