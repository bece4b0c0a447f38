using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class RoleTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly JsonObject Note = new() { ["documents"] = new JsonArray(new JsonObject { ["text"] = "Started metformin." }) };

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task An_annotator_works_and_does_not_manage()
    {
        var project = await shared.NewProject();
        var added = await Server.Client.PostAsync($"/v1/projects/{project}/documents", Note.DeepClone());
        var id = added["items"]![0]!.Id();
        using var ana = Server.SignInAs("ana of An_annotator", project);

        Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Get, $"/v1/documents/{id}")).Status);
        var change = JsonNode.Parse("""{"revision":0,"changes":[{"action":"add","start":8,"end":17,"label":"MEDICATION"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Post, $"/v1/documents/{id}/corrections", change)).Status);
        var history = await ana.GetJsonAsync($"/v1/documents/{id}/history");
        Assert.Equal("ana of An_annotator", (string)history["items"]!.AsArray()[^1]!["by"]!);

        var (status, problem) = await ana.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/documents", Note.DeepClone());
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden", "manager"), (status, problem.Code(), (string)problem["neededRole"]!));
        Assert.Contains("the role manager in the project", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await ana.SendAsync(HttpMethod.Get, "/v1/audit")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ana.SendAsync(HttpMethod.Get, "/v1/keys")).Status);
    }

    [Fact]
    public async Task A_project_of_others_is_not_there()
    {
        var own = await shared.NewProject();
        var (others, othersName) = (await shared.NewProject(), "");
        var added = await Server.Client.PostAsync($"/v1/projects/{others}/documents", Note.DeepClone());
        othersName = (string)(await Server.Client.GetJsonAsync($"/v1/projects/{others}"))["name"]!;
        using var ben = Server.SignInAs("ben of A_project", own, ProjectRole.Manager);

        var seen = await ben.GetJsonAsync("/v1/projects");
        Assert.Equal(own, Assert.Single(seen["items"]!.AsArray())!.Id());
        foreach (
            var path in new[]
            {
                $"/v1/projects/{others}",
                $"/v1/projects/{others}/documents",
                $"/v1/documents/{added["items"]![0]!.Id()}",
                $"/v1/training-runs?projectId={others}",
                "/v1/documents/nothing",
            }
        )
        {
            var (status, problem) = await ben.SendAsync(HttpMethod.Get, path);
            // Exactly what is said of a record that does not exist.
            Assert.Equal((HttpStatusCode.NotFound, "There is no record by this name."), (status, (string)problem["detail"]!));
            Assert.DoesNotContain(othersName, problem.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Empty((await ben.GetJsonAsync("/v1/training-runs"))["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await ben.SendAsync(HttpMethod.Get, $"/v1/training-runs?projectId={own}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ben.SendAsync(HttpMethod.Post, "/v1/models/any/rollback")).Status);
    }

    [Fact]
    public async Task Without_a_role_there_is_nothing_but_oneself()
    {
        using var eve = Server.SignInAs("eve of Without_a_role");
        Assert.Empty((await eve.GetJsonAsync("/v1/projects"))["items"]!.AsArray());
        Assert.Equal("eve of Without_a_role", (string)(await eve.GetJsonAsync("/v1/me"))["name"]!);
        var extract = new JsonObject { ["text"] = "Started metformin." };
        Assert.Equal(HttpStatusCode.Forbidden, (await eve.SendAsync(HttpMethod.Post, "/v1/extract", extract)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await eve.SendAsync(HttpMethod.Get, "/v1/models")).Status);
    }

    [Fact]
    public async Task A_role_that_is_taken_away_ends_at_once()
    {
        var project = await shared.NewProject();
        using var ana = Server.SignInAs("ana of A_role", project, ProjectRole.Manager);
        var roles = Server.App.Services.GetRequiredService<MembershipStore>();
        Assert.Equal(HttpStatusCode.OK, (await ana.SendAsync(HttpMethod.Get, $"/v1/projects/{project}")).Status);
        roles.Grant(project, "Ana of a_role", ProjectRole.Reviewer, "test");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ana.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/documents", Note.DeepClone())).Status
        );
        roles.Revoke(project, "ana of A_role", "test");
        Assert.Equal(HttpStatusCode.NotFound, (await ana.SendAsync(HttpMethod.Get, $"/v1/projects/{project}")).Status);
    }
}
