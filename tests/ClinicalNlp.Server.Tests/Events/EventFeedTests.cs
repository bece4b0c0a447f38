using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Events;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Browser;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Events;

public sealed class EventFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private RunningServer _server = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _project = await _server.NewProjectAsync("Followed");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_happens_is_told_while_it_happens_without_words_of_a_document()
    {
        await using var listener = await Listener.StartAsync(_server.Client, _project);
        Assert.Equal("ready", (await listener.NextAsync()).EventType);
        string elsewhere = await _server.NewProjectAsync("Other");
        await _server.NewNoteAsync(elsewhere, "Not told here.");
        string note = await _server.NewNoteAsync(_project, "Takes metformin.");
        await _server.Client.PostAsync($"/v1/documents/{note}/complete", new JsonObject { ["revision"] = 0 });

        var added = await listener.NextAsync();
        var completed = await listener.NextAsync();
        Assert.Equal("documents.added", (string)JsonNode.Parse(added.Data)!["type"]!);
        var told = JsonNode.Parse(completed.Data)!;
        Assert.Equal(("document.completed", note, true), ((string)told["type"]!, (string)told["data"]!["document"]!, (bool)told["own"]!));
        Assert.Equal(completed.EventId, ((long)told["id"]!).ToString(CultureInfo.InvariantCulture));
        Assert.DoesNotContain("metformin", added.Data + completed.Data, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_listener_that_comes_back_hears_what_it_missed_once()
    {
        string id;
        await using (var listener = await Listener.StartAsync(_server.Client, _project))
        {
            id = (await listener.NextAsync()).EventId!; // of a listener that heard nothing yet
        }

        string first = await _server.NewNoteAsync(_project, "One.");
        string second = await _server.NewNoteAsync(_project, "Two.");
        await _server.Client.PostAsync($"/v1/documents/{first}/complete", new JsonObject { ["revision"] = 0 });
        await using (var listener = await Listener.StartAsync(_server.Client, _project, id))
        {
            Assert.Equal("ready", (await listener.NextAsync()).EventType);
            Assert.Contains("documents.added", (await listener.NextAsync()).Data, StringComparison.Ordinal);
            id = (await listener.NextAsync()).EventId!;
        }

        await _server.Client.PostAsync($"/v1/documents/{second}/complete", new JsonObject { ["revision"] = 0 });
        await using var last = await Listener.StartAsync(_server.Client, _project, id);
        await last.NextAsync();
        Assert.Contains(first, (await last.NextAsync()).Data, StringComparison.Ordinal);
        Assert.Contains(second, (await last.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_to_what_is_forgotten_is_told_to_begin_anew()
    {
        await using var listener = await Listener.StartAsync(_server.Client, _project, "123456789");
        Assert.Equal("reset", (await listener.NextAsync()).EventType);
    }

    [Fact]
    public async Task Only_people_of_the_project_listen()
    {
        using var ana = _server.SignInAs("ana", _project);
        using var stranger = _server.SignInAs("otto");
        await using var listener = await Listener.StartAsync(ana, _project);
        await listener.NextAsync();
        await _server.NewNoteAsync(_project, "By somebody else.");
        Assert.False((bool)JsonNode.Parse((await listener.NextAsync()).Data)!["own"]!);
        var (status, _) = await stranger.SendAsync(HttpMethod.Get, $"/v1/projects/{_project}/events");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("invalid_value", (await ana.SendAsync(HttpMethod.Get, $"/v1/projects/{_project}/events?after=x")).Body.Code());
    }

    [Fact]
    public void Listeners_are_bounded_and_leave_their_places()
    {
        var feed = _server.App.Services.GetRequiredService<EventFeed>();
        var places = Enumerable.Range(0, EventFeed.MostListeners).Select(_ => feed.Enter()).ToList();
        Assert.Equal("queue_full", Assert.Throws<ProblemException>(feed.Enter).Code);
        places[0].Dispose();
        places[0].Dispose(); // twice is once
        places[0] = feed.Enter();
        Assert.Throws<ProblemException>(feed.Enter);
        places.ForEach(place => place.Dispose());
    }

    /// <summary>Reads a stream by the parser of .NET, which knows nothing of the service.</summary>
    private sealed class Listener(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<Listener> StartAsync(HttpClient client, string project, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/projects/{project}/events");
            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }

            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            return new Listener(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        /// <summary>The next that is no heartbeat and not of the suggestions that come with every note of these tests.</summary>
        public async Task<SseItem<string>> NextAsync()
        {
            do
            {
                Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Patience), "The stream has ended.");
            } while (items.Current.EventType == "heartbeat" || items.Current.Data.Contains("document.suggested", StringComparison.Ordinal));
            return items.Current;
        }

        public ValueTask DisposeAsync()
        {
            answer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
