using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Server.Tests.Exchange;

public class ExchangeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Line =
        """{"id":"n1","text":"😀 Café e\u0301\r\nβ-blocker: metoprolol 25 mg","spans":[{"start":22,"end":32,"label":"MEDICATION","text":"metoprolol"},{"start":33,"end":38,"label":"DOSAGE","text":"25 mg"}],"meta":{"group":"p4","ward":"3"}}""";

    private readonly HttpClient _client = shared.Server.Client;

    public static TheoryData<string> Formats => [.. CorpusFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_project_goes_out_and_comes_in_in_every_format(string format)
    {
        var project = await shared.NewProject();
        await Import(project, "jsonl", Line);
        var file = await Export(project, format);
        var other = await shared.NewProject();
        var answer = await Import(other, format, file);
        var added = Assert.Single(answer["items"]!.AsArray())!;
        var document = await _client.GetJsonAsync($"/v1/documents/{added.Id()}");
        Assert.Equal(["metoprolol", "25 mg"], document["mentions"]!.AsArray().Select(mention => (string)mention!["text"]!));
        Assert.Equal(["MEDICATION", "DOSAGE"], document["mentions"]!.AsArray().Select(mention => (string)mention!["label"]!));
        Assert.Equal("done", (string)document["status"]!);
        if (format is "jsonl" or "csv" or "labelstudio" or "spacy" or "cas-xmi" or "cas-json")
        {
            Assert.Equal("p4", (string)document["group"]!);
            Assert.Equal("3", (string)document["meta"]!["ward"]!);
        }
    }

    [Fact]
    public async Task Pieces_details_and_relations_come_back_and_what_the_project_has_no_word_for_is_reported()
    {
        const string Given =
            """{"id":"n7","text":"😀 no pain in left or right knee; metoprolol 25 mg","spans":[{"start":5,"end":31,"label":"PROBLEM","concepts":["DOID:1"],"assertion":{"negated":true,"family":true},"attributes":{"severity":"mild"},"fragments":[[5,9],[13,17],[27,31]]},{"id":"T1","start":33,"end":43,"label":"MEDICATION","assertion":{"negated":false}},{"id":"T2","start":44,"end":49,"label":"DOSAGE"}],"relations":[{"from":"T1","to":"T2","type":"HAS_DOSAGE"}]}""";
        var more = Given
            .Replace("\"severity\":\"mild\"", "\"severity\":\"mild\",\"colour: of skin\":\"red\"", StringComparison.Ordinal)
            .Replace("\"relations\":[", "\"relations\":[{\"from\":\"T2\",\"to\":\"T1\",\"type\":\"CURES\"},", StringComparison.Ordinal);
        var project = await shared.NewProject();

        var answer = await Import(project, "jsonl", more);

        Assert.Equal(
            ["attribute 'colour:of skin' that the project does not have dropped", "relation that the project does not have dropped"],
            answer["losses"]!.AsArray().Select(loss => (string)loss!["kind"]!).Order(StringComparer.Ordinal)
        );
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Given), JsonNode.Parse(Lines(await Export(project, "jsonl")).Single())));
    }

    [Fact]
    public async Task Each_assertion_that_the_project_has_no_word_for_is_named_and_counted()
    {
        const string Given =
            """{"id":"n8","text":"😀 no pain, no fever in mother","spans":[{"start":5,"end":9,"label":"PROBLEM","assertion":{"negated":true},"attributes":{"severity":"mild"}},{"start":14,"end":19,"label":"PROBLEM","assertion":{"negated":true,"family":true}}]}""";
        var created = await _client.PostAsync(
            "/v1/projects",
            JsonNode.Parse(
                """{"name":"severity only","labels":[{"name":"PROBLEM"}],"attributes":[{"name":"severity","values":["mild"]}]}"""
            )!
        );

        var answer = await Import(created.Id(), "jsonl", Given);

        Assert.Equal(
            ["assertion 'family' that the project does not have dropped 1", "assertion 'negated' that the project does not have dropped 2"],
            answer["losses"]!.AsArray().Select(loss => $"{loss!["kind"]} {loss["count"]}").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_transcript_keeps_its_turns_and_intents()
    {
        var project = await shared.NewProject();
        await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse(
                """{"documents":[{"externalId":"d1","turns":[{"speaker":"patient","text":"hi 😀","intent":"greeting"},{"speaker":"bot","text":"Hello."},{"speaker":"patient","text":"refill pls","intent":"refill_prescription"}]}]}"""
            )!
        );
        var other = await shared.NewProject();
        var added = Assert.Single((await Import(other, "jsonl", await Export(project, "jsonl")))["items"]!.AsArray())!;
        var document = await _client.GetJsonAsync($"/v1/documents/{added.Id()}");
        Assert.Equal("dialogue", (string)document["kind"]!);
        Assert.Equal(
            ["patient: hi 😀 greeting", "bot: Hello. ", "patient: refill pls refill_prescription"],
            document["turns"]!.AsArray().Select(turn => $"{turn!["speaker"]}: {turn["text"]} {turn["intent"]}")
        );
    }

    [Fact]
    public async Task Utterances_come_from_rasa_and_go_back()
    {
        const string Yaml =
            "version: \"3.1\"\nnlu:\n- intent: greeting\n  examples: |\n    - hi 😀\n- intent: refill_prescription\n  examples: |\n    - refill [metoprolol](MEDICATION) pls\n- synonym: pls\n  examples: |\n    - please\n";
        var project = await shared.NewProject();
        var answer = await Import(project, "rasa", Yaml);
        Assert.Equal(2, answer["items"]!.AsArray().Count);
        Assert.Equal("synonym dropped", (string)answer["losses"]![0]!["kind"]!);
        var document = await _client.GetJsonAsync($"/v1/documents/{answer["items"]![1]!.Id()}");
        Assert.Equal("refill_prescription", (string)document["turns"]![0]!["intent"]!);
        Assert.Equal("metoprolol", (string)document["mentions"]![0]!["text"]!);
        Assert.Equal(Yaml[..Yaml.IndexOf("- synonym", StringComparison.Ordinal)], Encoding.UTF8.GetString(await Export(project, "rasa")));
        // The same file once more: utterances have no ids that could be taken.
        Assert.Equal(2, (await Import(project, "rasa", Yaml))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_entity_marked_on_a_turn_goes_to_rasa_and_comes_back()
    {
        var project = await shared.NewProject();
        await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse(
                """{"documents":[{"externalId":"d1","turns":[{"speaker":"bot","text":"Yes?"},{"speaker":"patient","text":"😀 refill metoprolol [25] pls"}]}]}"""
            )!
        );
        var id = (await _client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]![0]!.Id();
        await _client.PostAsync(
            $"/v1/documents/{id}/corrections",
            JsonNode.Parse(
                """
                {"revision":0,"changes":[{"action":"intent","turn":1,"intent":"refill_prescription"},
                {"action":"add","start":14,"end":24,"label":"PROBLEM","text":"metoprolol"}]}
                """
            )!
        );
        var marked = (await _client.GetJsonAsync($"/v1/documents/{id}"))["mentions"]![0]!;
        await _client.PostAsync(
            $"/v1/documents/{id}/corrections",
            new JsonObject
            {
                ["revision"] = 1,
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "relabel",
                        ["mentionId"] = marked.Id(),
                        ["label"] = "MEDICATION",
                    }
                ),
            }
        );
        await _client.PostAsync($"/v1/documents/{id}/complete", JsonNode.Parse("""{"revision":2}""")!);
        var yaml = await Export(project, "rasa");
        Assert.Contains("[metoprolol](MEDICATION)", Encoding.UTF8.GetString(yaml), StringComparison.Ordinal);

        var other = await shared.NewProject();
        var added = Assert.Single((await Import(other, "rasa", yaml))["items"]!.AsArray())!;
        var document = await _client.GetJsonAsync($"/v1/documents/{added.Id()}");
        Assert.Equal("😀 refill metoprolol [25] pls", (string)document["turns"]![0]!["text"]!);
        Assert.Equal("refill_prescription", (string)document["turns"]![0]!["intent"]!);
        Assert.Equal(
            ["MEDICATION metoprolol"],
            document["mentions"]!.AsArray().Select(mention => $"{mention!["label"]} {mention["text"]}")
        );
        Assert.Equal(Encoding.UTF8.GetString(yaml), Encoding.UTF8.GetString(await Export(other, "rasa")));
    }

    [Fact]
    public async Task Unfinished_documents_go_out_only_when_asked_for_and_losses_are_told_beforehand()
    {
        var project = await shared.NewProject();
        await Import(project, "jsonl", Line);
        await Import(project, "jsonl", """{"id":"n2","text":"No fever."}""");
        Assert.Single(Lines(await Export(project, "jsonl")));
        Assert.Equal(2, Lines(await Export(project, "jsonl", "&status=all")).Length);
        var report = await _client.GetJsonAsync($"/v1/projects/{project}/export/report?format=conll");
        Assert.Equal((1, 2), ((int)report["documents"]!, (int)report["spans"]!));
        Assert.Contains("metadata object dropped", report["losses"]!.AsArray().Select(loss => (string)loss!["kind"]!));
        using var archive = new ZipArchive(new MemoryStream(await Export(project, "brat", "&status=all")));
        Assert.Equal(
            ["n1.ann", "n1.txt", "n2.ann", "n2.txt"],
            archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "span_off_surface",
        "jsonl",
        """{"id":"n9","text":"secret pain","spans":[{"start":0,"end":4,"label":"PROBLEM","text":"pain"}]}"""
    )]
    [InlineData("label_not_in_schema", "jsonl", """{"id":"n9","text":"secret pain","spans":[{"start":7,"end":11,"label":"OTHER"}]}""")]
    [InlineData("invalid_tag", "conll", "secret X-PROBLEM")]
    [InlineData("invalid_xml", "bioc-xml", "<collection>secret")]
    [InlineData(
        "invalid_xml",
        "bioc-xml",
        "<!DOCTYPE c [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]><collection>&secret;</collection>"
    )]
    [InlineData("invalid_yaml", "rasa", "nlu: [secret")]
    [InlineData("unknown_format", "xls", "secret")]
    [InlineData("file_missing", "brat", "zip")]
    public async Task What_cannot_be_used_is_refused_whole_and_without_its_words(string code, string format, string body)
    {
        var project = await shared.NewProject();
        var bytes = Encoding.UTF8.GetBytes(format == "jsonl" ? $"{Line}\n{body}" : body);
        if (body == "zip")
        {
            var stream = new MemoryStream();
            using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                archive.CreateEntry("../readme.md");
            }

            bytes = stream.ToArray();
        }

        var (status, problem) = await Send(project, format, bytes);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (status, problem.Code()));
        Assert.DoesNotContain("secret", problem.ToJsonString(), StringComparison.Ordinal);
        if (code == "span_off_surface")
        {
            Assert.Equal(2, (int)problem["line"]!);
        }

        Assert.Empty((await _client.GetJsonAsync($"/v1/projects/{project}/documents"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_file_of_an_archive_that_cannot_be_used_is_told_by_its_number_and_not_by_its_name()
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (
                var (name, content) in new[]
                {
                    ("ward/zoe.txt", "pain"),
                    ("ward/zoe.ann", "T1\tPROBLEM 0 40\tpain"),
                    ("ward/abe.txt", "well"),
                }
            )
            {
                await using var entry = archive.CreateEntry(name).Open();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken);
            }
        }

        var (status, problem) = await Send(await shared.NewProject(), "brat", stream.ToArray());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "span_out_of_range"), (status, problem.Code()));
        Assert.StartsWith("File 2 of the 3 in the archive by their names: Line 1: ", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("zoe", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export?format=jsonl&status=some", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("export", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("export?format=xls", HttpStatusCode.UnprocessableEntity, "unknown_format")]
    public async Task Wrong_questions_are_answered_with_a_problem(string path, HttpStatusCode status, string code)
    {
        var (got, problem) = await _client.SendAsync(HttpMethod.Get, $"/v1/projects/{await shared.NewProject()}/{path}");
        Assert.Equal((status, code), (got, problem.Code()));
        Assert.Equal("not_found", (await _client.SendAsync(HttpMethod.Get, "/v1/projects/none/export?format=jsonl")).Body.Code());
    }

    [Fact]
    public async Task A_file_is_checked_before_it_is_imported()
    {
        const string Yaml =
            "version: \"3.1\"\nnlu:\n- intent: greeting\n  examples: |\n    - hi 😀\n- intent: lost_card\n  examples: |\n    - lost my [card](THING) and [metoprolol](MEDICATION)\n- synonym: pls\n  examples: |\n    - please\n";
        var project = await shared.NewProject();

        var (status, answer) = await Send(project, "rasa", Encoding.UTF8.GetBytes(Yaml), "/check");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((2, 2, 2), ((int)answer["documents"]!, (int)answer["spans"]!, (int)answer["intents"]!));
        Assert.True((bool)answer["finished"]!);
        Assert.Equal("THING", (string)Assert.Single(answer["missingLabels"]!.AsArray())!);
        Assert.Equal("lost_card", (string)Assert.Single(answer["missingIntents"]!.AsArray())!);
        Assert.Equal("synonym dropped", (string)answer["losses"]![0]!["kind"]!);

        // What an import refuses, the check refuses; what it accepts is not there afterwards.
        await Import(project, "jsonl", Line);
        var (taken, problem) = await Send(project, "jsonl", Encoding.UTF8.GetBytes(Line), "/check");
        Assert.Equal((HttpStatusCode.Conflict, "external_id_taken"), (taken, problem.Code()));
        var other = await shared.NewProject();
        var (good, counts) = await Send(other, "jsonl", Encoding.UTF8.GetBytes(Line), "/check");
        Assert.Equal((HttpStatusCode.OK, 2), (good, (int)counts["spans"]!));
        Assert.Empty((await _client.GetJsonAsync($"/v1/projects/{other}/documents"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_export_is_narrowed_as_the_list_of_documents_is()
    {
        var project = await shared.NewProject();
        await Import(project, "jsonl", Line);
        await Import(project, "jsonl", """{"id":"n2","text":"No fever.","meta":{"group":"Ward P"}}""");
        Assert.Contains("n2", Assert.Single(Lines(await Export(project, "jsonl", "&status=new"))), StringComparison.Ordinal);
        Assert.Contains("n1", Assert.Single(Lines(await Export(project, "jsonl", "&status=all&text=N1"))), StringComparison.Ordinal);
        Assert.Contains("n2", Assert.Single(Lines(await Export(project, "jsonl", "&status=all&text=ward"))), StringComparison.Ordinal);
        Assert.Empty(Lines(await Export(project, "jsonl", "&status=all&kind=dialogue")));
        var report = await _client.GetJsonAsync($"/v1/projects/{project}/export/report?format=jsonl&status=all&text=n");
        Assert.Equal(2, (int)report["documents"]!);
    }

    [Fact]
    public async Task Chosen_documents_go_out_whatever_their_status_and_the_log_says_which()
    {
        var project = await shared.NewProject();
        await Import(project, "jsonl", Line);
        var added = await Import(project, "jsonl", "{\"id\":\"n2\",\"text\":\"No fever.\"}\n{\"id\":\"n3\",\"text\":\"No rash.\"}");
        var second = added["items"]![0]!.Id();
        var wanted = new JsonObject { ["format"] = "jsonl", ["documents"] = new JsonArray(second) };

        using var response = await _client.PostAsJsonAsync($"/v1/projects/{project}/export", wanted);
        Assert.Equal("project.jsonl", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Contains("n2", Assert.Single(Lines(await response.Content.ReadAsByteArrayAsync())), StringComparison.Ordinal);
        var report = await _client.PostAsync($"/v1/projects/{project}/export/report", wanted);
        Assert.Equal(1, (int)report["documents"]!);
        wanted["status"] = "done";
        Assert.Equal(0, (int)(await _client.PostAsync($"/v1/projects/{project}/export/report", wanted))["documents"]!);

        var log = await _client.GetJsonAsync($"/v1/audit?action=documents.exported&subject={project}");
        Assert.Equal(second, (string)log["items"]![0]!["details"]!["documents"]![0]!);

        var elsewhere = (await Import(await shared.NewProject(), "jsonl", Line))["items"]![0]!.Id();
        wanted["documents"]!.AsArray().Add(elsewhere);
        using var refused = await _client.PostAsJsonAsync($"/v1/projects/{project}/export", wanted);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Contains("document 2 of those named", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<JsonNode> Import(string project, string format, string body) =>
        await Import(project, format, Encoding.UTF8.GetBytes(body));

    private async Task<JsonNode> Import(string project, string format, byte[] body)
    {
        var (status, answer) = await Send(project, format, body);
        Assert.True(status == HttpStatusCode.Created, $"{format}: {answer.ToJsonString()}");
        return answer;
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> Send(string project, string format, byte[] body, string more = "")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _client.PostAsync($"/v1/projects/{project}/import{more}?format={format}", content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private async Task<byte[]> Export(string project, string format, string more = "")
    {
        using var response = await _client.GetAsync($"/v1/projects/{project}/export?format={format}{more}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(response.Content.Headers.ContentDisposition?.FileName);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static string[] Lines(byte[] file) => Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
