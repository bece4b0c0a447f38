using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Browser;

namespace ClinicalNlp.Server.Tests.Inbox;

public class HeldOutConfusionTests(TinyModels models)
{
    [Fact]
    public async Task The_version_in_use_is_asked_about_what_it_has_not_learned()
    {
        await using var server = await RunningServer.StartAsync(change: options => options with { ModelsDirectory = models.Folder });
        var project = await server.Client.PostAsync(
            "/v1/projects",
            new JsonObject
            {
                ["name"] = "Held out",
                ["intents"] = new JsonArray(new JsonObject { ["name"] = "greeting" }, new JsonObject { ["name"] = "refill_prescription" }),
            }
        );
        // All decided the other way round: the model is wrong everywhere, and must say so.
        for (var i = 0; i < 6; i++)
        {
            var id = await server.NewTranscriptAsync(
                project.Id(),
                ("patient", "hello there", "refill_prescription"),
                ("patient", "i need a refill", "greeting")
            );
            await server.Client.PostAsync($"/v1/documents/{id}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        }

        await server.Client.PostAsync(
            $"/v1/projects/{project.Id()}/snapshots",
            new JsonObject { ["task"] = "intents", ["heldOutFraction"] = 0.5 }
        );

        var confusion = await server.Client.GetJsonAsync($"/v1/projects/{project.Id()}/inbox/confusion?of=held_out");

        Assert.Equal(0, (int)confusion["agreed"]!);
        Assert.Equal(TinyModels.Intents, (string)confusion["model"]!["name"]!);
        Assert.Equal(
            ["greeting refill_prescription", "refill_prescription greeting"],
            confusion["cells"]!.AsArray().Select(cell => $"{cell!["decided"]} {cell["suggested"]}")
        );
        var cell = confusion["cells"]![0]!;
        Assert.Equal((int)confusion["total"]! / 2, (int)cell["count"]!);
        var places = cell["utterances"]!.AsArray().Select(place => $"{place!["documentId"]}:{place["turn"]}");
        var behind = await server.Client.GetJsonAsync(
            $"/v1/projects/{project.Id()}/inbox?state=all&only={Uri.EscapeDataString(string.Join(',', places))}"
        );
        Assert.Equal((int)cell["count"]!, (int)behind["total"]!);
        Assert.All(behind["items"]!.AsArray(), item => Assert.Equal("i need a refill", (string)item!["text"]!));
    }
}
