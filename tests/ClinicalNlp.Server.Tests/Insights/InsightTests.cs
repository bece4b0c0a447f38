using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Insights;

public sealed class InsightTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Quality_is_told_in_figures_and_never_in_words_of_a_document()
    {
        var project = await _server.NewProjectAsync("Quality");
        var id = await _server.NewNoteAsync(
            project,
            "Takes metformin for gout.",
            ("metformin", "MEDICATION", 0.9),
            ("gout", "MEDICATION", 0.6)
        );
        var mentions = (await _server.DocumentAsync(id))["mentions"]!;
        await CorrectAsync(_server.Client, id, 0, ("accept", mentions[0]!.Id(), null), ("relabel", mentions[1]!.Id(), "PROBLEM"));
        await _server.Client.PostAsync($"/v1/documents/{id}/complete", new JsonObject { ["revision"] = 1 });

        var insights = await _server.Client.GetJsonAsync($"/v1/projects/{project}/insights?group=kind:kind&group=sex:sex|gender");

        var entities = insights["tasks"]![0]!;
        Assert.Equal("entities", (string)entities["task"]!);
        Assert.Equal(0.5, (double)entities["acceptance"]!["all"]!["rate"]!["value"]!);
        Assert.Equal(0.5, (double)entities["scores"]![0]!["all"]!["f1"]!["value"]!);
        Assert.Equal(["kind", "sex"], entities["groups"]!.AsArray().Select(group => (string)group!["name"]!));
        Assert.DoesNotContain("metformin", insights.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("gout", insights.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("group=sex:")]
    [InlineData("group=:x")]
    [InlineData("group=a&group=b&group=c&group=d&group=e&group=f&group=g&group=h&group=i&group=j&group=k&group=l&group=m")]
    public async Task Groups_that_name_nothing_or_too_much_are_refused(string query)
    {
        var project = await _server.NewProjectAsync($"Groups {query.Length}");

        var (status, body) = await _server.Client.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/insights?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_value"), (status, body.Code()));
    }

    [Fact]
    public async Task Annotators_see_their_own_work_and_reviewers_everybodys()
    {
        var project = await _server.NewProjectAsync("People");
        var id = await _server.NewNoteAsync(project, "gout, asthma", ("gout", "PROBLEM", 0.9), ("asthma", "PROBLEM", 0.9));
        var mentions = (await _server.DocumentAsync(id))["mentions"]!;
        using var ana = _server.SignInAs("ana", project);
        using var ben = _server.SignInAs("ben", project);
        using var eva = _server.SignInAs("eva", project, ProjectRole.Reviewer);
        using var stranger = _server.SignInAs("stranger");
        await CorrectAsync(ana, id, 0, ("accept", mentions[0]!.Id(), null));
        await CorrectAsync(ben, id, 1, ("accept", mentions[1]!.Id(), null));

        Assert.Equal(["ana"], await PeopleAsync(ana, project));
        Assert.Equal(["ana", "ben"], await PeopleAsync(eva, project));
        var (status, _) = await stranger.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/insights");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private static async Task<string[]> PeopleAsync(HttpClient client, string project) =>
        [
            .. (await client.GetJsonAsync($"/v1/projects/{project}/insights"))["people"]!
                .AsArray()
                .Select(person => (string)person!["person"]!),
        ];

    private static Task CorrectAsync(
        HttpClient client,
        string id,
        int revision,
        params (string Action, string Mention, string? Label)[] changes
    ) =>
        client.PostAsync(
            $"/v1/documents/{id}/corrections",
            new JsonObject
            {
                ["revision"] = revision,
                ["changes"] = new JsonArray([
                    .. changes.Select(change =>
                    {
                        var json = new JsonObject { ["action"] = change.Action, ["mentionId"] = change.Mention };
                        if (change.Label is not null)
                        {
                            json["label"] = change.Label;
                        }

                        return json;
                    }),
                ]),
            }
        );
}
