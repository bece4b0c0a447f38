using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClinicalNlp.Server.Tests.Webhooks;

/// <summary>Another programme that webhooks are sent to, on a real port.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly WebApplication _app;
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();

    private Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hooks";

    /// <summary>What is answered, in turn; 200 when there is nothing more.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    /// <summary>Answers wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hooks", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async Task<Message> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _messages.Reader.ReadAsync(patience.Token);
    }

    public bool HasMore => _messages.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers;
        await _messages.Writer.WriteAsync(
            new Message(
                headers["webhook-id"].Single()!,
                headers["webhook-timestamp"].Single()!,
                headers["webhook-signature"].Single()!,
                body
            )
        );
        await Gate;
        context.Response.StatusCode = Answers.TryDequeue(out int status) ? status : 200;
        if (context.Response.StatusCode == 302)
        {
            context.Response.Headers.Location = "/hooks";
        }
    }
}

internal sealed record Message(string Id, string Timestamp, string Signature, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The check of the specification, written down once more: base64 after the prefix, HMAC-SHA256 over id, time and body.</summary>
    public bool IsSignedBy(string secret)
    {
        using var mac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        byte[] expected = mac.ComputeHash(Encoding.UTF8.GetBytes(Id + "." + Timestamp + "." + Body));
        return Signature.Split(' ').Any(each => each == "v1," + Convert.ToBase64String(expected));
    }

    public DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
}
