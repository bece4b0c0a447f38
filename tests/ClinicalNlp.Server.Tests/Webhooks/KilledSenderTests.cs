using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Webhooks;

public sealed class KilledSenderTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_message_that_was_on_its_way_when_the_service_was_killed_comes_again()
    {
        string[] arguments =
        [
            "--port",
            "0",
            "--data",
            _data,
            "--models",
            Path.Combine(_data, "none"),
            "--no-demo",
            "--webhook-hosts",
            "127.0.0.1",
        ];
        await using var receiver = await Receiver.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Gate = gate.Task;
        string project;
        string secret;
        Message first;
        using (var server = await ServerProcess.StartAsync(arguments))
        {
            project = (await server.Client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"p","labels":[{"name":"A"}]}""")!)).Id();
            var hook = await server.Client.PostAsync(
                $"/v1/projects/{project}/webhooks",
                new JsonObject { ["url"] = receiver.Url, ["events"] = new JsonArray("documents.added") }
            );
            secret = (string)hook["secret"]!;
            await server.Client.PostAsync($"/v1/projects/{project}/documents", JsonNode.Parse("""{"documents":[{"text":"One."}]}""")!);
            first = await receiver.NextAsync(); // it has arrived, and is not answered
            await server.KillAsync();
        }

        gate.SetResult();
        using (var server = await ServerProcess.StartAsync(arguments))
        {
            var again = await receiver.NextAsync();
            Assert.Equal((first.Id, first.Body), (again.Id, again.Body));
            Assert.True(again.IsSignedBy(secret));
            Assert.Equal(project, (string)again.Json["data"]!["projectId"]!);
            await server.KillAsync();
        }
    }
}
