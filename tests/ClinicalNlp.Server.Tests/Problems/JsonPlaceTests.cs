using System.Text;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Problems;

/// <summary>A refusal of a body names the place and what may stand there, in our own words only.</summary>
public sealed class JsonPlaceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("""{"documents":[{"text":"a"},{"text":3}]}""", "in documents[1].text, ", "a string")]
    [InlineData(
        """{"offsetUnit":"words","documents":[]}""",
        "in offsetUnit, ",
        "one of unicodeCodePoint, utf16CodeUnit, textElement, utf8Byte"
    )]
    [InlineData("""{"documents":{"text":"a"}}""", "in documents, ", "a list")]
    [InlineData(
        """{"documents":[{"text":"a","spans":[{"start":0.5,"end":1,"label":"X"}]}]}""",
        "in documents[0].spans[0].start, ",
        "a whole number"
    )]
    [InlineData(
        """{"documents":[{"text":"a","spans":[{"start":0,"end":1}]}]}""",
        "Missing 'label' in documents[0].spans[0], ",
        "its object ends"
    )]
    [InlineData(
        """{"documents":[{"text":"a","Kiesel":"b"}]}""",
        "Unknown field in documents[0], ",
        "Known there: text, externalId, kind, group, meta"
    )]
    [InlineData(
        """{"documents":[{"text":"a","spans":[{"start":0,"end":1,"label":"X","attributes":{"Kiesel":4}}]}]}""",
        "spans[0].attributes",
        ""
    )]
    public async Task The_place_and_what_it_takes_are_named(string json, string place, string expected)
    {
        var project = await shared.NewProject();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await shared.Server.Client.PostAsync(
            $"/v1/projects/{project}/documents",
            content,
            TestContext.Current.CancellationToken
        );
        var detail = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["detail"]!;
        Assert.Contains(place, detail, StringComparison.Ordinal);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Kiesel", detail, StringComparison.Ordinal);
    }
}
