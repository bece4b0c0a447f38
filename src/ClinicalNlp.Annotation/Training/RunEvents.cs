using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Tells whoever listens how runs go on. Nothing here is stored; a listener that comes late gets the last event first.</summary>
public sealed class RunEvents
{
    // A listener that does not read loses the oldest reports, never the newest.
    private const int Backlog = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<string, RunEvent> last = [];
    private readonly Dictionary<string, List<Channel<RunEvent>>> listeners = [];

    /// <summary>The events of a run, to its end.</summary>
    /// <param name="now">The run as it is stored, given when nothing has been heard of it since the program started.</param>
    public async IAsyncEnumerable<RunEvent> Follow(TrainingRun now, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<RunEvent>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        lock (gate)
        {
            if (!listeners.TryGetValue(now.Id, out var of))
            {
                listeners[now.Id] = of = [];
            }

            of.Add(channel);
            var newest = last.GetValueOrDefault(now.Id);
            // An end that was stored before anybody heard of it is news; an end that was heard of is never older than the row.
            channel.Writer.TryWrite(newest is null || (now.IsOver && !newest.Run.IsOver) ? new RunEvent(now, now.Progress) : newest);
        }

        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
                if (item.Run.IsOver)
                {
                    yield break;
                }
            }
        }
        finally
        {
            lock (gate)
            {
                listeners[now.Id].Remove(channel);
                if (listeners[now.Id].Count == 0)
                {
                    listeners.Remove(now.Id);
                }
            }
        }
    }

    internal void Publish(RunEvent item)
    {
        lock (gate)
        {
            last[item.Run.Id] = item;
            foreach (var channel in listeners.GetValueOrDefault(item.Run.Id, []))
            {
                channel.Writer.TryWrite(item);
            }
        }
    }
}
