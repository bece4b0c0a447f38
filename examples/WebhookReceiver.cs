// Receives webhooks in an ASP.NET Core application that references src/ClinicalNlp.Client.
// WEBHOOK_SECRET is the secret that was shown when the webhook was registered.
using System.Text.Json.Nodes;
using ClinicalNlp.Client;

var app = WebApplication.CreateBuilder(args).Build();
string secret = app.Configuration["WEBHOOK_SECRET"] ?? throw new InvalidOperationException("Set WEBHOOK_SECRET.");

app.MapPost(
    "/hooks",
    async (HttpRequest request) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        string? Header(string name) => request.Headers[name];
        if (
            !WebhookSignature.IsValid(
                secret,
                Header("webhook-id"),
                Header("webhook-timestamp"),
                Header("webhook-signature"),
                body.ToArray()
            )
        )
            return Results.Unauthorized();
        var message = JsonNode.Parse(body.ToArray())!;
        Console.WriteLine($"{message["type"]} {message["data"]!.ToJsonString()}");
        return Results.NoContent();
    }
);
app.Run(app.Configuration["urls"] ?? "http://127.0.0.1:8100");
