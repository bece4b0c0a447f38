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
        var meter = new Concurrency();
        PacedWork[] works = [.. Enumerable.Range(0, 30).Select(_ => new PacedWork(new object(), held: false, pieces: 3, meter: meter))];
        await Task.WhenAll(works.Select(work => queue.RunAsync(work, CancellationToken.None)));
        Assert.All(works, work => Assert.Equal(3, work.Ran));
        Assert.InRange(meter.Most, 1, workers);
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
        // What waits is answered before what runs has ended; only then is that let go, or the worker could still take the second.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(stopping.IsCompleted);
        first.Release();
        await running;
        await stopping;
        Assert.Equal((0, 0), (second.Ran, queue.Held));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queue.RunAsync(second, CancellationToken.None));
    }

    [Fact]
    public async Task Stopping_cancels_what_has_pieces_left()
    {
        var queue = Queue(workers: 1);
        using var book = new PacedWork(new object(), pieces: 3);
        var reading = queue.RunAsync(book, CancellationToken.None);
        await book.Entered;
        // Taken off the line by no worker, since the only one is held; never run, so its end shows that the stop has begun.
        using var sentinel = new PacedWork(new object());
        var waiting = queue.RunAsync(sentinel, CancellationToken.None);
        var stopping = Task.Run(queue.Dispose);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        book.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await stopping;
        Assert.Equal((1, 0), (book.Ran, queue.Held));
    }

    [Fact]
    public async Task Stopped_while_a_piece_is_being_cut_a_request_is_cancelled_after_that_piece()
    {
        var queue = Queue(workers: 1);
        using var book = new PacedWork(new object(), held: false, pieces: 3, cutHeld: true);
        var reading = queue.RunAsync(book, CancellationToken.None);
        await book.Cutting;
        using var sentinel = new PacedWork(new object());
        var waiting = queue.RunAsync(sentinel, CancellationToken.None);
        var stopping = Task.Run(queue.Dispose);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        book.ReleaseCut();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await stopping;
        Assert.Equal((1, 0), (book.Ran, queue.Held));
    }

    [Fact]
    public async Task A_text_that_cannot_be_cut_fails_and_the_worker_goes_on()
    {
        using var queue = Queue(workers: 1);
        using var bad = new PacedWork(new object(), held: false, cutFails: true);
        using var good = new PacedWork(new object(), held: false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.RunAsync(bad, CancellationToken.None));
        await queue.RunAsync(good, CancellationToken.None);
        Assert.Equal((0, 1, 0), (bad.Ran, good.Ran, queue.Held));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public async Task Every_request_ends_whatever_is_cancelled_or_fails(int workers, int seed)
    {
        using var queue = Queue(workers, length: 10_000);
        var random = new Random(seed);
        object[] shared = [new(), new()];
        var endings = await Task.WhenAll(
            Enumerable
                .Range(0, 2000)
                .Select(i =>
                {
                    var work = new PacedWork(
                        shared[random.Next(2)],
                        held: false,
                        pieces: random.Next(0, 4),
                        fails: random.Next(10) == 0,
                        cutFails: random.Next(20) == 0
                    );
                    return EndAsync(queue, work, cancel: random.Next(4) == 0, after: random.Next(200));
                })
        );
        Assert.Equal(2000, endings.Length);
        Assert.Contains(true, endings);
        Assert.Equal(0, queue.Held);
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

    /// <summary>Whether every piece was run.</summary>
    private static async Task<bool> EndAsync(InferenceQueue queue, PacedWork work, bool cancel, int after)
    {
        using var gone = new CancellationTokenSource();
        var running = Task.Run(() => queue.RunAsync(work, gone.Token));
        if (cancel)
        {
            await Task.Run(() => Thread.SpinWait(after));
            await gone.CancelAsync();
        }

        try
        {
            await running;
        }
        catch (Exception e) when (e is OperationCanceledException || (e is InvalidOperationException && work.Fails))
        {
            return false;
        }

        Assert.Equal(work.Pieces, work.Ran);
        return true;
    }

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
