using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>What is said of a mention beside its label, by keys.</summary>
[Collection(Chromium.Name)]
public sealed class DetailsTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Text = "No chest pain, possible gout. Mother had asthma.";

    private string _id = "";

    private protected override async Task BeginAsync()
    {
        _id = await Server.NewNoteAsync(
            await Server.NewProjectAsync("Details"),
            Text,
            ("chest pain", "PROBLEM", 0.9),
            ("gout", "PROBLEM", 0.8),
            ("asthma", "PROBLEM", 0.7)
        );
        await Person.OpenNoteAsync(_id);
        await Person.CurrentAsync();
    }

    [Fact]
    public async Task Once_open_one_key_says_one_thing_of_each_mention()
    {
        // Opened once; then a key for what is said and one to go on: what is said of a suggestion accepts it.
        await Person.PressAsync(";", "n", ".", "u", "1", ".", "f", "h");
        await Person.SavedAsync();

        Assert.Equal(["chest pain: negated", "gout: uncertain severity=mild", "asthma: historical family"], await SaidAsync());
        Assert.All(await Server.MarkedAsync(_id), mention => Assert.EndsWith(" accepted", mention, StringComparison.Ordinal));
        Assert.Equal("asthma", await Person.CurrentAsync());
        Assert.Equal(1, await Page.GetByTestId("details").CountAsync());
        Assert.Equal("true", await Page.GetByRole(AriaRole.Button, new() { Name = "family f" }).GetAttributeAsync("aria-pressed"));

        await Person.PressAsync("Escape");
        Assert.Equal(0, await Page.GetByTestId("details").CountAsync());
        Assert.Equal("PROBLEM unc mild", (await Page.Locator(".cm-content .tag").Nth(1).InnerTextAsync()).Trim());
        Assert.Contains(
            "negated",
            await Page.Locator(".cm-content .mention").First.GetAttributeAsync("class") ?? "",
            StringComparison.Ordinal
        );
        Assert.Contains("uncertain", await Page.Locator(".mention-row").Nth(1).GetAttributeAsync("title") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_step_is_taken_back_and_made_again_over_a_reload()
    {
        var before = await Server.MarkedAsync(_id);
        await Person.PressAsync(";", "n", "2", "n"); // negated, moderate, not negated after all
        await Person.SavedAsync();
        Assert.Equal("chest pain: severity=moderate", (await SaidAsync())[0]);

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("Control+z");
        await Person.SavedAsync();
        Assert.Equal("chest pain: negated severity=moderate", (await SaidAsync())[0]);
        await Person.PressAsync("Control+z", "Control+z");
        await Person.SavedAsync();
        Assert.Equal(before, await Server.MarkedAsync(_id));
        Assert.Equal("chest pain:", (await SaidAsync())[0]);

        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("Control+y", "Control+y");
        await Person.SavedAsync();
        Assert.Equal("chest pain: negated severity=moderate", (await SaidAsync())[0]);
    }

    [Fact]
    public async Task What_two_people_say_differently_stands_beside_each_other_and_a_key_chooses()
    {
        var document = await Server.DocumentAsync(_id);
        await Server.Client.PostAsync(
            $"/v1/documents/{_id}/corrections",
            new JsonObject
            {
                ["revision"] = (int)document["revision"]!,
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "annotate",
                        ["mentionId"] = document["mentions"]![0]!.Id(),
                        ["assertion"] = new JsonObject { ["uncertain"] = true },
                    }
                ),
            }
        );
        await Person.PressAsync(";", "n");
        await Page.GetByTestId("conflicts").WaitForAsync();
        await Person.PressAsync("C");

        Assert.Equal("“chest pain” PROBLEM, accepted, negated", await Page.GetByTestId("mine").InnerTextAsync());
        Assert.Equal("“chest pain” PROBLEM, accepted, uncertain", await Page.GetByTestId("theirs").InnerTextAsync());
        await Person.PressAsync("m");
        await Person.SavedAsync();
        Assert.Equal("chest pain: negated", (await SaidAsync())[0]);
    }

    private async Task<List<string>> SaidAsync()
    {
        var document = await Server.DocumentAsync(_id);
        return [.. document["mentions"]!.AsArray().Select(mention => $"{(string)mention!["text"]!}:{Flags(mention)}{Values(mention)}")];
    }

    private static string Flags(JsonNode mention) =>
        string.Concat((mention["assertion"] as JsonObject ?? []).Where(flag => (bool)flag.Value!).Select(flag => $" {flag.Key}"));

    private static string Values(JsonNode mention) =>
        string.Concat((mention["attributes"] as JsonObject ?? []).Select(value => $" {value.Key}={(string)value.Value!}"));
}
