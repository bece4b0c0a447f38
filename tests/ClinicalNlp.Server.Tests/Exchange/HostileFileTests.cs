using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Server.Tests.Exchange;

/// <summary>Files made to do harm: each is refused in words of our own or stored whole, and what is stored can be read and exported again.</summary>
public class HostileFileTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Canary = "zwitscherling";

    private readonly HttpClient _client = shared.Server.Client;

    public static TheoryData<string> Formats => [.. CorpusFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Hostile_files_are_refused_or_stored_whole(string format)
    {
        var wrong = new List<string>();
        foreach (var content in Hostile().Where(file => file.Format == format).Select(file => file.Content).Distinct())
        {
            var project = await shared.NewProject();
            var (status, answer) = await Import(project, format, Encoding.Latin1.GetBytes(content));
            var trouble = status == HttpStatusCode.Created ? await Unreadable(project, answer) : Unsaid(status, answer);
            if (trouble is not null)
            {
                wrong.Add($"{trouble}: {content[..Math.Min(content.Length, 300)]}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.DoesNotContain(shared.Server.Log.Lines, line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase));
        var audit = (await _client.GetJsonAsync("/v1/audit?limit=1000")).ToJsonString();
        Assert.DoesNotContain(Canary, audit, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_more_than_is_held_is_refused()
    {
        // A quarter of a megabyte that says truly what it unpacks to, and one that says it is a byte.
        var bomb = Zipped(("a.txt", ""), ("b.txt", new string('\0', (256 * 1024 * 1024) + 1)));
        var (status, answer) = await Import(await shared.NewProject(), "brat", Encoding.Latin1.GetBytes(bomb));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text_too_long"), (status, JsonNode.Parse(answer)!.Code()));

        var directory = bomb.LastIndexOf("PK\u0001\u0002", StringComparison.Ordinal);
        var lying = $"{bomb[..(directory + 24)]}\u0001\0\0\0{bomb[(directory + 28)..]}";
        (status, answer) = await Import(await shared.NewProject(), "brat", Encoding.Latin1.GetBytes(lying));
        Assert.True((int)status is >= 400 and < 500, answer);
    }

    [Fact]
    public async Task An_archive_of_more_files_than_anybody_has_is_refused_before_they_are_listed()
    {
        var entries = string.Concat(Enumerable.Repeat("PK\u0001\u0002", 200_001));
        var (status, answer) = await Import(await shared.NewProject(), "brat", Encoding.Latin1.GetBytes(entries));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text_too_long"), (status, JsonNode.Parse(answer)!.Code()));
    }

    private static string? Unsaid(HttpStatusCode status, string answer) =>
        (int)status is < 400 or >= 500 ? $"{status} {answer}"
        : answer.Contains(Canary, StringComparison.OrdinalIgnoreCase) ? $"quoted {answer}"
        : null;

    /// <summary>What of that which was stored is not answered again, be it as it is or in any format.</summary>
    private async Task<string?> Unreadable(string project, string answer)
    {
        foreach (var added in JsonNode.Parse(answer)!["items"]!.AsArray())
        {
            using var document = await _client.GetAsync($"/v1/documents/{added!.Id()}");
            if (!document.IsSuccessStatusCode)
            {
                return $"stored, {document.StatusCode}";
            }
        }

        foreach (var format in CorpusFormats.All)
        {
            try
            {
                var exported = await _client.GetByteArrayAsync($"/v1/projects/{project}/export?format={format.Name}&status=all");
                Assert.NotNull(exported);
            }
            catch (HttpRequestException e)
            {
                return $"stored, not exported as {format.Name}, {e.StatusCode}";
            }
        }

        return null;
    }

    private static IEnumerable<(string Format, string Content)> Hostile()
    {
        // Where a format has free metadata, it may be deep, given twice, beyond all numbers, or half a character.
        string[] values =
        [
            Nested("[", "]", 40),
            Nested("{\"a\":", "}", 61),
            Nested("[", "]", 62),
            Nested("[", "]", 100_000),
            Filled("""{"@WORDS":1,"@WORDS":2}""", ""),
            Filled("""[{"@WORDS":1,"@WORDS":2}]""", ""),
            "1e999",
            "-" + new string('9', 5000),
            $"\"{Canary}\\ud83d\"",
            "\"\\udc00\"",
            Filled("""{"@WORDS\ud83d":1}""", ""),
            "{\"\":1}",
            "\"\\u0000\"",
            $"\"{Canary}",
            $"\"{Canary}\u00ff\u00fe\"",
            $"NaN {Canary}",
            "{\"group\":{\"kind\":[]},\"kind\":7,\"turns\":{},\"passages\":3}",
            "{\"turns\":[{\"start\":-2147483648,\"end\":2147483647}],\"group\":\"\"}",
        ];
        foreach (var value in values)
        {
            yield return ("jsonl", Filled("""{"id":"n1","text":"@WORDS","meta":@VALUE}""", value));
            yield return ("jsonl", Filled("""{"id":"n1","text":"@WORDS","meta":{"m":@VALUE}}""", value));
            yield return ("jsonl", Filled("""{"id":"n1","text":@VALUE}""", value));
            yield return ("jsonl", Filled("""{"id":@VALUE,"text":"@WORDS","spans":[{"start":0,"end":@VALUE,"label":"PROBLEM"}]}""", value));
            yield return (
                "jsonl",
                Filled("""{"id":"n1","text":"@WORDS","spans":[{"start":0,"end":5,"label":"PROBLEM","attributes":{"a":@VALUE}}]}""", value)
            );
            yield return ("jsonl", Filled("""{"id":"n1","text":"@WORDS","@WORDS":@VALUE}""", value));
            yield return ("doccano", Filled("""{"id":1,"text":"@WORDS","meta":@VALUE,"label":[[0,5,"PROBLEM"]]}""", value));
            yield return ("doccano", Filled("""{"id":1,"text":"@WORDS","other":@VALUE,"@WORDS":@VALUE}""", value));
            yield return ("doccano", Filled("""{"id":@VALUE,"text":"@WORDS","label":[[0,@VALUE,"@WORDS"]]}""", value));
            yield return (
                "doccano",
                Filled(
                    """{"id":1,"text":@VALUE,"comments":@VALUE,"entities":[{"id":@VALUE,"start_offset":0,"end_offset":3,"label":@VALUE}]}""",
                    value
                )
            );
            yield return ("labelstudio", Filled("""[{"id":1,"data":{"text":"@WORDS","other":@VALUE},"meta":@VALUE}]""", value));
            yield return ("labelstudio", Filled("""[{"id":1,"text":"@WORDS","other":@VALUE,"label":@VALUE}]""", value));
            yield return (
                "labelstudio",
                Filled(
                    """[{"id":1,"data":{"text":"@WORDS"},"annotations":[{"result":[{"id":"a","type":"labels","value":{"start":0,"end":@VALUE,"labels":["@WORDS"],"text":@VALUE}}]}]}]""",
                    value
                )
            );
            yield return (
                "spacy",
                Filled("""[{"id":0,"paragraphs":[{"raw":"@WORDS","meta":@VALUE,"cats":@VALUE}],"meta":@VALUE}]""", value)
            );
            yield return ("spacy", Filled("""["@WORDS",{"entities":[[0,@VALUE,"@WORDS"]],"cats":@VALUE}]""", value));
            yield return ("spacy", Filled("""{"text":"@WORDS","meta":@VALUE,"spans":[{"start":0,"end":5,"label":@VALUE}]}""", value));
            yield return (
                "bioc-json",
                Filled(
                    """{"documents":[{"id":"1","infons":{"a":@VALUE},"passages":[{"offset":0,"infons":{"b":@VALUE},"text":"@WORDS"}]}]}""",
                    value
                )
            );
            yield return (
                "bioc-json",
                Filled(
                    """{"documents":[{"id":@VALUE,"passages":[{"offset":@VALUE,"text":@VALUE,"annotations":[{"id":"@WORDS","infons":{"type":"PROBLEM"},"text":"@WORDS","locations":[{"offset":@VALUE,"length":5}]}]}]}]}""",
                    value
                )
            );
            yield return (
                "cas-json",
                Filled(
                    """{"%FEATURE_STRUCTURES":[{"%ID":1,"%TYPE":"uima.cas.Sofa","sofaID":"_InitialView","sofaString":"@WORDS","x":@VALUE},{"%ID":@VALUE,"%TYPE":@VALUE,"":1,"@sofa":1,"begin":0,"end":@VALUE,"value":@VALUE}]}""",
                    value
                )
            );
            yield return (
                "cas-json",
                Filled(
                    """{"%FEATURE_STRUCTURES":[{"%ID":1,"%TYPE":"uima.cas.Sofa","sofaID":"_InitialView","sofaString":"@WORDS"},{"%ID":2,"%TYPE":"clinicalnlp.DocumentInfo","@sofa":1,"begin":0,"end":3,"meta":@META,"intents":@QUOTED}]}""",
                    value
                )
            );
            yield return (
                "csv",
                $"text,meta,spans,start\n\"{Canary}\",\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\",\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{value}\n"
            );
            yield return ("rasa", $"nlu:\n- intent: greeting\n  examples:\n  - text: {Canary}\n    metadata: {value}\n");
            yield return (
                "rasa",
                $"nlu:\n- intent: greeting\n  examples: |\n    - a [{Canary}]{value} b\n    - a [{Canary}]{{\"entity\":{value}}} b\n    - [{Canary}]({value})\n"
            );
        }

        // Documents of formats that are no JSON.
        string[] doctypes =
        [
            "<!DOCTYPE collection [<!ENTITY a \""
                + Canary
                + "\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
            "<!DOCTYPE collection [<!ENTITY c SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE collection SYSTEM \"http://127.0.0.1:1/x.dtd\" [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/y\"> %p;]>",
        ];
        foreach (var doctype in doctypes)
        {
            yield return (
                "bioc-xml",
                $"<?xml version=\"1.0\"?>{doctype}<collection><document><id>1</id><passage><offset>0</offset><text>{Canary} &c;</text></passage></document></collection>"
            );
            yield return (
                "cas-xmi",
                $"<?xml version=\"1.0\"?>{doctype}<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" xmlns:cas=\"http:///uima/cas.ecore\"><cas:Sofa xmi:id=\"1\" sofaID=\"_InitialView\" sofaString=\"{Canary} &c;\"/></xmi:XMI>"
            );
        }

        yield return ("bioc-xml", $"<collection><{Canary}>");
        yield return ("bioc-xml", $"<?xml version=\"1.0\" encoding=\"{Canary}\"?><collection/>");
        yield return ("bioc-xml", $"<?xml version=\"1.0\" encoding=\"utf-16\"?><collection>{Canary}</collection>");
        yield return (
            "bioc-xml",
            $"<collection><document><id>1</id><passage><offset>0</offset><text>{Canary}\u00ff</text></passage></document></collection>"
        );
        yield return (
            "bioc-xml",
            $"<collection><document><id>1</id><passage><offset>2147483647</offset><text>{Canary}</text><annotation id=\"{Canary}\"><location offset=\"2147483647\" length=\"2147483647\"/><text>{Canary}</text></annotation></passage><passage><offset>-2147483648</offset><text>x</text></passage></document></collection>"
        );
        yield return (
            "bioc-xml",
            $"<collection><document><id>1</id><passage><offset>99999999999999999999</offset><text>{Canary}</text></passage></document></collection>"
        );
        yield return (
            "bioc-xml",
            $"<collection><document>{Nested("<passage><offset>0</offset>", "</passage>", 20_000)}</document></collection>"
        );
        yield return ("bioc-xml", Nested("<collection>", "</collection>", 20_000));
        yield return ("cas-xmi", Nested("<a>", "</a>", 20_000));
        yield return (
            "cas-xmi",
            $"<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" xmlns:cas=\"http:///uima/cas.ecore\"><cas:Sofa xmi:id=\"1\" sofaID=\"_InitialView\" sofaString=\"{Canary}\"/><x:y xmlns:x=\"http:///{Canary}.ecore\" xmi:id=\"1\" sofa=\"1\" begin=\"-5\" end=\"2147483647\"/></xmi:XMI>"
        );

        yield return ("rasa", $"nlu:\n- intent: greeting\n  examples:\n  - text: {Canary}\n    metadata: &a [*a]\n");
        yield return (
            "rasa",
            "nlu:\n- intent: greeting\n  examples:\n  - text: hi\n    metadata:\n      a: &a ["
                + Canary
                + "]\n"
                + string.Concat(
                    "bcdefghijk".Select((c, i) => $"      {c}: &{c} [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 9))}]\n")
                )
        );
        yield return ("rasa", $"nlu: {Nested("[", "]", 20_000)}");
        yield return ("rasa", $"nlu: {Nested("{a: ", "}", 20_000)}");
        yield return ("rasa", $"? {Nested("[", "]", 20_000)}\n: {Canary}\n");
        yield return ("rasa", $"nlu: {new string('[', 20_000)}{Canary}");
        yield return ("rasa", string.Concat(Enumerable.Range(0, 500).Select(i => $"{new string(' ', i)}a:\n")));
        yield return ("rasa", $"nlu:\n- intent: {Canary}\n  intent: {Canary}\n");
        yield return ("rasa", $"nlu: !!{Canary} [\n");
        yield return ("rasa", $"nlu:\n- intent: greeting\n  examples: |\n    - {string.Concat(Enumerable.Repeat("[a", 50_000))}\n");
        yield return ("rasa", $"nlu:\n- intent: greeting\n  examples: |\n    - {string.Concat(Enumerable.Repeat("[a](", 50_000))}\n");

        foreach (var number in (string[])["2147483647", "-1", "99999999999999999999", "٣", "1e3", Canary])
        {
            yield return ("pubtator", $"1|t|{Canary}\n1|a|{Canary}\n1\t0\t{number}\t{Canary}\tPROBLEM\tD1\n");
            yield return ("conll", $"-DOCSTART- -X- {number}\n\n{Canary}\tB-{Canary}\n{Canary} {number} I-\n");
            yield return (
                "webanno-tsv",
                $"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.X|value\n\n#Text={Canary}\n1-1\t0-{number}\t{Canary}\tPROBLEM[{number}]\n"
            );
            yield return ("csv", $"text,start,end,label\n{Canary},0,{number},PROBLEM\n");
        }

        yield return ("webanno-tsv", $"#FORMAT=WebAnno TSV 3.3\n#T_SP={Canary}|{Canary}\n{Canary}\n");
        yield return ("conll", $"{Canary}\tX-{Canary}\n");
        yield return ("csv", $"{Canary},{Canary}\n\"{Canary}");
        yield return ("csv", $"text\n\"{new string('"', 100_001)}");
        yield return ("pubtator", $"{Canary}\n");
        yield return ("jsonl", "\u00ef\u00bb\u00bf\u00ef\u00bb\u00bf{}");
        yield return ("brat", $"{Canary}\u0000");
        yield return ("brat", $"PK{Canary}");
        yield return ("brat", "PK\u0005\u0006" + new string('\u00ff', 18));

        foreach (
            var name in (string[])
                [
                    "../../etc/zwitscher.txt",
                    "/etc/x.txt",
                    "C:\\x\\..\\y.txt",
                    "a\u0001b\n.txt",
                    ".txt",
                    "a/./b//c.txt",
                    new string('n', 3000) + ".txt",
                ]
        )
        {
            yield return ("brat", Zipped((name, Canary), (Path.ChangeExtension(name, "ann"), $"T1\tPROBLEM 0 5\t{Canary[..5]}\n")));
        }

        yield return ("brat", Zipped(("a.txt", Canary), ("a.ann", $"T1\tPROBLEM 0 99999999999\t{Canary}\n")));
        yield return ("brat", Zipped(("a.txt", Canary), ("a.ann", $"T1\tPROBLEM 0 5\t{Canary}\n")));
        yield return ("brat", Zipped(("a.txt", Canary), ("a.ann", $"{Canary}\t{Canary} {Canary}\n")));
        yield return ("brat", Zipped(("a.txt", Canary), ("a.txt", Canary)));
        yield return ("brat", Zipped(("a.txt", Canary), ("A.TXT", Canary)));
        var archive = Zipped(("a.txt", string.Concat(Enumerable.Repeat(Canary, 100))));
        yield return ("brat", archive[..(archive.Length / 2)]);
        // An encrypted entry, an entry of a compression that is not known, and one whose bytes are not what it says.
        yield return ("brat", Flagged(archive, 6, 8, '\u0001'));
        yield return ("brat", Flagged(archive, 8, 10, '\u0063'));
        yield return ("brat", archive[..40] + "\u00ff\u00ff\u00ff\u00ff" + archive[44..]);
    }

    private static string Filled(string template, string value) =>
        template
            .Replace("@WORDS", Canary, StringComparison.Ordinal)
            .Replace("@VALUE", value, StringComparison.Ordinal)
            .Replace("@META", JsonValue.Create($"{{\"m\":{value}}}").ToJsonString(), StringComparison.Ordinal)
            .Replace("@QUOTED", JsonValue.Create(value).ToJsonString(), StringComparison.Ordinal);

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + (open.EndsWith(':') ? "1" : "") + string.Concat(Enumerable.Repeat(close, depth));

    /// <summary>The bytes of an archive, one character each.</summary>
    private static string Zipped(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return Encoding.Latin1.GetString(bytes.ToArray());
    }

    /// <summary>The archive with a byte changed in its entry's own header and in the directory.</summary>
    private static string Flagged(string archive, int inHeader, int inDirectory, char value)
    {
        var directory = archive.IndexOf("PK\u0001\u0002", StringComparison.Ordinal) + inDirectory;
        return archive[..inHeader] + value + archive[(inHeader + 1)..directory] + value + archive[(directory + 1)..];
    }

    private async Task<(HttpStatusCode Status, string Answer)> Import(string project, string format, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        using var response = await _client.PostAsync($"/v1/projects/{project}/import?format={format}", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
