using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;
using ClinicalNlp.Server.Webhooks;

namespace ClinicalNlp.Server.Tests.Webhooks;

public sealed class WebhookTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private RunningServer _server = null!;
    private Receiver _receiver = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _server = await RunningServer.StartAsync(
            change: options => options with { WebhookHosts = ["127.0.0.1", "localhost"] },
            configure: _time.Register
        );
        _project = await _server.NewProjectAsync("Told");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task What_happened_is_told_by_ids_and_signed()
    {
        var (hook, secret) = await RegisterAsync("document.completed", "document.saved");
        string note = await CompletedNoteAsync();

        var message = await _receiver.NextAsync();
        Assert.Equal("document.completed", (string)message.Json["type"]!);
        Assert.Equal(
            (_project, note, 1),
            (
                (string)message.Json["data"]!["projectId"]!,
                (string)message.Json["data"]!["document"]!,
                (int)message.Json["data"]!["revision"]!
            )
        );
        Assert.True(message.IsSignedBy(secret));
        Assert.False((message with { Body = message.Body.Replace(note, _project, StringComparison.Ordinal) }).IsSignedBy(secret));
        Assert.InRange(message.SentAt, _time.GetUtcNow().AddMinutes(-2), _time.GetUtcNow().AddMinutes(2));
        Assert.DoesNotContain("metformin", message.Body, StringComparison.OrdinalIgnoreCase);

        var delivery = await DeliveryAsync(hook, delivery => (string)delivery["state"]! == "delivered");
        Assert.Equal((message.Id, 200, 1), ((string)delivery["id"]!, (int)delivery["lastStatus"]!, (int)delivery["attempts"]!));
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_written_nowhere()
    {
        var (_, secret) = await RegisterAsync("document.completed");
        string shown =
            (await _server.Client.GetJsonAsync(Hooks)).ToJsonString() + (await _server.Client.GetJsonAsync("/v1/audit")).ToJsonString();
        Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        byte[] raw = Convert.FromBase64String(secret["whsec_".Length..]);
        foreach (string file in Directory.GetFiles(_server.DataDirectory, "clinicalnlp.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(raw));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(_server.DataDirectory, "webhook.key"))
            );
        }
    }

    [Fact]
    public async Task What_failed_is_sent_again_later_with_the_same_id()
    {
        var (hook, secret) = await RegisterAsync("document.completed");
        _receiver.Answers.Enqueue(500);
        await CompletedNoteAsync();
        var first = await _receiver.NextAsync();
        var waiting = await DeliveryAsync(hook, delivery => (int?)delivery["lastStatus"] == 500);
        Assert.Equal("waiting", (string)waiting["state"]!);
        Assert.NotNull((await HookAsync(hook))["failingSince"]);

        _time.Offset = TimeSpan.FromSeconds(7); // past five seconds and a fifth
        await _server.Client.SendAsync(HttpMethod.Post, $"{Hooks}/{hook}/test"); // wakes the sender, which looks at the clock
        var second = await _receiver.NextAsync();
        Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
        Assert.True(second.IsSignedBy(secret));
        Assert.Equal("webhook.test", (string)(await _receiver.NextAsync()).Json["type"]!);
        var delivered = await DeliveryAsync(
            hook,
            delivery => (string)delivery["id"]! == first.Id && (string)delivery["state"]! == "delivered"
        );
        Assert.Equal(2, (int)delivered["attempts"]!);
        Assert.Null((await HookAsync(hook))["failingSince"]);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_not_followed()
    {
        var (hook, _) = await RegisterAsync("document.completed");
        _receiver.Answers.Enqueue(302);
        await CompletedNoteAsync();
        await _receiver.NextAsync();
        var delivery = await DeliveryAsync(hook, delivery => (int?)delivery["lastStatus"] == 302);
        Assert.Equal("waiting", (string)delivery["state"]!);
        Assert.False(_receiver.HasMore);
    }

    [Fact]
    public async Task An_address_that_is_gone_is_told_nothing_until_it_is_enabled()
    {
        var (hook, _) = await RegisterAsync("document.completed");
        _receiver.Answers.Enqueue(410);
        await CompletedNoteAsync();
        await _receiver.NextAsync();
        await DeliveryAsync(hook, delivery => (string)delivery["state"]! == "failed");
        Assert.Equal("gone", (string)(await HookAsync(hook))["disabledReason"]!);
        await CompletedNoteAsync();

        await _server.Client.SendAsync(HttpMethod.Post, $"{Hooks}/{hook}/enable");
        string note = await CompletedNoteAsync();
        Assert.Equal(note, (string)(await _receiver.NextAsync()).Json["data"]!["document"]!);
        Assert.Null((await HookAsync(hook))["disabled"]);
    }

    [Fact]
    public async Task An_address_that_fails_for_days_is_disabled_with_a_note_in_the_audit_log()
    {
        var (hook, _) = await RegisterAsync("document.completed");
        _receiver.Answers.Enqueue(500);
        _receiver.Answers.Enqueue(503);
        await CompletedNoteAsync();
        await _receiver.NextAsync();
        await DeliveryAsync(hook, delivery => (int?)delivery["lastStatus"] == 500);

        _time.Offset = TimeSpan.FromDays(4);
        await _server.Client.SendAsync(HttpMethod.Post, $"{Hooks}/{hook}/test");
        await DeliveryAsync(hook, delivery => (int?)delivery["lastStatus"] == 503);
        Assert.Equal("failing", (string)(await HookAsync(hook))["disabledReason"]!);
        var audited = await _server.Client.GetJsonAsync($"/v1/audit?action=webhook.disabled&subject={hook}");
        Assert.Single(audited["items"]!.AsArray());
    }

    [Fact]
    public async Task A_message_can_be_sent_once_more_by_hand()
    {
        var (hook, _) = await RegisterAsync("document.completed");
        await CompletedNoteAsync();
        var first = await _receiver.NextAsync();
        await DeliveryAsync(hook, delivery => (string)delivery["state"]! == "delivered");
        await _server.Client.SendAsync(HttpMethod.Post, $"{Hooks}/{hook}/deliveries/{first.Id}/redeliver");
        Assert.Equal(first.Id, (await _receiver.NextAsync()).Id);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_messages_are_signed_by_both()
    {
        var (hook, first) = await RegisterAsync("document.completed");
        var rotated = await _server.Client.PostAsync($"{Hooks}/{hook}/rotate-secret", new JsonObject { ["oldValidHours"] = 24 });
        string second = (string)rotated["secret"]!;
        Assert.NotEqual(first, second);
        Assert.InRange((DateTimeOffset)rotated["oldSecretUntil"]!, _time.GetUtcNow().AddHours(23.9), _time.GetUtcNow().AddHours(24));
        Assert.Equal((string)rotated["oldSecretUntil"]!, (string)(await HookAsync(hook))["oldSecretUntil"]!);
        var message = await NextTestAsync(hook);
        Assert.True(message.IsSignedBy(first) && message.IsSignedBy(second));
        // What receivers check with: the client's own check takes either.
        foreach (string secret in new[] { first, second })
        {
            Assert.True(
                ClinicalNlp.Client.WebhookSignature.IsValid(
                    secret,
                    message.Id,
                    message.Timestamp,
                    message.Signature,
                    System.Text.Encoding.UTF8.GetBytes(message.Body),
                    _time
                )
            );
        }

        _time.Offset = TimeSpan.FromHours(25);
        message = await NextTestAsync(hook);
        Assert.False(message.IsSignedBy(first));
        Assert.True(message.IsSignedBy(second));
        Assert.Null((await HookAsync(hook))["oldSecretUntil"]);
    }

    [Fact]
    public async Task A_leaked_secret_signs_nothing_more()
    {
        var (hook, leaked) = await RegisterAsync("document.completed");
        foreach (int hours in new[] { 1, 2, 3 })
        {
            await RotateAsync(hours);
        }

        var (status, refused) = await _server.Client.SendAsync(
            HttpMethod.Post,
            $"{Hooks}/{hook}/rotate-secret",
            new JsonObject { ["oldValidHours"] = 1 }
        );
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), (status, refused.Code()));
        string last = await RotateAsync(0);
        var message = await NextTestAsync(hook);
        Assert.False(message.IsSignedBy(leaked));
        Assert.True(message.IsSignedBy(last));
        Assert.DoesNotContain(' ', message.Signature);
        Assert.Equal(
            4,
            (await _server.Client.GetJsonAsync($"/v1/audit?action=webhook.secret_rotated&subject={hook}"))["items"]!.AsArray().Count
        );
        foreach (int hours in new[] { -1, 721 })
        {
            (_, refused) = await _server.Client.SendAsync(
                HttpMethod.Post,
                $"{Hooks}/{hook}/rotate-secret",
                new JsonObject { ["oldValidHours"] = hours }
            );
            Assert.Equal("invalid_value", refused.Code());
        }

        async Task<string> RotateAsync(int hours) =>
            (string)
                (await _server.Client.PostAsync($"{Hooks}/{hook}/rotate-secret", new JsonObject { ["oldValidHours"] = hours }))["secret"]!;
    }

    [Fact]
    public async Task What_happens_during_a_pause_is_told_afterwards_at_the_new_address()
    {
        var (hook, secret) = await RegisterAsync("document.completed");
        Assert.NotNull((await ChangeAsync(hook, """{"paused":true}"""))["paused"]);
        string note = await CompletedNoteAsync();
        var waiting = await DeliveryAsync(hook, _ => true);
        Assert.Equal(("waiting", 0), ((string)waiting["state"]!, (int)waiting["attempts"]!));
        await using var moved = await Receiver.StartAsync();
        var changed = await ChangeAsync(hook, $$"""{"url":"{{moved.Url}}","events":["document.reopened"],"paused":false}""");
        Assert.Null(changed["paused"]);
        Assert.Equal("document.reopened", (string)changed["events"]!.AsArray().Single()!);

        var message = await moved.NextAsync();
        Assert.Equal(note, (string)message.Json["data"]!["document"]!);
        Assert.True(message.IsSignedBy(secret));
        Assert.False(_receiver.HasMore);
        await CompletedNoteAsync(); // not chosen any more
        await _server.Client.PostAsync($"/v1/documents/{note}/reopen", new JsonObject { ["revision"] = 1 });
        Assert.Equal("document.reopened", (string)(await moved.NextAsync()).Json["type"]!);

        var (status, refused) = await _server.Client.SendAsync(HttpMethod.Put, $"{Hooks}/{hook}", JsonNode.Parse("""{"paused":false}"""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_changes"), (status, refused.Code()));
        (_, refused) = await _server.Client.SendAsync(
            HttpMethod.Put,
            $"{Hooks}/{hook}",
            JsonNode.Parse("""{"url":"http://example.org/"}""")
        );
        Assert.Equal("webhook_refused", refused.Code());
        (_, refused) = await _server.Client.SendAsync(HttpMethod.Put, $"{Hooks}/{hook}", JsonNode.Parse("""{"events":[]}"""));
        Assert.Equal("unknown_event", refused.Code());
        string audit = (await _server.Client.GetJsonAsync($"/v1/audit?subject={hook}")).ToJsonString();
        Assert.Contains("webhook.paused", audit, StringComparison.Ordinal);
        Assert.Contains("webhook.changed", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("/hooks", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_rotates_changes_and_pauses()
    {
        var (hook, _) = await RegisterAsync("document.completed");
        using var client = new ClinicalNlp.Client.ClinicalNlpClient(_server.Url);
        var rotated = await client.RotateWebhookSecretAsync(_project, hook, 2, TestContext.Current.CancellationToken);
        Assert.StartsWith("whsec_", rotated.Secret, StringComparison.Ordinal);
        Assert.NotNull(rotated.OldSecretUntil);
        var paused = await client.ChangeWebhookAsync(
            _project,
            hook,
            types: ["document.reopened"],
            paused: true,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.NotNull(paused.Paused);
        Assert.Equal(["document.reopened"], paused.Events);
        Assert.Equal(_receiver.Url, paused.Url);
    }

    private async Task<Message> NextTestAsync(string hook)
    {
        await _server.Client.SendAsync(HttpMethod.Post, $"{Hooks}/{hook}/test");
        return await _receiver.NextAsync();
    }

    private async Task<JsonNode> ChangeAsync(string hook, string change)
    {
        var (status, body) = await _server.Client.SendAsync(HttpMethod.Put, $"{Hooks}/{hook}", JsonNode.Parse(change));
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        return body!;
    }

    [Fact]
    public async Task Only_managers_register_addresses_and_see_them()
    {
        await RegisterAsync("document.completed");
        using var ana = _server.SignInAs("ana", _project);
        using var manager = _server.SignInAs("mona", _project, ProjectRole.Manager);
        using var stranger = _server.SignInAs("otto");
        Assert.Equal(HttpStatusCode.Forbidden, (await ana.SendAsync(HttpMethod.Get, Hooks)).Status);
        Assert.Equal(HttpStatusCode.OK, (await manager.SendAsync(HttpMethod.Get, Hooks)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Get, Hooks)).Status);
    }

    [Theory]
    [InlineData("http://example.org/", "webhook_refused")] // not one of those configured
    [InlineData("ftp://127.0.0.1/", "webhook_refused")]
    [InlineData("http://user:word@127.0.0.1/", "webhook_refused")]
    [InlineData("nonsense", "webhook_refused")]
    [InlineData("http://127.0.0.1/", "unknown_event", "document.everything")]
    public async Task What_cannot_be_told_is_refused(string url, string code, string type = "document.completed")
    {
        var (status, body) = await _server.Client.SendAsync(
            HttpMethod.Post,
            Hooks,
            new JsonObject { ["url"] = url, ["events"] = new JsonArray(type) }
        );
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (status, body.Code()));
    }

    [Fact]
    public async Task Without_configured_hosts_only_public_addresses_are_reached_also_by_name()
    {
        await using var server = await RunningServer.StartAsync();
        string project = await server.NewProjectAsync("p");
        string hooks = $"/v1/projects/{project}/webhooks";
        foreach (
            string url in (string[])
                [
                    "http://example.org/",
                    "https://127.0.0.1/",
                    "https://[::1]/",
                    "https://169.254.169.254/latest",
                    "https://[::ffff:10.0.0.1]/",
                    "https://2130706433/",
                ]
        )
        {
            var (_, refused) = await server.Client.SendAsync(HttpMethod.Post, hooks, New(url));
            Assert.Equal("webhook_refused", refused.Code());
        }

        // The name says nothing; where it leads is looked at when it is connected to.
        var hook = (await server.Client.PostAsync(hooks, New($"https://localhost:{new Uri(_receiver.Url).Port}/hooks"))).Id();
        await server.Client.SendAsync(HttpMethod.Post, $"{hooks}/{hook}/test");
        JsonNode? delivery = null;
        for (int i = 0; i < 600 && (string?)delivery?["lastError"] is null; i++)
        {
            await Task.Delay(100);
            delivery = (await server.Client.GetJsonAsync($"{hooks}/{hook}/deliveries"))["items"]![0];
        }

        Assert.Equal("refused", (string)delivery!["lastError"]!);
        static JsonObject New(string url) => new() { ["url"] = url, ["events"] = new JsonArray("document.completed") };
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("2a00:1450::1", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("172.31.255.255", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("::ffff:192.168.1.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("64:ff9b:1::a00:1", true)]
    [InlineData("::10.0.0.1", true)]
    [InlineData("2001:0:a00:1::1", true)]
    [InlineData("fec0::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("255.255.255.255", true)]
    public void Private_addresses_are_known(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, WebhookTargets.IsPrivate(IPAddress.Parse(address)));

    private string Hooks => $"/v1/projects/{_project}/webhooks";

    private async Task<(string Id, string Secret)> RegisterAsync(params string[] types)
    {
        var made = await _server.Client.PostAsync(
            Hooks,
            new JsonObject { ["url"] = _receiver.Url, ["events"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]) }
        );
        return (made.Id(), (string)made["secret"]!);
    }

    private async Task<string> CompletedNoteAsync()
    {
        string note = await _server.NewNoteAsync(_project, "Takes metformin.");
        await _server.Client.PostAsync($"/v1/documents/{note}/complete", new JsonObject { ["revision"] = 0 });
        return note;
    }

    private async Task<JsonNode> HookAsync(string id) =>
        (await _server.Client.GetJsonAsync(Hooks))["items"]!.AsArray().Single(hook => (string)hook!["id"]! == id)!;

    private async Task<JsonNode> DeliveryAsync(string hook, Func<JsonNode, bool> wanted)
    {
        for (int i = 0; i < 600; i++)
        {
            var deliveries = (await _server.Client.GetJsonAsync($"{Hooks}/{hook}/deliveries"))["items"]!.AsArray();
            if (deliveries.FirstOrDefault(delivery => wanted(delivery!)) is { } found)
            {
                return found;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("No delivery came to be like that.");
    }
}
