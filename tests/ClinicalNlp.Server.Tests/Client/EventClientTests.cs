using System.Text;
using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Client;
using ClinicalNlp.Concepts;
using ClinicalNlp.Server.Tests.Webhooks;

namespace ClinicalNlp.Server.Tests.Client;

public class EventClientTests
{
    private static readonly RetrySettings AtOnce = new(4, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200));

    [Fact]
    public async Task A_follower_hears_everything_once_over_a_restart_of_the_service()
    {
        string data = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            // One address for both services, so that the follower finds the second where the first was.
            string url = $"http://127.0.0.1:{FreePort.Take()}";
            using var client = new ClinicalNlpClient(new Uri(url), retries: AtOnce);
            string project;
            IAsyncEnumerator<ProjectEvent> events;
            await using (await StartAsync(data, url))
            {
                project = (await client.CreateProjectAsync("p", [new Label("PROBLEM")])).Id;
                await client.AddDocumentsAsync(project, [new NewDocument("One.")]);
                events = client.FollowAsync(project, after: 0, patience.Token).GetAsyncEnumerator(patience.Token);
                Assert.True(await events.MoveNextAsync());
                Assert.Equal(
                    ("documents.added", 1, true),
                    (events.Current.Type, (int)events.Current.Data["documents"]!, events.Current.Own)
                );
            }

            await using (await StartAsync(data, url))
            {
                var added = await client.AddDocumentsAsync(project, [new NewDocument("Two.")]);
                await client.CompleteAsync(added[0].Id, 0);
                Assert.True(await events.MoveNextAsync());
                Assert.Equal("documents.added", events.Current.Type);
                Assert.True(await events.MoveNextAsync());
                Assert.Equal(("document.completed", added[0].Id), (events.Current.Type, (string)events.Current.Data["document"]!));
                await events.DisposeAsync();
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Who_may_not_listen_is_told_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new ClinicalNlpClient(server.Url, retries: AtOnce);
        await using var events = client.FollowAsync("nothing").GetAsyncEnumerator();
        Assert.Equal("not_found", (await Assert.ThrowsAsync<ServiceException>(async () => await events.MoveNextAsync())).Code);
    }

    [Fact]
    public async Task A_webhook_is_registered_tested_and_checked_by_the_client()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await RunningServer.StartAsync(change: options => options with { WebhookHosts = ["127.0.0.1"] });
        using var client = new ClinicalNlpClient(server.Url);
        string project = (await client.CreateProjectAsync("p", [new Label("PROBLEM")])).Id;
        var hook = await client.CreateWebhookAsync(project, new Uri(receiver.Url), ["document.completed"]);
        await client.TestWebhookAsync(project, hook.Id);

        var message = await receiver.NextAsync();
        byte[] body = Encoding.UTF8.GetBytes(message.Body);
        Assert.True(WebhookSignature.IsValid(hook.Secret, message.Id, message.Timestamp, message.Signature, body));
        Assert.False(WebhookSignature.IsValid(hook.Secret, message.Id + "0", message.Timestamp, message.Signature, body));
        var late = new ShiftedTime { Offset = TimeSpan.FromMinutes(6) };
        Assert.False(WebhookSignature.IsValid(hook.Secret, message.Id, message.Timestamp, message.Signature, body, late));

        var deliveries = new List<WebhookDelivery>();
        await foreach (var delivery in client.ListDeliveriesAsync(project, hook.Id))
            deliveries.Add(delivery);
        Assert.Equal(message.Id, Assert.Single(deliveries).Id);
        await client.DeleteWebhookAsync(project, hook.Id);
        await foreach (var _ in client.ListWebhooksAsync(project))
            Assert.Fail("The webhook is still there.");
    }

    /// <summary>Against a signature that OpenSSL made: <c>printf 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret -binary | base64</c>.</summary>
    [Theory]
    [InlineData("v1,{0}", true)]
    [InlineData("v1,AAAA v2,x v1,{0}", true)]
    [InlineData("v2,{0}", false)]
    [InlineData("{0}", false)]
    [InlineData("v1,", false)]
    [InlineData("", false)]
    public void Signatures_of_others_are_checked(string header, bool valid)
    {
        const string Signed = "Q5nZ7DiOGwijBBqvBVAK6c0zDr2JLkXI7TaV4f+Q2vY=";
        string secret = "whsec_" + Convert.ToBase64String("secret"u8);
        var then = new ShiftedTime { Offset = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) - TimeProvider.System.GetUtcNow() };
        string signatures = string.Format(System.Globalization.CultureInfo.InvariantCulture, header, Signed);
        Assert.Equal(valid, WebhookSignature.IsValid(secret, "msg_1", "1700000000", signatures, "{\"a\":1}"u8, then));
        Assert.False(WebhookSignature.IsValid(secret, "msg_1", "x", signatures, "{\"a\":1}"u8, then));
    }

    [Fact]
    public async Task Concepts_are_found()
    {
        await using var server = await RunningServer.StartAsync();
        string file = Path.Combine(server.DataDirectory, "drugs.csv");
        await File.WriteAllTextAsync(file, "code,name,synonyms\nD1,Acetylsalicylic acid,Aspirin\n");
        new TerminologyStore(server.DataDirectory, TimeProvider.System).Import(
            new NewTerminology("Drugs", "1", "own", TerminologyKind.Drug),
            [file]
        );
        using var client = new ClinicalNlpClient(server.Url);
        var found = Assert.Single(await client.FindConceptsAsync("aspirin", label: "MEDICATION", system: "Drugs"));
        Assert.Equal(("Drugs:D1", "exact"), (found.Concept, found.Match));
    }

    private static Task<RunningServer> StartAsync(string data, string url) =>
        RunningServer.StartAsync(data, options => options with { Urls = [url] });
}
