using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Training;

namespace ClinicalNlp.Server.Training;

/// <summary>Turns what the worker tells into server-sent events.</summary>
public sealed class RunStream(TrainingWorker worker, RegistryStore registry, IHostApplicationLifetime lifetime)
{
    /// <summary>Proxies close connections that are silent for half a minute or more.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async IAsyncEnumerable<SseItem<object>> FollowAsync(TrainingRun now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // A server that stops does not wait for its listeners.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        yield return State(now);
        if (now.IsOver)
        {
            yield break;
        }

        await using var events = worker.Events.Follow(now, end.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = events.MoveNextAsync().AsTask();
        while (true)
        {
            if (await Task.WhenAny(next, Task.Delay(Heartbeat, CancellationToken.None)) != next)
            {
                yield return new SseItem<object>(new { }, "heartbeat");
                continue;
            }

            if (end.IsCancellationRequested || !await next)
            {
                yield break;
            }

            yield return events.Current.Progress is { } progress && !events.Current.Run.IsOver
                ? new SseItem<object>(ProgressAnswer.Of(progress)!, "progress")
                : State(events.Current.Run);
            next = events.MoveNextAsync().AsTask();
        }
    }

    private SseItem<object> State(TrainingRun run) => new(TrainingRunAnswer.Of(run, registry), "state");
}
