using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Documents;

namespace ClinicalNlp.Server.Tests.Corrections;

public class CorrectionEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Text = "😀 e\u0301\r\nStarted metformin 500 mg daily.";
    private readonly HttpClient _client = shared.Server.Client;

    [Theory]
    [MemberData(nameof(DocumentEndpointTests.Units), MemberType = typeof(DocumentEndpointTests))]
    public async Task A_mention_is_added_resized_relabelled_and_removed(string unit)
    {
        var id = await shared.NewDocument(Text);
        var (start, end) = DocumentEndpointTests.Place(Text, "metformin", unit);
        var added = await Correct(
            id,
            0,
            unit,
            new JsonObject
            {
                ["action"] = "add",
                ["start"] = start,
                ["end"] = end,
                ["text"] = "metformin",
                ["label"] = "DOSAGE",
            }
        );
        var mention = added["document"]!["mentions"]![0]!;
        Assert.Equal("metformin", DocumentEndpointTests.Slice(Text, (int)mention["start"]!, (int)mention["end"]!, unit));

        var (_, wider) = DocumentEndpointTests.Place(Text, "metformin 500 mg", unit);
        var resized = await Correct(
            id,
            1,
            unit,
            new JsonObject
            {
                ["action"] = "resize",
                ["mentionId"] = mention.Id(),
                ["start"] = start,
                ["end"] = wider,
                ["text"] = "metformin 500 mg",
            },
            new JsonObject
            {
                ["action"] = "relabel",
                ["mentionId"] = mention.Id(),
                ["label"] = "MEDICATION",
            }
        );
        mention = resized["document"]!["mentions"]![0]!;
        Assert.Equal(
            ("metformin 500 mg", "MEDICATION", "added"),
            ((string)mention["text"]!, (string)mention["label"]!, (string)mention["state"]!)
        );

        var removed = await Correct(id, 2, unit, new JsonObject { ["action"] = "remove", ["mentionId"] = mention.Id() });
        Assert.Empty(removed["document"]!["mentions"]!.AsArray());

        var history = await _client.GetJsonAsync($"/v1/documents/{id}/history?offsetUnit={unit}");
        Assert.Equal([1, 2, 3], history["items"]!.AsArray().Select(b => (int)b!["revision"]!).SkipWhile(r => r == 0));
        var resize = history["items"]!.AsArray().SelectMany(b => b!["changes"]!.AsArray()).Single(c => (string)c!["action"]! == "resize")!;
        Assert.Equal("metformin", DocumentEndpointTests.Slice(Text, (int)resize["fromStart"]!, (int)resize["fromEnd"]!, unit));
    }

    [Fact]
    public async Task Who_saves_second_is_told_what_changed()
    {
        var id = await shared.NewDocument(Text);
        await Correct(id, 0, "utf16CodeUnit", Add("metformin", "MEDICATION"));
        var (status, problem) = await Send(id, 0, "utf16CodeUnit", Add("500 mg", "DOSAGE"));

        Assert.Equal((HttpStatusCode.Conflict, "stale_revision"), (status, problem.Code()));
        Assert.Equal(1, (int)problem["currentRevision"]!);
        var change = problem["changesSince"]![0]!["changes"]![0]!;
        Assert.Equal(("add", "MEDICATION"), ((string)change["action"]!, (string)change["label"]!));
        Assert.Equal("metformin", Text[(int)change["start"]!..(int)change["end"]!]);
        Assert.Single((await _client.GetJsonAsync($"/v1/documents/{id}"))["mentions"]!.AsArray());
    }

    [Fact]
    public async Task Of_many_who_save_at_once_one_succeeds()
    {
        var id = await shared.NewDocument(Text);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Send(id, 0, "utf16CodeUnit", Add("metformin", "MEDICATION"))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("stale_revision", a.Body.Code()));
        Assert.Single((await _client.GetJsonAsync($"/v1/documents/{id}"))["mentions"]!.AsArray());
    }

    [Fact]
    public async Task A_repeated_request_is_answered_and_not_repeated()
    {
        var id = await shared.NewDocument(Text);
        var body = new JsonObject
        {
            ["revision"] = 0,
            ["idempotencyKey"] = "k1",
            ["offsetUnit"] = "utf16CodeUnit",
            ["changes"] = new JsonArray(Add("metformin", "MEDICATION")),
        };
        var first = await _client.PostAsync($"/v1/documents/{id}/corrections", body);
        var second = await _client.PostAsync($"/v1/documents/{id}/corrections", body);
        Assert.Equal((int)first["revision"]!, (int)second["revision"]!);
        Assert.Single(second["document"]!["mentions"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"action":"add","start":0,"end":900,"label":"PROBLEM"}""", "span_out_of_range")]
    [InlineData("""{"action":"add","start":1,"end":3,"label":"PROBLEM"}""", "span_out_of_range")]
    [InlineData("""{"action":"add","start":2,"label":"PROBLEM"}""", "span_out_of_range")]
    [InlineData("""{"action":"add","start":7,"end":14,"label":"PROBLEM","text":"Stopped"}""", "span_off_surface")]
    [InlineData("""{"action":"add","start":7,"end":14,"label":"COLOUR"}""", "label_not_in_schema")]
    [InlineData("""{"action":"accept","mentionId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f"}""", "mention_not_found")]
    [InlineData("""{"action":"intent","turn":3,"intent":"greeting"}""", "turn_not_found")]
    [InlineData("""{"action":"explode"}""", "invalid_value")]
    public async Task A_change_that_cannot_be_is_refused_and_nothing_is_stored(string change, string code)
    {
        var id = await shared.NewDocument(Text);
        var (status, problem) = await Send(id, 0, "utf16CodeUnit", Add("metformin", "MEDICATION"), JsonNode.Parse(change)!.AsObject());
        Assert.Equal(code, problem.Code());
        Assert.Equal(code == "invalid_value" ? HttpStatusCode.BadRequest : HttpStatusCode.UnprocessableEntity, status);
        var document = await _client.GetJsonAsync($"/v1/documents/{id}");
        Assert.Empty(document["mentions"]!.AsArray());
        Assert.Equal(0, (int)document["revision"]!);
    }

    [Fact]
    public async Task A_finished_document_is_gold_until_it_is_reopened()
    {
        var id = await shared.NewDocument(Text);
        var replaced = await Succeed(
            HttpMethod.Put,
            $"/v1/documents/{id}/annotations",
            """{"revision":0,"offsetUnit":"utf16CodeUnit","spans":[{"start":15,"end":24,"label":"MEDICATION","text":"metformin"}],"done":true}"""
        );
        Assert.Equal("done", (string)replaced["document"]!["status"]!);

        var (status, problem) = await Send(id, 1, "utf16CodeUnit", Add("500 mg", "DOSAGE"));
        Assert.Equal((HttpStatusCode.Conflict, "document_done"), (status, problem.Code()));
        await Succeed(HttpMethod.Post, $"/v1/documents/{id}/reopen", """{"revision":1}""");
        await Correct(id, 2, "utf16CodeUnit", Add("500 mg", "DOSAGE"));
        var completed = await Succeed(HttpMethod.Post, $"/v1/documents/{id}/complete", """{"revision":3}""");
        Assert.Equal(2, completed["document"]!["mentions"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_intent_is_set_on_a_turn()
    {
        var added = await _client.PostAsync(
            $"/v1/projects/{await shared.NewProject()}/documents",
            JsonNode.Parse(
                """{"documents":[{"turns":[{"speaker":"patient","text":"refill pls"},{"speaker":"bot","text":"Which one?"}]}]}"""
            )!
        );
        var id = added["items"]![0]!.Id();
        var corrected = await Correct(
            id,
            0,
            "unicodeCodePoint",
            JsonNode.Parse("""{"action":"intent","turn":0,"intent":"refill_prescription"}""")!.AsObject()
        );
        Assert.Equal("refill_prescription", (string)corrected["document"]!["turns"]![0]!["intent"]!);
        var oos = await Correct(id, 1, "unicodeCodePoint", JsonNode.Parse("""{"action":"intent","turn":0,"intent":"oos"}""")!.AsObject());
        Assert.Equal("oos", (string)oos["document"]!["turns"]![0]!["intent"]!);
    }

    private static JsonObject Add(string words, string label)
    {
        var at = Text.IndexOf(words, StringComparison.Ordinal);
        return new JsonObject
        {
            ["action"] = "add",
            ["start"] = at,
            ["end"] = at + words.Length,
            ["text"] = words,
            ["label"] = label,
        };
    }

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

    [Fact]
    public async Task Whoever_prefers_it_is_answered_what_changed_and_has_the_document_with_it()
    {
        var id = await shared.NewDocument("Started metformin 500 mg daily.");
        var first = await Minimal(id, 0, "k1", Added(8, 17, "MEDICATION"), Added(18, 24, "DOSAGE"));
        Assert.Null(first["document"]);
        var ids = first["changed"]!["mentions"]!.AsArray().Select(mention => mention!.Id()).ToList();
        Assert.Equal(2, ids.Count);

        var relation = new JsonObject
        {
            ["action"] = "relate",
            ["from"] = ids[0],
            ["to"] = ids[1],
            ["type"] = "HAS_DOSAGE",
        };
        var second = await Minimal(
            id,
            1,
            "k2",
            relation,
            new JsonObject
            {
                ["action"] = "relabel",
                ["mentionId"] = ids[1],
                ["label"] = "MEDICATION",
            }
        );
        var changed = second["changed"]!;
        Assert.Equal(ids[1], Assert.Single(changed["mentions"]!.AsArray())!.Id());
        Assert.Equal("MEDICATION", (string)changed["mentions"]![0]!["label"]!);
        Assert.Empty(changed["relations"]!.AsArray()); // it came, and the new label took it along
        Assert.Single(changed["relationsGone"]!.AsArray());

        var third = await Minimal(id, 2, "k3", new JsonObject { ["action"] = "remove", ["mentionId"] = ids[0] });
        Assert.Equal([ids[0]], third["changed"]!["mentionsGone"]!.AsArray().Select(gone => (string)gone!));
        var document = await _client.GetJsonAsync($"/v1/documents/{id}");
        Assert.Equal(changed["mentions"]!.ToJsonString(), document["mentions"]!.ToJsonString());
        Assert.Equal(
            ((int)third["revision"]!, (string)third["changed"]!["status"]!),
            ((int)document["revision"]!, (string)document["status"]!)
        );

        // What was answered before is answered as a whole: what it changed is history.
        var again = await Minimal(id, 2, "k3", new JsonObject { ["action"] = "remove", ["mentionId"] = ids[0] });
        Assert.Null(again["changed"]);
        Assert.Equal(document["mentions"]!.ToJsonString(), again["document"]!["mentions"]!.ToJsonString());
    }

    private static JsonObject Added(int start, int end, string label) =>
        new()
        {
            ["action"] = "add",
            ["start"] = start,
            ["end"] = end,
            ["label"] = label,
        };

    private async Task<JsonNode> Minimal(string id, int revision, string key, params JsonObject[] changes)
    {
        var body = new JsonObject
        {
            ["revision"] = revision,
            ["idempotencyKey"] = key,
            ["changes"] = new JsonArray([.. changes]),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/documents/{id}/corrections")
        {
            Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Prefer", "respond-async, return=minimal" } },
        };
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        bool minimal = response.Headers.TryGetValues("Preference-Applied", out var applied) && applied.Single() == "return=minimal";
        var parsed = JsonNode.Parse(answer)!;
        Assert.Equal(minimal, parsed["changed"] is not null);
        return parsed;
    }

    private async Task<JsonNode> Correct(string id, int revision, string unit, params JsonObject[] changes)
    {
        var (status, body) = await Send(id, revision, unit, changes);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        Assert.Equal(revision + 1, (int)body["revision"]!);
        return body;
    }

    private async Task<JsonNode> Succeed(HttpMethod method, string path, string json)
    {
        var (status, body) = await _client.SendAsync(method, path, JsonNode.Parse(json));
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }
}
