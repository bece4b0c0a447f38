using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Server.Tests.Documents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Tests.Extraction;

public class ExtractEndpointTests(ServerWithModels server) : IClassFixture<ServerWithModels>
{
    private const string Text = "😀 e\u0301 \uFFFC\r\nTakes metformin for gout.";
    private readonly HttpClient _client = server.Client;

    [Theory]
    [MemberData(nameof(DocumentEndpointTests.Units), MemberType = typeof(DocumentEndpointTests))]
    public async Task Mentions_come_with_offsets_that_slice_to_their_words(string unit)
    {
        var answer = await _client.PostAsync("/v1/extract", new JsonObject { ["text"] = Text, ["offsetUnit"] = unit });
        Assert.Equal((TinyModels.Entities, unit), ((string)answer["model"]!["name"]!, (string)answer["offsetUnit"]!));
        var mention = Assert.Single(answer["mentions"]!.AsArray())!;
        Assert.Equal("metformin", DocumentEndpointTests.Slice(Text, (int)mention["start"]!, (int)mention["end"]!, unit));
        Assert.Equal(("metformin", "MEDICATION"), ((string)mention["text"]!, (string)mention["label"]!));
        Assert.InRange((double)mention["confidence"]!, 0.01, 1);
    }

    [Fact]
    public async Task A_batch_is_answered_in_order()
    {
        var documents = new JsonArray([
            .. Enumerable.Range(0, 30).Select(i => new JsonObject { ["id"] = $"d{i}", ["text"] = TinyModels.Note(i).Text }),
        ]);
        var answer = await _client.PostAsync("/v1/extract", new JsonObject { ["documents"] = documents, ["offsetUnit"] = "utf16CodeUnit" });
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"d{i}"), answer["documents"]!.AsArray().Select(d => (string)d!["id"]!));
        foreach (var (i, document) in answer["documents"]!.AsArray().Index())
        {
            var text = TinyModels.Note(i).Text;
            Assert.All(document!["mentions"]!.AsArray(), m => Assert.Equal((string)m!["text"]!, text[(int)m["start"]!..(int)m["end"]!]));
        }
    }

    [Fact]
    public async Task Intents_are_answered_one_or_many()
    {
        var one = await _client.PostAsync("/v1/intents", JsonNode.Parse("""{"text":"i need a refill"}""")!);
        Assert.Equal((TinyModels.Intents, "refill_prescription"), ((string)one["model"]!["name"]!, (string)one["intent"]!));
        var many = await _client.PostAsync("/v1/intents", JsonNode.Parse("""{"utterances":["good morning","i need a refill"]}""")!);
        Assert.Equal(["greeting", "refill_prescription"], many["results"]!.AsArray().Select(r => (string)r!["intent"]!));
        Assert.NotEmpty(many["results"]![0]!["alternatives"]!.AsArray());
    }

    [Theory]
    [InlineData("shall i renew your tablets", "refill_prescription")]
    [InlineData("may i say hello to you", "greeting")]
    public async Task What_was_said_before_says_what_yes_means(string question, string intent)
    {
        var turns = new JsonArray(
            new JsonObject { ["speaker"] = "patient", ["text"] = "hm" },
            new JsonObject { ["speaker"] = "bot", ["text"] = question }
        );
        var one = await _client.PostAsync("/v1/intents", new JsonObject { ["text"] = "yes please", ["previousTurns"] = turns });
        Assert.Equal(intent, (string)one["intent"]!);

        var batch = new JsonArray("good morning", new JsonObject { ["text"] = "yes please", ["previousTurns"] = turns.DeepClone() });
        var many = await _client.PostAsync("/v1/intents", new JsonObject { ["utterances"] = batch });
        Assert.Equal(["greeting", intent], many["results"]!.AsArray().Select(r => (string)r!["intent"]!));
        Assert.Equal((double)one["confidence"]!, (double)many["results"]![1]!["confidence"]!);

        var project = await _client.PostAsync(
            "/v1/projects",
            JsonNode.Parse($$"""{"name":"{{question}}","labels":[],"intents":[{"name":"greeting"},{"name":"refill_prescription"}]}""")!
        );
        var transcript = new JsonArray([
            .. turns.Select(t => t!.DeepClone()),
            new JsonObject { ["speaker"] = "patient", ["text"] = "yes please" },
        ]);
        var added = await _client.PostAsync(
            $"/v1/projects/{project.Id()}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["turns"] = transcript }) }
        );
        var suggested = await _client.PostAsync($"/v1/documents/{added["items"]![0]!.Id()}/suggestions", new JsonObject());
        Assert.Equal(intent, (string)suggested["turns"]![2]!["suggestion"]!["intent"]!);
    }

    [Fact]
    public async Task Too_many_turns_before_are_refused_with_the_limit()
    {
        var turns = Enumerable
            .Range(0, UtteranceToClassify.MaximumTurns + 1)
            .Select(_ => (JsonNode)new JsonObject { ["speaker"] = "bot", ["text"] = "Shall I?" });
        var (status, problem) = await _client.SendAsync(
            HttpMethod.Post,
            "/v1/intents",
            new JsonObject { ["text"] = "yes", ["previousTurns"] = new JsonArray([.. turns]) }
        );
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_value"), (status, problem.Code()));
        Assert.Contains($"{UtteranceToClassify.MaximumTurns}", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/extract", """{"text":""}""", 422, "empty_text")]
    [InlineData("/v1/extract", """{"text":"\r\n \t"}""", 422, "empty_text")]
    [InlineData("/v1/extract", """{}""", 400, "missing_field")]
    [InlineData("/v1/extract", """{"text":"a","documents":[]}""", 400, "invalid_value")]
    [InlineData("/v1/extract", """{"documents":[]}""", 400, "invalid_value")]
    [InlineData("/v1/extract", """{"documents":[null]}""", 400, "invalid_value")]
    [InlineData("/v1/extract", """{"documents":[{"id":"1","text":"a"},{"id":"2","text":""}]}""", 422, "empty_text")]
    [InlineData("/v1/extract", """{"text":null}""", 400, "missing_field")]
    [InlineData("/v1/extract", """{"text":"a","lang":"en"}""", 400, "unknown_field")]
    [InlineData("/v1/extract", """{"text":"a\ud83d"}""", 400, "unpaired_surrogate")]
    [InlineData("/v1/extract", """{"text":"a\u0000"}""", 400, "nul_character")]
    [InlineData("/v1/extract", """{"text":"a" """, 400, "invalid_json")]
    [InlineData("/v1/extract", """{"text":"a","offsetUnit":"byte"}""", 400, "invalid_value")]
    [InlineData("/v1/intents", """{"text":""}""", 422, "empty_text")]
    [InlineData("/v1/intents", """{"utterances":["hi",null]}""", 400, "invalid_value")]
    [InlineData("/v1/intents", """{"utterances":["hi",""]}""", 422, "empty_text")]
    [InlineData("/v1/intents", """{}""", 400, "missing_field")]
    [InlineData("/v1/intents", """{"text":"yes","previousTurns":[{"speaker":"bot","text":" "}]}""", 422, "empty_text")]
    [InlineData("/v1/intents", """{"text":"yes","previousTurns":[{"text":"Shall I?"}]}""", 400, "missing_field")]
    [InlineData("/v1/intents", """{"text":"yes","previousTurns":["Shall I?"]}""", 400, "invalid_value")]
    [InlineData("/v1/intents", """{"text":"yes","previousTurns":[{"speaker":"bot","text":"a","intent":"b"}]}""", 400, "unknown_field")]
    [InlineData("/v1/intents", """{"utterances":["yes"],"previousTurns":[{"speaker":"bot","text":"a"}]}""", 400, "invalid_value")]
    [InlineData("/v1/intents", """{"utterances":[{"text":"yes","previous":[]}]}""", 400, "unknown_field")]
    [InlineData("/v1/intents", """{"utterances":[{"previousTurns":[]}]}""", 400, "missing_field")]
    [InlineData("/v1/intents", """{"utterances":[7]}""", 400, "invalid_value")]
    public async Task Bad_input_has_a_code(string path, string json, int status, string code) =>
        Assert.Equal(((HttpStatusCode)status, code), await _client.SendRawAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("/v1/extract", """{"documents":[{"id":"1","text":"a"},{"id":"2","text":""}]}""", "documents[1]: ")]
    [InlineData("/v1/intents", """{"utterances":["hi","hello"," "]}""", "utterances[2]: ")]
    [InlineData(
        "/v1/intents",
        """{"utterances":["hi",{"text":"yes","previousTurns":[{"speaker":"bot","text":"Shall I?"},{"speaker":"bot","text":""}]}]}""",
        "utterances[1].previousTurns[1]: "
    )]
    public async Task A_refused_batch_names_the_bad_text(string path, string json, string place)
    {
        var (_, problem) = await _client.SendAsync(HttpMethod.Post, path, JsonNode.Parse(json));
        Assert.StartsWith(place, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_megabytes_in_one_line_are_answered()
    {
        var text = "Takes metformin for gout. " + new string('7', 10_000_000) + " Takes metformin for gout.";
        var answer = await _client.PostAsync("/v1/extract", new JsonObject { ["text"] = text });
        var found = answer["mentions"]!.AsArray().Where(m => (string)m!["text"]! == "metformin").Select(m => (int)m!["start"]!);
        Assert.Equal([6, text.LastIndexOf("metformin", StringComparison.Ordinal)], found);
    }

    [Theory]
    [InlineData("/v1/extract")]
    [InlineData("/v1/intents")]
    public async Task A_client_that_sends_too_much_without_asking_gets_the_answer_all_the_same(string path)
    {
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new ByteArrayContent(new byte[JsonBody.MaximumBytes + (9 * 1024 * 1024)]),
            };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await _client.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.Equal("text_too_long", problem.Code());
            Assert.Contains($"{JsonBody.MaximumBytes}", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stored_text_has_the_lower_limit_and_says_so()
    {
        var project = await _client.PostAsync("/v1/projects", JsonNode.Parse("""{"name":"long","labels":[{"name":"MEDICATION"}]}""")!);
        var (status, problem) = await _client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project.Id()}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = new string('a', ClinicalText.MaximumLength + 1) }) }
        );
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text_too_long"), (status, problem.Code()));
        Assert.Contains($"{ClinicalText.MaximumLength}", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains($"{ClinicalText.MaximumExtractedLength}", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_before_it_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/extract")
        {
            Content = new ByteArrayContent(new byte[33 * 1024 * 1024]),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.ExpectContinue = true;
        using var response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("text_too_long", JsonNode.Parse(await response.Content.ReadAsStringAsync())!.Code());
    }

    [Fact]
    public async Task Health_names_the_models()
    {
        var health = await _client.GetJsonAsync("/health");
        Assert.Equal("ok", (string)health["status"]!);
        Assert.Equal("2", (string)health["entityModel"]!["version"]!);
    }

    [Fact]
    public async Task Suggestions_are_stamped_with_the_version_and_decided_ones_stay()
    {
        var project = await _client.PostAsync(
            "/v1/projects",
            JsonNode.Parse(
                """{"name":"s","labels":[{"name":"MEDICATION"}],"intents":[{"name":"greeting"},{"name":"refill_prescription"}]}"""
            )!
        );
        var added = await _client.PostAsync(
            $"/v1/projects/{project.Id()}/documents",
            new JsonObject
            {
                ["documents"] = new JsonArray(
                    new JsonObject { ["text"] = Text },
                    JsonNode.Parse(
                        """{"turns":[{"speaker":"patient","text":"i need a refill"},{"speaker":"bot","text":"Of metformin?"}]}"""
                    )
                ),
            }
        );
        var note = added["items"]![0]!.Id();
        var suggested = await _client.PostAsync($"/v1/documents/{note}/suggestions?offsetUnit=utf16CodeUnit", new JsonObject());
        var mention = Assert.Single(suggested["mentions"]!.AsArray())!;
        Assert.Equal(
            ("suggested", "2", "metformin"),
            ((string)mention["state"]!, (string)mention["model"]!["version"]!, Text[(int)mention["start"]!..(int)mention["end"]!])
        );

        var (refused, problem) = await _client.SendAsync(
            HttpMethod.Post,
            $"/v1/documents/{note}/complete",
            new JsonObject { ["revision"] = (int)suggested["revision"]! }
        );
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "undecided_suggestions"), (refused, problem.Code()));
        await _client.PostAsync(
            $"/v1/documents/{note}/corrections",
            new JsonObject
            {
                ["revision"] = 0,
                ["changes"] = new JsonArray(new JsonObject { ["action"] = "reject", ["mentionId"] = mention.Id() }),
            }
        );
        var again = await _client.PostAsync($"/v1/documents/{note}/suggestions", new JsonObject());
        Assert.Empty(again["mentions"]!.AsArray());

        var dialogue = await _client.PostAsync($"/v1/documents/{added["items"]![1]!.Id()}/suggestions", new JsonObject());
        Assert.Equal("refill_prescription", (string)dialogue["turns"]![0]!["suggestion"]!["intent"]!);
        Assert.Null(dialogue["turns"]![1]!["suggestion"]);
        Assert.Empty(dialogue["mentions"]!.AsArray()); // only when asked for

        var entities = await _client.PostAsync(
            $"/v1/documents/{added["items"]![1]!.Id()}/suggestions",
            new JsonObject { ["entities"] = true }
        );
        var turns = entities["turns"]!.AsArray();
        Assert.Equal("refill_prescription", (string)turns[0]!["suggestion"]!["intent"]!);
        Assert.All(
            entities["mentions"]!.AsArray(),
            found =>
                Assert.Contains(turns, turn => (int)turn!["start"]! <= (int)found!["start"]! && (int)found["end"]! <= (int)turn["end"]!)
        );
        Assert.NotEmpty(entities["mentions"]!.AsArray());
    }

    [Theory]
    [InlineData("unicodeCodePoint", 5)]
    [InlineData("utf16CodeUnit", 6)]
    public async Task Red_flags_stand_beside_the_intent_in_the_unit_asked_for(string unit, int start)
    {
        const string text = "😀 my chest hurts";
        var one = await _client.PostAsync("/v1/intents", new JsonObject { ["text"] = text, ["offsetUnit"] = unit });
        var flag = Assert.Single(one["redFlags"]!.AsArray())!;
        Assert.Equal(("chest_pain", "urgent", start), ((string)flag["flag"]!, (string)flag["level"]!, (int)flag["spans"]![0]!["start"]!));
        Assert.Empty(one["intents"]!.AsArray());

        var batch = await _client.PostAsync(
            "/v1/intents",
            new JsonObject { ["utterances"] = new JsonArray("hello", "no chest pain"), ["offsetUnit"] = unit }
        );
        Assert.Empty(batch["results"]![0]!["redFlags"]!.AsArray());
        Assert.Equal("negated", (string)batch["results"]![1]!["redFlags"]![0]!["reason"]!);
    }

    [Fact]
    public async Task Red_flags_of_a_transcript_are_those_of_the_people_who_ask()
    {
        var project = await _client.PostAsync(
            "/v1/projects",
            JsonNode.Parse("""{"name":"f","labels":[],"intents":[{"name":"greeting"}]}""")!
        );
        var added = await _client.PostAsync(
            $"/v1/projects/{project.Id()}/documents",
            JsonNode.Parse(
                """{"documents":[{"turns":[{"speaker":"bot","text":"Any chest pain?"},{"speaker":"patient","text":"i cant breathe"}]}]}"""
            )!
        );
        var document = await _client.GetJsonAsync($"/v1/documents/{added["items"]![0]!.Id()}");
        Assert.Empty(document["turns"]![0]!["redFlags"]!.AsArray());
        var flag = Assert.Single(document["turns"]![1]!["redFlags"]!.AsArray())!;
        var (start, end) = ((int)flag["spans"]![0]!["start"]!, (int)flag["spans"]![0]!["end"]!);
        Assert.Equal(("breathing_trouble", "cant breathe"), ((string)flag["flag"]!, ((string)document["text"]!)[start..end]));
    }

    [Fact]
    public async Task Without_models_the_rest_works_and_extraction_says_why_not()
    {
        await using var bare = await RunningServer.StartAsync();
        foreach (var path in (string[])["/v1/extract", "/v1/intents"])
        {
            var (status, problem) = await bare.Client.SendAsync(HttpMethod.Post, path, JsonNode.Parse("""{"text":"gout"}"""));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "model_missing"), (status, problem.Code()));
        }

        Assert.Equal("no_models", (string)(await bare.Client.GetJsonAsync("/health"))["status"]!);
    }

    [Theory]
    [InlineData("missing", "model_incomplete")]
    [InlineData("short", "model_incomplete")]
    [InlineData("changed", "model_damaged")]
    public async Task A_model_folder_half_written_is_named_with_its_reason(string damage, string code)
    {
        var models = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        var folder = Directory.CreateDirectory(Path.Combine(models, TinyModels.Entities, "1")).FullName;
        foreach (var source in Directory.EnumerateFiles(Path.Combine(server.Models.Folder, TinyModels.Entities, "1")))
        {
            System.IO.File.Copy(source, Path.Combine(folder, Path.GetFileName(source)));
        }

        const string File = "model.onnx";
        var path = Path.Combine(folder, File);
        var content = await System.IO.File.ReadAllBytesAsync(path);
        System.IO.File.Delete(path);
        content[^1] ^= 1;
        if (damage != "missing")
        {
            await System.IO.File.WriteAllBytesAsync(path, damage == "short" ? content[..^1] : content);
        }

        await using var broken = await RunningServer.StartAsync(change: o => o with { ModelsDirectory = models });
        var (status, problem) = await broken.Client.SendAsync(HttpMethod.Post, "/v1/extract", JsonNode.Parse("""{"text":"gout"}"""));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, code), (status, problem.Code()));
        Assert.Contains(File, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(code, (string)(await broken.Client.GetJsonAsync("/v1/models"))["problems"]![0]!["code"]!);
        Directory.Delete(models, recursive: true);
    }
}

/// <summary>A service with the tiny models.</summary>
public sealed class ServerWithModels(TinyModels models) : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;
    public TinyModels Models => models;
    public HttpClient Client => Server.Client;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(change: WithModels(models));

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public static Func<ServerOptions, ServerOptions> WithModels(TinyModels models) =>
        o => o with { ModelsDirectory = models.Folder, CorporaDirectory = Path.Combine(o.DataDirectory, "no-corpora") };
}
