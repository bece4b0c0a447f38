using System.Text;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Benchmarks.Load;

/// <summary>JSON over HTTP, as a client without our classes would send it.</summary>
internal static class Json
{
    public static StringContent Body(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <exception cref="BenchFailure">Any answer but a success.</exception>
    public static async Task<JsonNode> PostAsync(HttpClient client, string path, JsonNode body)
    {
        using StringContent content = Body(body);
        using HttpResponseMessage answer = await client.PostAsync(path, content);
        return await ReadAsync(answer, path);
    }

    /// <exception cref="BenchFailure">Any answer but a success.</exception>
    public static async Task<JsonNode> GetAsync(HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(path);
        return await ReadAsync(answer, path);
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, string path)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new BenchFailure($"{path} was answered with {(int)answer.StatusCode}: {(string?)JsonNode.Parse(text)?["code"]}");
    }
}
