using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Documents;

public class DocumentEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // Emoji outside the BMP, a combining mark, CR-LF, an object replacement character and a Greek letter, all before the spans.
    private const string Text = "😀 Café e\u0301 \uFFFC\r\nβ-blocker: metoprolol 25 mg\r\n";

    private readonly HttpClient _client = shared.Server.Client;

    public static TheoryData<string> Units => ["unicodeCodePoint", "utf16CodeUnit", "textElement", "utf8Byte"];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Offsets_in_any_unit_come_back_as_they_went_in(string unit)
    {
        var project = await shared.NewProject();
        var (start, end) = Place(Text, "metoprolol", unit);
        var added = await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            new JsonObject
            {
                ["offsetUnit"] = unit,
                ["documents"] = new JsonArray(
                    new JsonObject
                    {
                        ["text"] = Text,
                        ["spans"] = new JsonArray(
                            new JsonObject
                            {
                                ["start"] = start,
                                ["end"] = end,
                                ["label"] = "MEDICATION",
                                ["text"] = "metoprolol",
                            }
                        ),
                    }
                ),
            }
        );
        var id = added["items"]![0]!.Id();

        foreach (var other in Units)
        {
            var document = await _client.GetJsonAsync($"/v1/documents/{id}?offsetUnit={other.Data}");
            var mention = document["mentions"]![0]!;
            Assert.Equal("metoprolol", Slice((string)document["text"]!, (int)mention["start"]!, (int)mention["end"]!, other.Data));
            Assert.Equal("metoprolol", (string)mention["text"]!);
            Assert.Equal(other.Data, (string)document["offsetUnit"]!);
            Assert.Equal("done", (string)document["status"]!);
        }
    }

    [Fact]
    public async Task Documents_are_listed_in_pages_and_by_status()
    {
        var project = await shared.NewProject();
        var documents = new JsonArray([
            .. Enumerable
                .Range(0, 5)
                .Select(i => new JsonObject
                {
                    ["text"] = $"Note {i}.",
                    ["externalId"] = $"n{i}",
                    ["kind"] = i % 2 == 0 ? "letter" : "note",
                }),
        ]);
        await _client.PostAsync($"/v1/projects/{project}/documents", new JsonObject { ["documents"] = documents });

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await _client.GetJsonAsync($"/v1/projects/{project}/documents?limit=2{(after is null ? "" : $"&after={after}")}");
            Assert.True(page.AsObject().ContainsKey("next"));
            seen.AddRange(page["items"]!.AsArray().Select(d => (string)d!["externalId"]!));
            after = (string?)page["next"];
        } while (after is not null);

        Assert.Equal(["n0", "n1", "n2", "n3", "n4"], seen);
        Assert.Empty((await _client.GetJsonAsync($"/v1/projects/{project}/documents?status=done"))["items"]!.AsArray());
        Assert.Equal(3, (await _client.GetJsonAsync($"/v1/projects/{project}/documents?status=new&kind=letter"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_dialogue_keeps_its_turns()
    {
        var project = await shared.NewProject();
        var added = await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse(
                """{"documents":[{"turns":[{"speaker":"patient","text":"hi 😀","intent":"greeting"},{"speaker":"bot","text":"Hello."},{"speaker":"patient","text":"refill pls"}]}]}"""
            )!
        );
        var document = await _client.GetJsonAsync($"/v1/documents/{added["items"]![0]!.Id()}");
        Assert.Equal("dialogue", (string)document["kind"]!);
        Assert.Equal("greeting", (string)document["turns"]![0]!["intent"]!);
        foreach (var turn in document["turns"]!.AsArray())
        {
            Assert.Equal(
                (string)turn!["text"]!,
                Slice((string)document["text"]!, (int)turn["start"]!, (int)turn["end"]!, "unicodeCodePoint")
            );
        }
    }

    [Theory]
    [InlineData("""{"documents":[{"text":"fine"},{"text":""}]}""", 422, "empty_text")]
    [InlineData("""{"documents":[{"text":"fine"},{"text":" \r\n\t"}]}""", 422, "empty_text")]
    [InlineData("""{"documents":[{"text":"fine"},{"turns":[]}]}""", 422, "no_turns")]
    [InlineData("""{"documents":[{"text":"fine"},{"kind":"dialogue","text":"hello"}]}""", 422, "no_turns")]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":0,"end":9,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":-1,"end":1,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":1,"end":1,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":2,"end":1,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"offsetUnit":"utf16CodeUnit","documents":[{"text":"fine"},{"text":"😀b","spans":[{"start":1,"end":3,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"offsetUnit":"utf8Byte","documents":[{"text":"fine"},{"text":"éb","spans":[{"start":1,"end":3,"label":"MEDICATION"}]}]}""",
        422,
        "span_out_of_range"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":0,"end":1,"label":"MEDICATION","text":"b"}]}]}""",
        422,
        "span_off_surface"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":0,"end":1,"label":"COLOUR"}]}]}""",
        422,
        "label_not_in_schema"
    )]
    [InlineData("""{"documents":[{"text":"fine"},{"turns":[{"speaker":"p","text":"hi","intent":"fly"}]}]}""", 422, "label_not_in_schema")]
    [InlineData("""{"documents":[{"text":"fine"},{"text":"\ud83d"}]}""", 400, "unpaired_surrogate")]
    [InlineData("""{"documents":[{"text":"fine"},{"text":"a\u0000b"}]}""", 400, "nul_character")]
    [InlineData("""{"documents":[{"text":"fine"},{"text":"b","colour":"red"}]}""", 400, "unknown_field")]
    [InlineData("""{"documents":[{"text":"fine"},{"Text":"b"}]}""", 400, "unknown_field")]
    [InlineData("""{"documents":[{"text":"fine","text":"twice"}]}""", 400, "invalid_value")]
    [InlineData("""{"documents":[{"text":"fine"},null]}""", 400, "invalid_value")]
    [InlineData("""{"documents":[{"text":"fine"},{"text":3}]}""", 400, "invalid_value")]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":"0","end":1,"label":"MEDICATION"}]}]}""",
        400,
        "invalid_value"
    )]
    [InlineData(
        """{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":0.5,"end":1,"label":"MEDICATION"}]}]}""",
        400,
        "invalid_value"
    )]
    [InlineData("""{"documents":[{"text":"fine"},{"text":"a b","spans":[{"start":0,"label":"MEDICATION"}]}]}""", 400, "missing_field")]
    [InlineData("""{"offsetUnit":"bytes","documents":[{"text":"fine"}]}""", 400, "invalid_value")]
    [InlineData("""{"offsetUnit":1,"documents":[{"text":"fine"}]}""", 400, "invalid_value")]
    [InlineData("""{"documents":[]}""", 400, "invalid_value")]
    [InlineData("""{"documents":[{"text":"a","turns":[{"speaker":"p","text":"hi"}]}]}""", 400, "invalid_value")]
    [InlineData("""{}""", 400, "missing_field")]
    [InlineData("""null""", 400, "invalid_value")]
    [InlineData("""{"documents":[{"text":"fine"}""", 400, "invalid_json")]
    public async Task Bad_input_has_a_code_and_stores_nothing(string json, int status, string code)
    {
        var project = await shared.NewProject();
        var answer = await _client.SendRawAsync(HttpMethod.Post, $"/v1/projects/{project}/documents", Encoding.UTF8.GetBytes(json));
        Assert.Equal(((HttpStatusCode)status, code), answer);
        Assert.Empty((await _client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        var project = await shared.NewProject();
        byte[] body = [.. "{\"documents\":[{\"text\":\"M"u8, 0xFC, .. "ller\"}]}"u8];
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_utf8"),
            await _client.SendRawAsync(HttpMethod.Post, $"/v1/projects/{project}/documents", body)
        );
    }

    [Fact]
    public async Task Ten_megabytes_of_text_are_refused_with_the_limit()
    {
        var project = await shared.NewProject();
        var (status, problem) = await _client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/documents",
            new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = new string('a', 10_000_000) }) }
        );
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text_too_long"), (status, problem.Code()));
        Assert.Matches("[0-9]{6,}", (string)problem["detail"]!);
        Assert.Empty((await _client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Only_json_in_utf8_is_taken(string type)
    {
        var project = await shared.NewProject();
        Assert.Equal(
            (HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"),
            await _client.SendRawAsync(
                HttpMethod.Post,
                $"/v1/projects/{project}/documents",
                "{\"documents\":[{\"text\":\"fine\"}]}"u8.ToArray(),
                type
            )
        );
    }

    [Theory]
    [InlineData("/v1/documents/0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f")]
    [InlineData("/v1/documents/not-an-id")]
    [InlineData("/v1/projects/not-an-id/documents")]
    [InlineData("/v1/nothing")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var (status, problem) = await _client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (status, problem.Code()));
    }

    [Theory]
    [InlineData("limit=many", "The parameter limit ", "a whole number")]
    [InlineData("status=finished", "status ", "new, in_progress or done")]
    public async Task A_query_that_means_nothing_is_refused(string query, string parameter, string expected)
    {
        var project = await shared.NewProject();
        var (status, problem) = await _client.SendAsync(HttpMethod.Get, $"/v1/projects/{project}/documents?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_value"), (status, problem.Code()));
        Assert.Contains(parameter, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_external_id_is_used_once()
    {
        var project = await shared.NewProject();
        var body = JsonNode.Parse("""{"documents":[{"externalId":"n1","text":"fine"}]}""")!;
        await _client.PostAsync($"/v1/projects/{project}/documents", body);
        var (status, problem) = await _client.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/documents", body);
        Assert.Equal((HttpStatusCode.Conflict, "external_id_taken"), (status, problem.Code()));
    }

    /// <summary>Where the words stand, counted independently of the code under test.</summary>
    internal static (int Start, int End) Place(string text, string words, string unit)
    {
        var at = text.IndexOf(words, StringComparison.Ordinal);
        return (Length(text[..at], unit), Length(text[..(at + words.Length)], unit));
    }

    internal static string Slice(string text, int start, int end, string unit)
    {
        var parts = unit switch
        {
            "utf16CodeUnit" => text.Select(c => c.ToString()),
            "unicodeCodePoint" => text.EnumerateRunes().Select(r => r.ToString()),
            "textElement" => Elements(text),
            _ => null,
        };
        return parts is null
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)[start..end])
            : string.Concat(parts.Skip(start).Take(end - start));
    }

    private static int Length(string text, string unit) =>
        unit switch
        {
            "utf16CodeUnit" => text.Length,
            "unicodeCodePoint" => text.EnumerateRunes().Count(),
            "textElement" => new StringInfo(text).LengthInTextElements,
            _ => Encoding.UTF8.GetByteCount(text),
        };

    private static IEnumerable<string> Elements(string text)
    {
        for (var e = StringInfo.GetTextElementEnumerator(text); e.MoveNext(); )
        {
            yield return e.GetTextElement();
        }
    }
}
