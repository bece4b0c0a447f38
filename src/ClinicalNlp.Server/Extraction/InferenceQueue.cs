using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Extraction;

/// <summary>Shares the processors out among the requests: pieces of those that wait go through the network together, and nobody waits for a long one to end.</summary>
/// <remarks>
/// As many workers as there are processors, each a thread of its own that sleeps while there is nothing to do: on the thread pool they would
/// keep the next requests from being read. Nobody lingers for company: a batch is what waits when a worker gets free, so a request that comes
/// alone leaves alone and at once.
/// </remarks>
public sealed class InferenceQueue : IDisposable
{
    /// <summary>Newcomers go first, so that a note does not wait for a book; after so many of them the book gets its turn.</summary>
    private const int NewcomersInRow = 4;

    /// <summary>UTF-16 code units that a worker gets through in a second, to tell a refused client when to come back; half of what was measured.</summary>
    private const int LengthPerSecond = 250_000;

    private const int LongestRetryAfter = 60;

    // A plain object: workers wait on it, which Lock cannot and which, unlike a semaphore, does not spin first.
    private readonly object _gate = new();
    private readonly LinkedList<Ticket> _newcomers = new();
    private readonly LinkedList<Ticket> _underWay = new();
    private readonly int _capacity;
    private readonly long _capacityLength;
    private readonly QueueMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Thread[] _workers;
    private int _held;
    private long _heldLength;
    private int _idle;
    private int _newcomersInRow;
    private bool _stopped;

    public InferenceQueue(ServerOptions options, QueueMetrics metrics, TimeProvider time)
    {
        _capacity = options.QueueLength;
        _capacityLength = options.QueueCharacters;
        _metrics = metrics;
        _time = time;
        metrics.Observe(() => Volatile.Read(ref _held));
        _workers = new Thread[options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"inference {i + 1}" };
            _workers[i].Start();
        }
    }

    /// <summary>Requests that wait or are worked on.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>The mentions of each text.</summary>
    /// <exception cref="QueueFullException">Too much waits already.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<Mention>>> RecognizeAsync(
        EntityRecognizer model,
        IReadOnlyList<string> texts,
        CancellationToken cancellation
    )
    {
        var work = new EntityWork(model, texts);
        await RunAsync(work, cancellation);
        return work.Result;
    }

    /// <summary>The intent of each utterance.</summary>
    /// <exception cref="QueueFullException">Too much waits already.</exception>
    public async Task<IReadOnlyList<IntentPrediction>> ClassifyAsync(
        IntentClassifier model,
        IReadOnlyList<Utterance> utterances,
        CancellationToken cancellation
    )
    {
        var work = new IntentWork(model, utterances);
        await RunAsync(work, cancellation);
        return work.Result;
    }

    /// <summary>Ends when every piece was run, or, cancelled, when no piece of it is being run any more: until then its model is in use.</summary>
    /// <exception cref="QueueFullException">Too much waits already.</exception>
    public async Task RunAsync(InferenceWork work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var ticket = new Ticket(work, _time.GetTimestamp());
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            // One that is longer than the queue is taken while nothing else is held: it could never be taken otherwise.
            if (_held >= _capacity || (_held > 0 && _heldLength + work.Length > _capacityLength))
            {
                _metrics.Refused();
                var seconds = 1 + (_heldLength / ((long)LengthPerSecond * _workers.Length));
                throw new QueueFullException(_held, (int)Math.Min(seconds, LongestRetryAfter));
            }

            _held++;
            _heldLength += work.Length;
            _newcomers.AddLast(ticket.Place);
            Monitor.Pulse(_gate);
        }

        await using (cancellation.UnsafeRegister(_ => Cancel(ticket, cancellation), null))
        {
            await ticket.Done.Task;
        }
    }

    /// <summary>Cancels the requests that have pieces left, and waits for the pieces being run.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            foreach (var ticket in (Ticket[])[.. _newcomers, .. _underWay])
            {
                Cancel(ticket, CancellationToken.None);
            }

            Monitor.PulseAll(_gate);
        }

        foreach (var worker in _workers)
        {
            worker.Join();
        }
    }

    private void Work()
    {
        while (Next() is { } ticket)
        {
            var batch = new List<(Ticket Ticket, InferencePiece Piece)>();
            var fill = 0.0;
            for (Ticket? next = ticket; next is not null; next = fill < 1 ? Companion(ticket) : null)
            {
                if (Cut(next) is { } piece)
                {
                    batch.Add((next, piece));
                    fill += piece.Fill;
                }
            }

            if (batch.Count > 0)
            {
                Run(batch);
            }
        }
    }

    /// <summary>Whose turn it is; null when the service stops.</summary>
    private Ticket? Next()
    {
        lock (_gate)
        {
            _idle++;
            while (!_stopped && _newcomers.Count + _underWay.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            _idle--;
            return _stopped ? null : TakeTurn();
        }
    }

    /// <summary>Whose piece goes along; null when it wants another model, or when somebody is free to run it beside this one.</summary>
    private Ticket? Companion(Ticket ticket)
    {
        lock (_gate)
        {
            return
                !_stopped
                && _newcomers.Count + _underWay.Count > _idle
                && ReferenceEquals(Turn().First!.Value.Work.Model, ticket.Work.Model)
                ? TakeTurn()
                : null;
        }
    }

    /// <summary>The line whose first is next; some request waits.</summary>
    private LinkedList<Ticket> Turn() =>
        _newcomers.Count > 0 && (_underWay.Count == 0 || _newcomersInRow < NewcomersInRow) ? _newcomers : _underWay;

    private Ticket TakeTurn()
    {
        var line = Turn();
        _newcomersInRow = line == _newcomers && _underWay.Count > 0 ? _newcomersInRow + 1 : 0;
        var ticket = line.First!.Value;
        line.RemoveFirst();
        return ticket;
    }

    /// <summary>The next piece of a request, which then lines up again for the rest; null when it is over.</summary>
    private InferencePiece? Cut(Ticket ticket)
    {
        lock (_gate)
        {
            if (ticket.IsEnding)
            {
                return null;
            }

            ticket.Running++;
        }

        try
        {
            if (ticket.Started is { } since)
            {
                ticket.Started = null;
                _metrics.Waited(_time.GetElapsedTime(since));
            }

            var piece = ticket.Work.Cut();
            lock (_gate)
            {
                if (piece is null || !ticket.Work.HasMore)
                {
                    ticket.IsEnding = true;
                }
                else if (_stopped)
                {
                    Cancel(ticket, CancellationToken.None);
                }
                else if (!ticket.IsEnding)
                {
                    _underWay.AddLast(ticket.Place);
                    Monitor.Pulse(_gate);
                }
            }

            if (piece is null)
            {
                Return(ticket, null);
            }

            return piece;
        }
        catch (Exception e)
        {
            Return(ticket, e);
            return null;
        }
    }

    private void Run(List<(Ticket Ticket, InferencePiece Piece)> batch)
    {
        Exception? failure = null;
        try
        {
            _metrics.Ran(batch.Count);
            batch[0].Ticket.Work.Run([.. batch.Select(b => b.Piece)]);
        }
        catch (Exception e)
        {
            failure = e;
        }

        foreach (var (ticket, piece) in batch)
        {
            Return(ticket, failure is null || batch.Count == 1 ? failure : Alone(piece));
        }
    }

    /// <summary>After a batch failed: nobody is to fail for another's text.</summary>
    private static Exception? Alone(InferencePiece piece)
    {
        try
        {
            piece.Work.Run([piece]);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Return(Ticket ticket, Exception? failure)
    {
        lock (_gate)
        {
            ticket.Running--;
            ticket.Failure ??= failure;
            ticket.IsEnding |= ticket.Failure is not null;
            EndIfDone(ticket);
        }
    }

    private void Cancel(Ticket ticket, CancellationToken cancellation)
    {
        lock (_gate)
        {
            ticket.Failure ??= new OperationCanceledException(cancellation);
            ticket.IsEnding = true;
            EndIfDone(ticket);
        }
    }

    /// <summary>Frees the place and answers; what waits for the answer does not run here.</summary>
    private void EndIfDone(Ticket ticket)
    {
        if (ticket.IsEnding)
        {
            // Out of its line at once: what nobody wants any more must not hold its text until its turn comes.
            ticket.Place.List?.Remove(ticket.Place);
        }

        if (ticket.IsOver || !ticket.IsEnding || ticket.Running > 0)
        {
            return;
        }

        ticket.IsOver = true;
        _held--;
        _heldLength -= ticket.Work.Length;
        switch (ticket.Failure)
        {
            case null:
                ticket.Done.SetResult();
                break;
            case OperationCanceledException cancelled:
                ticket.Done.SetCanceled(cancelled.CancellationToken);
                break;
            default:
                ticket.Done.SetException(ticket.Failure);
                break;
        }
    }

    /// <summary>A request in the queue. Everything but its work is guarded by the gate.</summary>
    private sealed class Ticket
    {
        public Ticket(InferenceWork work, long started) => (Work, Started, Place) = (work, started, new LinkedListNode<Ticket>(this));

        public InferenceWork Work { get; }

        /// <summary>In a line while nobody cuts a piece of it.</summary>
        public LinkedListNode<Ticket> Place { get; }

        /// <summary>When it came; null once it was served.</summary>
        public long? Started { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Pieces being cut or run.</summary>
        public int Running { get; set; }

        /// <summary>No more pieces are cut.</summary>
        public bool IsEnding { get; set; }

        public bool IsOver { get; set; }

        public Exception? Failure { get; set; }
    }
}
