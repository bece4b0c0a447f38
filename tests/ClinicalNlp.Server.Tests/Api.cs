using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests;

/// <summary>Short words for tests: JSON out, status and JSON back.</summary>
public static class Api
{
    public static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string? bearer = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, await BodyOf(response));
    }

    public static Task<JsonNode> GetJsonAsync(this HttpClient client, string path) => Succeed(client.SendAsync(HttpMethod.Get, path));

    public static Task<JsonNode> PostAsync(this HttpClient client, string path, JsonNode body) =>
        Succeed(client.SendAsync(HttpMethod.Post, path, body));

    /// <summary>Sends bytes as they are and returns the problem's status and code.</summary>
    public static async Task<(HttpStatusCode Status, string Code)> SendRawAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        byte[] body,
        string contentType = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, (await BodyOf(response)).Code());
    }

    public static string Code(this JsonNode body) => (string?)body["code"] ?? "";

    public static string Id(this JsonNode body) => (string)body["id"]!;

    private static async Task<JsonNode> Succeed(Task<(HttpStatusCode Status, JsonNode Body)> sent)
    {
        var (status, body) = await sent;
        Assert.True((int)status is >= 200 and < 300, $"{status}: {body.ToJsonString()}");
        return body;
    }

    private static async Task<JsonNode> BodyOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text)! : new JsonObject { ["text"] = text };
    }
}
