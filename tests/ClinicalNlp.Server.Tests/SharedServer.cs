using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests;

/// <summary>One service for the tests of a class; each test makes projects of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private int _projects;

    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public async Task<string> NewProject()
    {
        var project = await Server.Client.PostAsync(
            "/v1/projects",
            new JsonObject
            {
                ["name"] = $"Project {Interlocked.Increment(ref _projects)}",
                ["labels"] = new JsonArray(
                    new JsonObject { ["name"] = "MEDICATION" },
                    new JsonObject { ["name"] = "DOSAGE" },
                    new JsonObject { ["name"] = "PROBLEM" }
                ),
                ["intents"] = new JsonArray(new JsonObject { ["name"] = "greeting" }, new JsonObject { ["name"] = "refill_prescription" }),
            }
        );
        return project.Id();
    }

    /// <summary>A project with one document without suggestions.</summary>
    public async Task<string> NewDocument(string text)
    {
        var added = await Server.Client.PostAsync(
            $"/v1/projects/{await NewProject()}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = text }) }
        );
        return added["items"]![0]!.Id();
    }
}
