using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Extraction;

public sealed class InferenceQueueTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task What_waits_for_the_same_model_goes_together_and_other_models_do_not()
    {
        using var queue = Queue(workers: 1);
        var (one, other) = (new object(), new object());
        using var first = new PacedWork(one);
        var opening = queue.RunAsync(first, CancellationToken.None);
        await first.Entered;
        PacedWork[] waiting = [.. ((object[])[one, one, other, one]).Select(model => new PacedWork(model, held: false))];
        var rest = waiting.Select(work => queue.RunAsync(work, CancellationToken.None)).ToArray();
        first.Release();
        await Task.WhenAll([opening, .. rest]);
        // Strictly in turn: the third wants another model and ends the batch.
        Assert.Equal([1, 2, 2, 1, 1], (int[])[first.Company, .. waiting.Select(work => work.Company)]);
        Array.ForEach(waiting, work => work.Dispose());
    }

    [Fact]
    public async Task A_full_queue_refuses_and_recovers()
    {
        using var queue = Queue(workers: 1, length: 2);
        using var first = new PacedWork(new object());
        using var second = new PacedWork(new object(), held: false);
        var running = queue.RunAsync(first, CancellationToken.None);
        var waiting = queue.RunAsync(second, CancellationToken.None);
        using var third = new PacedWork(new object(), held: false);
        var refused = await Assert.ThrowsAsync<QueueFullException>(() => queue.RunAsync(third, CancellationToken.None));
        Assert.Equal("queue_full", refused.Code);
        Assert.InRange(refused.RetryAfterSeconds!.Value, 1, 60);
        first.Release();
        await Task.WhenAll(running, waiting);
        Assert.Equal(0, queue.Held);
        await queue.RunAsync(third, CancellationToken.None);
    }

    [Fact]
    public async Task The_texts_that_wait_are_bounded_by_their_length_too()
    {
        using var queue = Queue(workers: 1, characters: 100);
        using var large = new PacedWork(new object(), length: 1000);
        var running = queue.RunAsync(large, CancellationToken.None); // alone it is taken
        using var small = new PacedWork(new object(), held: false, length: 1);
        await Assert.ThrowsAsync<QueueFullException>(() => queue.RunAsync(small, CancellationToken.None));
        large.Release();
        await running;
        await queue.RunAsync(small, CancellationToken.None);
    }

    [Fact]
    public async Task Cancelled_while_waiting_a_request_gives_its_place_back_at_once()
    {
        using var queue = Queue(workers: 1, length: 2);
        using var first = new PacedWork(new object());
        var running = queue.RunAsync(first, CancellationToken.None);
        await first.Entered;
        using var gone = new CancellationTokenSource();
        using var second = new PacedWork(new object());
        var waiting = queue.RunAsync(second, gone.Token);
        Assert.Equal(2, queue.Held);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, queue.Held);
        using var third = new PacedWork(new object(), held: false);
        var next = queue.RunAsync(third, CancellationToken.None);
        first.Release();
        await Task.WhenAll(running, next);
        Assert.Equal(0, second.Company); // never run
    }

    [Fact]
    public async Task Cancelled_while_running_a_request_ends_when_its_model_is_no_longer_used()
    {
        using var queue = Queue(workers: 1);
        using var gone = new CancellationTokenSource();
        using var work = new PacedWork(new object(), pieces: 5);
        var running = queue.RunAsync(work, gone.Token);
        await work.Entered;
        await gone.CancelAsync();
        Assert.False(running.IsCompleted);
        work.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((1, 0), (work.Ran, queue.Held));
    }

    [Fact]
    public async Task One_bad_text_fails_alone()
    {
        using var queue = Queue(workers: 1);
        var model = new object();
        using var first = new PacedWork(model);
        var opening = queue.RunAsync(first, CancellationToken.None);
        await first.Entered;
        using var bad = new PacedWork(model, held: false, fails: true);
        using var good = new PacedWork(model, held: false);
        var (failing, passing) = (queue.RunAsync(bad, CancellationToken.None), queue.RunAsync(good, CancellationToken.None));
        first.Release();
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await Task.WhenAll(opening, passing);
        Assert.Equal(1, good.Company);
    }

    [Fact]
    public async Task A_newcomer_does_not_wait_for_a_long_one_nor_a_long_one_for_ever()
    {
        using var queue = Queue(workers: 1);
        using var book = new PacedWork(new object(), pieces: 40);
        var reading = queue.RunAsync(book, CancellationToken.None);
        await book.Entered;
        PacedWork[] notes = [.. Enumerable.Range(0, 12).Select(_ => new PacedWork(new object(), held: false, watched: book))];
        var answers = notes.Select(note => queue.RunAsync(note, CancellationToken.None)).ToArray();
        book.Release();
        await Task.WhenAll([reading, .. answers]);
        // Of the book one piece was being run; then four notes each time before its next.
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], notes.Select(note => note.Seen));
        Assert.Equal(40, book.Ran);
        Array.ForEach(notes, note => note.Dispose());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_run_at_once_than_there_are_workers(int workers)
    {
        using var queue = Queue(workers);
        PacedWork[] works = [.. Enumerable.Range(0, 30).Select(_ => new PacedWork(new object(), held: false, pieces: 3))];
        await Task.WhenAll(works.Select(work => queue.RunAsync(work, CancellationToken.None)));
        Assert.All(works, work => Assert.Equal(3, work.Ran));
        Assert.InRange(works.Max(work => work.Most), 1, workers);
    }

    [Fact]
    public async Task Stopping_cancels_what_waits()
    {
        var queue = Queue(workers: 1);
        using var first = new PacedWork(new object());
        var running = queue.RunAsync(first, CancellationToken.None);
        await first.Entered;
        using var second = new PacedWork(new object());
        var waiting = queue.RunAsync(second, CancellationToken.None);
        var stopping = Task.Run(queue.Dispose);
        first.Release();
        await running;
        await stopping;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task What_it_does_is_measured()
    {
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                // Other tests' queues have meters of the same name.
                if (ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>()))
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        using var queue = Queue(workers: 1, length: 1);
        using var work = new PacedWork(new object());
        var running = queue.RunAsync(work, CancellationToken.None);
        await work.Entered;
        await Assert.ThrowsAsync<QueueFullException>(() => queue.RunAsync(new PacedWork(new object()), CancellationToken.None));
        listener.RecordObservableInstruments();
        work.Release();
        await running;
        Assert.Equal(1, seen["clinicalnlp.inference.queue.length"]);
        Assert.Equal(1, seen["clinicalnlp.inference.batch.size"]);
        Assert.Equal(1, seen["clinicalnlp.inference.refused"]);
        Assert.InRange(seen["clinicalnlp.inference.wait"], 0, 60);
    }

    public void Dispose() => _services.Dispose();

    private InferenceQueue Queue(int workers, int length = 100, long characters = 1_000_000)
    {
        var options = ServerOptions.Parse([], null, "/somewhere") with
        {
            Workers = workers,
            QueueLength = length,
            QueueCharacters = characters,
        };
        return new InferenceQueue(options, new QueueMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
    }
}

/// <summary>Work that is held until it is released, and that remembers how it was run.</summary>
internal sealed class PacedWork(
    object model,
    bool held = true,
    int pieces = 1,
    bool fails = false,
    long length = 10,
    PacedWork? watched = null
) : InferenceWork, IDisposable
{
    private static int s_running;
    private readonly ManualResetEventSlim _released = new(!held);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _cut;
    private int _ran;

    public override object Model => model;

    public override long Length => length;

    public override bool HasMore => _cut < pieces;

    /// <summary>Done when a piece of it is being run.</summary>
    public Task Entered => _entered.Task;

    /// <summary>Pieces that its first went with, itself included.</summary>
    public int Company { get; private set; }

    public int Ran => Volatile.Read(ref _ran);

    /// <summary>Most that ran at once, of all, while it did.</summary>
    public int Most { get; private set; }

    /// <summary>Pieces of the watched work that were run when this one's was.</summary>
    public int Seen { get; private set; }

    public void Release() => _released.Set();

    public override InferencePiece? Cut() => _cut++ < pieces ? new Piece(this, pieces > 1 ? 1 : 0.5) : null;

    public override void Run(IReadOnlyList<InferencePiece> pieces)
    {
        var running = Interlocked.Increment(ref s_running);
        foreach (var work in pieces.Select(piece => (PacedWork)piece.Work))
        {
            work.Begin(pieces.Count, running);
        }

        Interlocked.Decrement(ref s_running);
    }

    /// <summary>A test that fails must not leave a worker held, for which its queue would wait.</summary>
    public void Dispose() => _released.Set();

    private void Begin(int company, int running)
    {
        Company = company;
        Most = Math.Max(Most, running);
        Seen = watched?.Ran ?? 0;
        _entered.TrySetResult();
        _released.Wait();
        if (fails)
        {
            throw new InvalidOperationException("bad text");
        }

        Interlocked.Increment(ref _ran);
    }

    private sealed record Piece(InferenceWork Work, double Fill) : InferencePiece(Work, Fill);
}
