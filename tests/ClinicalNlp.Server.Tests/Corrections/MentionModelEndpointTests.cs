using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Documents;

namespace ClinicalNlp.Server.Tests.Corrections;

/// <summary>Discontinuous mentions, assertions, attributes, concepts and relations over HTTP.</summary>
public class MentionModelEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Text = "😀 e\u0301\r\nNo pain in left or right knee, takes metformin 500 mg.";
    private readonly HttpClient _client = shared.Server.Client;

    [Theory]
    [MemberData(nameof(DocumentEndpointTests.Units), MemberType = typeof(DocumentEndpointTests))]
    public async Task Pieces_are_counted_in_the_unit_that_was_asked_for(string unit)
    {
        var id = await shared.NewDocument(Text);
        var added = await Correct(id, 0, unit, Add("PROBLEM", unit, "pain", "left", "knee"));
        var mention = added["document"]!["mentions"]![0]!;

        Assert.Equal("pain left knee", (string)mention["text"]!);
        Assert.Equal(["pain", "left", "knee"], Pieces(mention["fragments"]!, unit));
        Assert.Equal("pain in left or right knee", DocumentEndpointTests.Slice(Text, (int)mention["start"]!, (int)mention["end"]!, unit));

        var resize = Add("PROBLEM", unit, "pain", "right knee");
        resize["action"] = "resize";
        resize["mentionId"] = mention.Id();
        resize.Remove("label");
        await Correct(id, 1, unit, resize);

        var history = await _client.GetJsonAsync($"/v1/documents/{id}/history?offsetUnit={unit}");
        var change = history["items"]!.AsArray()[^1]!["changes"]![0]!;
        Assert.Equal(["pain", "right knee"], Pieces(change["fragments"]!, unit));
        Assert.Equal(["pain", "left", "knee"], Pieces(change["fromFragments"]!, unit));
    }

    [Fact]
    public async Task What_is_said_of_a_mention_is_stored_answered_and_taken_back()
    {
        var id = await shared.NewDocument(Text);
        var mention = (await Correct(id, 0, "utf16CodeUnit", Add("PROBLEM", "utf16CodeUnit", "pain")))["document"]!["mentions"]![0]!.Id();

        var said = await Correct(
            id,
            1,
            "utf16CodeUnit",
            Json(
                $$"""{"action":"annotate","mentionId":"{{mention}}","assertion":{"negated":true},"attributes":{"severity":"mild"},"concepts":["DOID:1"]}"""
            )
        );
        var answer = said["document"]!["mentions"]![0]!;
        Assert.True((bool)answer["assertion"]!["negated"]!);
        Assert.False((bool)answer["assertion"]!["family"]!);
        Assert.Equal(("mild", "DOID:1"), ((string)answer["attributes"]!["severity"]!, (string)answer["concepts"]![0]!));

        var cleared = await Correct(id, 2, "utf16CodeUnit", Json($$"""{"action":"annotate","mentionId":"{{mention}}","assertion":{} }"""));
        Assert.Null(cleared["document"]!["mentions"]![0]!["assertion"]);
        Assert.NotNull(cleared["document"]!["mentions"]![0]!["concepts"]);

        var history = await _client.GetJsonAsync($"/v1/documents/{id}/history");
        var last = history["items"]!.AsArray()[^1]!["changes"]![0]!;
        Assert.True((bool)last["fromDetails"]!["assertion"]!["negated"]!);
        Assert.Null(last["details"]!["assertion"]);
    }

    [Fact]
    public async Task Relations_are_made_taken_along_and_brought_back()
    {
        var id = await shared.NewDocument(Text);
        var added = await Correct(
            id,
            0,
            "utf16CodeUnit",
            Add("MEDICATION", "utf16CodeUnit", "metformin"),
            Add("DOSAGE", "utf16CodeUnit", "500 mg")
        );
        var ids = added["document"]!["mentions"]!.AsArray().Select(m => m!.Id()).ToList();

        var related = await Correct(
            id,
            1,
            "utf16CodeUnit",
            Json($$"""{"action":"relate","from":"{{ids[0]}}","to":"{{ids[1]}}","type":"HAS_DOSAGE"}""")
        );
        var relation = related["document"]!["relations"]![0]!;
        Assert.Equal((ids[0], ids[1]), ((string)relation["from"]!, (string)relation["to"]!));

        var removed = await Correct(id, 2, "utf16CodeUnit", Json($$"""{"action":"remove","mentionId":"{{ids[0]}}"}"""));
        Assert.Empty(removed["document"]!["relations"]!.AsArray());
        var restore = Add("MEDICATION", "utf16CodeUnit", "metformin");
        restore["action"] = "restore";
        restore["mentionId"] = ids[0];
        restore["state"] = "added";
        var restored = await Correct(id, 3, "utf16CodeUnit", restore);
        Assert.Equal(relation.ToJsonString(), restored["document"]!["relations"]![0]!.ToJsonString());

        var unrelated = await Correct(id, 4, "utf16CodeUnit", Json($$"""{"action":"unrelate","relationId":"{{relation.Id()}}"}"""));
        Assert.Empty(unrelated["document"]!["relations"]!.AsArray());
        var ends = $$"""
            "from":"{{ids[0]}}","to":"{{ids[1]}}","type":"HAS_DOSAGE"
            """;
        var again = await Correct(id, 5, "utf16CodeUnit", Json($$"""{"action":"relate",{{ends}} }"""));
        Assert.Single(again["document"]!["relations"]!.AsArray());
        var gone = await Correct(id, 6, "utf16CodeUnit", Json($$"""{"action":"unrelate",{{ends}} }"""));
        Assert.Empty(gone["document"]!["relations"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"action":"add","fragments":[{"start":0,"end":900},{"start":901,"end":902}],"label":"PROBLEM"}""", "span_out_of_range")]
    [InlineData("""{"action":"add","fragments":[{"start":7,"end":12},{"start":10,"end":14}],"label":"PROBLEM"}""", "span_out_of_range")]
    [InlineData("""{"action":"annotate","mentionId":"ID","attributes":{"colour":"red"}}""", "attribute_not_in_schema")]
    [InlineData("""{"action":"annotate","mentionId":"ID","attributes":{"severity":null}}""", "attribute_not_in_schema")]
    [InlineData("""{"action":"annotate","mentionId":"ID","concepts":[""]}""", "concept_invalid")]
    [InlineData("""{"action":"annotate","mentionId":"ID","assertion":{"negative":true}}""", "unknown_field")]
    [InlineData("""{"action":"relate","from":"ID","to":"ID","type":"RELATED_TO"}""", "relation_to_itself")]
    [InlineData("""{"action":"relate","from":"ID","to":"nobody","type":"RELATED_TO"}""", "mention_not_found")]
    [InlineData("""{"action":"unrelate","relationId":"nobody"}""", "relation_not_found")]
    public async Task What_cannot_be_is_refused_and_nothing_is_stored(string change, string code)
    {
        var id = await shared.NewDocument(Text);
        var mention = (await Correct(id, 0, "utf16CodeUnit", Add("PROBLEM", "utf16CodeUnit", "pain")))["document"]!["mentions"]![0]!.Id();

        var (status, problem) = await Send(id, 1, "utf16CodeUnit", Json(change.Replace("ID", mention, StringComparison.Ordinal)));

        Assert.Equal(code, problem.Code());
        Assert.Equal(code == "unknown_field" ? HttpStatusCode.BadRequest : HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(1, (int)(await _client.GetJsonAsync($"/v1/documents/{id}"))["revision"]!);
    }

    [Fact]
    public async Task A_document_is_imported_with_everything_and_replaced_with_everything()
    {
        var project = await shared.NewProject();
        const string Spans = """
            [{"id":"a","start":0,"end":9,"label":"MEDICATION","text":"metformin","assertion":{"negated":false},"concepts":["DB00331"]},
             {"id":"b","start":10,"end":16,"label":"DOSAGE"}]
            """;
        const string Relations = """[{"from":"a","to":"b","type":"HAS_DOSAGE"}]""";
        var added = await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            Json($$"""{"documents":[{"text":"metformin 500 mg","spans":{{Spans}},"relations":{{Relations}} }]}""")
        );
        var id = added["items"]![0]!.Id();
        var document = await _client.GetJsonAsync($"/v1/documents/{id}");
        Assert.Equal("HAS_DOSAGE", (string)document["relations"]![0]!["type"]!);
        Assert.False((bool)document["mentions"]![0]!["assertion"]!["negated"]!);
        Assert.Null(document["mentions"]![1]!["assertion"]);

        var (status, replaced) = await _client.SendAsync(
            HttpMethod.Put,
            $"/v1/documents/{id}/annotations",
            Json($$"""{"revision":1,"spans":{{Spans}},"relations":[{"from":"b","to":"a","type":"RELATED_TO"}],"done":true}""")
        );
        Assert.True(status == HttpStatusCode.OK, replaced.ToJsonString());
        Assert.Equal("RELATED_TO", (string)replaced["document"]!["relations"]!.AsArray().Single()!["type"]!);
    }

    [Fact]
    public async Task A_project_says_what_may_be_said()
    {
        var standard = await _client.GetJsonAsync($"/v1/projects/{await shared.NewProject()}");
        Assert.Equal(
            ["negated", "uncertain", "historical", "hypothetical", "family", "severity"],
            standard["attributes"]!.AsArray().Select(a => (string)a!["name"]!)
        );
        Assert.Contains("HAS_DOSAGE", standard["relations"]!.AsArray().Select(r => (string)r!["name"]!));

        var own = await _client.PostAsync(
            "/v1/projects",
            Json(
                """
                {"name":"Own words","labels":[{"name":"A"}],"relations":[{"name":"PART_OF","from":["A"]}],
                 "attributes":[{"name":"certainty","values":["low","high"],"labels":["A"]}]}
                """
            )
        );
        Assert.Equal("PART_OF", (string)own["relations"]!.AsArray().Single()!["name"]!);
        Assert.Equal(["low", "high"], own["attributes"]![0]!["values"]!.AsArray().Select(v => (string)v!));

        var (_, problem) = await _client.SendAsync(
            HttpMethod.Post,
            "/v1/projects",
            Json("""{"name":"Unknown","labels":[{"name":"A"}],"relations":[{"name":"PART_OF","from":["B"]}]}""")
        );
        Assert.Equal("label_not_in_schema", problem.Code());
    }

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Add(string label, string unit, params string[] pieces)
    {
        var places = pieces.Select(p => DocumentEndpointTests.Place(Text, p, unit)).ToList();
        var change = new JsonObject { ["action"] = "add", ["label"] = label };
        if (pieces.Length == 1)
        {
            (change["start"], change["end"], change["text"]) = (places[0].Start, places[0].End, pieces[0]);
        }
        else
        {
            change["fragments"] = new JsonArray([.. places.Select(p => new JsonObject { ["start"] = p.Start, ["end"] = p.End })]);
        }

        return change;
    }

    private static IEnumerable<string> Pieces(JsonNode fragments, string unit) =>
        fragments.AsArray().Select(f => DocumentEndpointTests.Slice(Text, (int)f!["start"]!, (int)f["end"]!, unit));

    private Task<(HttpStatusCode Status, JsonNode Body)> Send(string id, int revision, string unit, params JsonObject[] changes) =>
        _client.SendAsync(
            HttpMethod.Post,
            $"/v1/documents/{id}/corrections",
            new JsonObject
            {
                ["revision"] = revision,
                ["offsetUnit"] = unit,
                ["changes"] = new JsonArray([.. changes]),
            }
        );

    private async Task<JsonNode> Correct(string id, int revision, string unit, params JsonObject[] changes)
    {
        var (status, body) = await Send(id, revision, unit, changes);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }
}
