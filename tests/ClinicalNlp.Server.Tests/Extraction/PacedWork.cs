using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Tests.Extraction;

/// <summary>Work that is held until it is released, and that remembers how it was run.</summary>
internal sealed class PacedWork(
    object model,
    bool held = true,
    int pieces = 1,
    bool fails = false,
    long length = 10,
    PacedWork? watched = null,
    Concurrency? meter = null,
    bool cutHeld = false,
    bool cutFails = false
) : InferenceWork, IDisposable
{
    private readonly ManualResetEventSlim _released = new(!held);
    private readonly ManualResetEventSlim _cutReleased = new(!cutHeld);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cutting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _cut;
    private int _ran;

    public override object Model => model;

    public override long Length => length;

    public override bool HasMore => _cut < pieces;

    public int Pieces => pieces;

    public bool Fails => fails || cutFails;

    /// <summary>Done when a piece of it is being run.</summary>
    public Task Entered => _entered.Task;

    /// <summary>Done when its first piece is being cut.</summary>
    public Task Cutting => _cutting.Task;

    /// <summary>Pieces that its last went with, itself included.</summary>
    public int Company { get; private set; }

    public int Ran => Volatile.Read(ref _ran);

    /// <summary>Pieces of the watched work that were run when this one's was.</summary>
    public int Seen { get; private set; }

    public void Release() => _released.Set();

    public void ReleaseCut() => _cutReleased.Set();

    public override InferencePiece? Cut()
    {
        _cutting.TrySetResult();
        _cutReleased.Wait();
        if (cutFails)
        {
            throw new InvalidOperationException("uncuttable text");
        }

        return _cut++ < pieces ? new Piece(this, pieces > 1 ? 1 : 0.5) : null;
    }

    public override void Run(IReadOnlyList<InferencePiece> pieces)
    {
        meter?.Enter();
        try
        {
            PacedWork[] works = [.. pieces.Select(piece => (PacedWork)piece.Work)];
            Array.ForEach(works, work => work.Begin(works.Length));
            // Like a network: the batch fails or succeeds as one.
            Array.ForEach(works, work => Interlocked.Increment(ref work._ran));
        }
        finally
        {
            meter?.Leave();
        }
    }

    /// <summary>A test that fails must not leave a worker held, for which its queue would wait.</summary>
    public void Dispose()
    {
        Release();
        ReleaseCut();
    }

    private void Begin(int company)
    {
        Company = company;
        Seen = watched?.Ran ?? 0;
        _entered.TrySetResult();
        _released.Wait();
        if (fails)
        {
            throw new InvalidOperationException("bad text");
        }
    }

    private sealed record Piece(InferenceWork Work, double Fill) : InferencePiece(Work, Fill);
}

/// <summary>How many runs there are at once, and were at most.</summary>
internal sealed class Concurrency
{
    private int _running;
    private int _most;

    public int Most => Volatile.Read(ref _most);

    public void Enter()
    {
        var running = Interlocked.Increment(ref _running);
        for (var most = Most; running > most; most = Most)
        {
            Interlocked.CompareExchange(ref _most, running, most);
        }
    }

    public void Leave() => Interlocked.Decrement(ref _running);
}
