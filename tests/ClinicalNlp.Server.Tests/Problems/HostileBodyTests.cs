using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClinicalNlp.Server.Tests.Problems;

/// <summary>
/// Every operation of the OpenAPI document is sent its own example with one value made hostile: each answer is one that was foreseen, and
/// quotes nothing.
/// </summary>
public sealed partial class HostileBodyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Canary = "zwitscherling";
    private const string Place = "@place";

    private static readonly string[] Values =
    [
        "null",
        "true",
        "-1",
        "2147483648",
        "-9223372036854775809",
        "1e999",
        "1e308",
        "-1e-400",
        "0.1",
        "\"\"",
        $"\"{Canary}\"",
        $"\"{Canary}\\u0001 \\u202e\\ufeff\"",
        $"\"{Canary}\\ud83d\"",
        "\"9999-12-31T23:59:59.9999999+00:00\"",
        "\"0001-01-01T00:00:00+14:00\"",
        $"\"{string.Concat(Enumerable.Repeat(Canary, 2000))}\"",
        "[]",
        "[null]",
        $"[\"{Canary}\",\"{Canary}\"]",
        "{}",
        $$"""{"{{Canary}}":"{{Canary}}"}""",
        $$"""{"{{Canary}}":1,"{{Canary}}":2}""",
        string.Concat(Enumerable.Repeat("[", 59)) + string.Concat(Enumerable.Repeat("]", 59)),
        new string('[', 100_000),
    ];

    private readonly HttpClient _client = shared.Server.Client;

    [Fact]
    public async Task No_value_of_a_body_is_unforeseen_or_quoted()
    {
        var project = await shared.NewProject();
        var added = await _client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse("""{"documents":[{"text":"Asthma."},{"turns":[{"speaker":"patient","text":"hello"}]}]}""")!
        );
        var document = added["items"]![0]!.Id();
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (method, path, example) in await OperationsAsync())
        {
            var address = Parameter()
                .Replace(
                    path.Replace("/projects/{projectId}", $"/projects/{project}", StringComparison.Ordinal)
                        .Replace("/documents/{id}", $"/documents/{document}", StringComparison.Ordinal),
                    "1"
                );
            foreach (var template in Templates(example))
            {
                foreach (var value in Values)
                {
                    asked++;
                    using var request = new HttpRequestMessage(method, address)
                    {
                        Content = new StringContent(
                            template.Replace($"\"{Place}\"", value, StringComparison.Ordinal),
                            Encoding.UTF8,
                            "application/json"
                        ),
                    };
                    using var response = await _client.SendAsync(request);
                    var answer = await response.Content.ReadAsStringAsync();
                    var foreseen = (int)response.StatusCode < 500 || (int)response.StatusCode == 503;
                    if (!foreseen || ((int)response.StatusCode >= 400 && answer.Contains(Canary, StringComparison.Ordinal)))
                    {
                        wrong.Add($"{method} {path} {template}, {value[..Math.Min(80, value.Length)]}: {answer}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(asked > 1000, $"{asked} requests");
        // What was stored on the way is answered again.
        foreach (var list in (string[])["/v1/projects", $"/v1/projects/{project}", $"/v1/projects/{project}/documents?limit=1000"])
        {
            await _client.GetJsonAsync(list);
        }

        Assert.DoesNotContain(shared.Server.Log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    /// <summary>The example with each of its values, and the whole of it, replaced by the place in turn.</summary>
    private static IEnumerable<string> Templates(JsonNode example)
    {
        yield return $"\"{Place}\"";
        foreach (var path in Paths(example))
        {
            var copy = example.DeepClone();
            var at = copy;
            foreach (var step in path.SkipLast(1))
            {
                at = step is int index ? at![index] : at![(string)step];
            }

            if (path[^1] is int last)
            {
                at![last] = Place;
            }
            else
            {
                at![(string)path[^1]] = Place;
            }

            yield return copy.ToJsonString();
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.SelectMany(field => Paths(field.Value).Prepend([]).Select(rest => (object[])[field.Key, .. rest])),
            JsonArray items => items.Take(1).SelectMany((item, i) => Paths(item).Prepend([]).Select(rest => (object[])[i, .. rest])),
            _ => [],
        };

    private async Task<List<(HttpMethod Method, string Path, JsonNode Example)>> OperationsAsync()
    {
        var document = await _client.GetJsonAsync("/openapi/v1.json");
        return
        [
            .. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            let example = operation.Value!["requestBody"]?["content"]?["application/json"]?["example"]
            where example is not null && path.Key.StartsWith("/v1/", StringComparison.Ordinal)
            // Whoever gets a password or a key takes this machine's own right away from the walk.
            where !path.Key.StartsWith("/v1/keys", StringComparison.Ordinal) && path.Key != "/v1/accept-invitation"
            select (new HttpMethod(operation.Key.ToUpperInvariant()), path.Key, example),
        ];
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
