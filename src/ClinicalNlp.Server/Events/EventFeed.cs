using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Events;

/// <param name="Data">Identifiers and counts.</param>
/// <param name="Own">Whether the listener did it, in this window or another.</param>
public sealed record EventAnswer(long Id, string Type, JsonObject Data, bool Own, DateTimeOffset At);

/// <summary>What happens in projects, told to whoever listens. Every listener reads the store at its own pace; nothing is queued for one that is slow.</summary>
public sealed class EventFeed : IDisposable
{
    /// <summary>A connection each; beyond them a page asks again later.</summary>
    public const int MostListeners = 500;

    private const int Batch = 100;

    /// <summary>Proxies close connections that are silent for half a minute or more.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A listener comes back by itself, and is asked anew who it is and what it may see.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly EventStore store;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider time;
    private TaskCompletionSource news = New();
    private int listeners;

    public EventFeed(EventStore store, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        (this.store, this.lifetime, this.time) = (store, lifetime, time);
        store.Announced += Wake;
    }

    /// <summary>Done when something happens after this was asked for.</summary>
    public Task News => Volatile.Read(ref news).Task;

    public void Dispose() => store.Announced -= Wake;

    /// <summary>A place among the listeners, until it is disposed of.</summary>
    /// <exception cref="ProblemException"><c>queue_full</c>.</exception>
    public IDisposable Enter()
    {
        var place = new Place(this);
        if (Interlocked.Increment(ref listeners) <= MostListeners)
        {
            return place;
        }

        place.Dispose();
        throw new ProblemException("queue_full", $"There are {MostListeners} listeners already.");
    }

    /// <param name="after">The last event that the listener has heard; null for none, which starts from now.</param>
    public async IAsyncEnumerable<SseItem<object>> FollowAsync(
        string projectId,
        long? after,
        string actor,
        Func<ProjectEvent, bool> isVisible,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        long start = time.GetTimestamp();
        bool forgotten = after is { } given && store.IsForgotten(given);
        long last = forgotten || after is null ? store.Newest() : after.Value;
        // Both carry an id, so that a listener of whom nothing was heard yet also comes back to the right place.
        yield return Named(forgotten ? "reset" : "ready", last);
        while (!end.IsCancellationRequested && time.GetElapsedTime(start) < Longest)
        {
            var happening = News; // before the store is read: what happens while it is read is not missed
            var events = store.After(projectId, last, Batch);
            foreach (var item in events)
            {
                last = item.Id;
                if (isVisible(item))
                {
                    var answer = new EventAnswer(item.Id, item.Type, item.Data, item.Actor == actor, item.At);
                    yield return new SseItem<object>(answer) { EventId = Id(last) };
                }
            }

            if (events.Count < Batch && !await HappensAsync(happening, end.Token))
            {
                yield return Named("heartbeat", last);
            }
        }
    }

    /// <summary>Whether something happened before the next heartbeat is due.</summary>
    private static async Task<bool> HappensAsync(Task happening, CancellationToken cancellation)
    {
        try
        {
            await happening.WaitAsync(Heartbeat, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void Wake(object? sender, EventArgs e) => Interlocked.Exchange(ref news, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SseItem<object> Named(string name, long id) => new(new { id }, name) { EventId = Id(id) };

    private static string Id(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Place(EventFeed feed) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                Interlocked.Decrement(ref feed.listeners);
            }
        }
    }
}
