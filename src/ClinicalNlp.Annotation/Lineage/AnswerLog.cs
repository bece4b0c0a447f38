using System.Collections.Concurrent;
using System.Security.Cryptography;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>Records answers beside the requests: a request pays for an id and a place in a queue, a thread writes what has gathered.</summary>
/// <remarks>
/// Where more comes than can be written, answers are counted without a row (<see cref="AnswerCount.Lost"/>); nobody waits. A kill loses what
/// was not written yet, at most <see cref="Interval"/>, and shows as a <see cref="RecordingGap"/>. Either way the id tells its version.
/// </remarks>
public sealed class AnswerLog : IDisposable
{
    public static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(365);

    /// <summary>How long an answer may wait to be written; one sync of the disk for all that came meanwhile.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(1);

    /// <summary>Answers that may wait: some megabytes, and more than two processors answer in the interval.</summary>
    private readonly int capacity;

    private readonly AnswerStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan? retention;
    private readonly ConcurrentQueue<Answer> waiting = new();
    private readonly ConcurrentQueue<AnswerTally> uncounted = new();
    private readonly AutoResetEvent came = new(false);
    private readonly ManualResetEventSlim stopping = new();

    // Over taking from the queue and writing, so that who waits for the lock finds everything written.
    private readonly Lock writing = new();
    private Thread? thread;
    private long recording;

    // Anywhere, so that a clock that was set back does not make an id again.
    private int counter = RandomNumberGenerator.GetInt32(1 << 24);
    private int count;

    /// <param name="retention">How long answers are kept; null keeps them for ever.</param>
    public AnswerLog(AnnotationDatabase database, TimeSpan? retention)
        : this(database, retention, capacity: 20_000) { }

    internal AnswerLog(AnnotationDatabase database, TimeSpan? retention, int capacity)
    {
        store = new AnswerStore(database);
        time = database.Time;
        this.retention = retention;
        this.capacity = capacity;
    }

    /// <summary>Begins to write. Answers from before wait.</summary>
    public void Start()
    {
        recording = store.Begin();
        thread = new Thread(Work) { IsBackground = true, Name = "answers" };
        thread.Start();
    }

    /// <summary>Records an answer that is about to be given; never waits and never fails.</summary>
    /// <param name="fingerprint">Of the bundle that made it.</param>
    /// <returns>Its id.</returns>
    public string Record(AnswerKind kind, ModelStamp model, string fingerprint, string actor, int texts, int findings)
    {
        var answer = New(kind, model, fingerprint, actor, null, texts, findings);
        if (Interlocked.Increment(ref count) > capacity)
        {
            Interlocked.Decrement(ref count);
            Lose([answer]);
        }
        else
        {
            waiting.Enqueue(answer);
            came.Set();
        }

        return answer.Id;
    }

    /// <summary>An answer about a stored document, for the store to write with what it is about.</summary>
    public Answer New(AnswerKind kind, ModelStamp model, string fingerprint, string actor, string? documentId, int texts, int findings)
    {
        var at = StoredTime.Rounded(time.GetUtcNow());
        string id = store.NewId(at, Interlocked.Increment(ref counter), kind, model, fingerprint, actor);
        return new Answer(id, at, actor, kind, model, documentId, texts, findings);
    }

    /// <summary>Writes what waits; after it, answers given before it are found.</summary>
    /// <exception cref="StorageException">They could not be written, and are counted as lost when they can.</exception>
    public void Flush()
    {
        lock (writing)
        {
            if (recording == 0)
            {
                return;
            }

            var answers = new List<Answer>();
            while (waiting.TryDequeue(out var answer))
            {
                answers.Add(answer);
            }

            Interlocked.Add(ref count, -answers.Count);
            var tallies = new List<AnswerTally>();
            while (uncounted.TryDequeue(out var tally))
            {
                tallies.Add(tally);
            }

            if (answers.Count + tallies.Count == 0)
            {
                return;
            }

            try
            {
                store.Flush(recording, answers, AnswerTally.Sum([.. tallies, .. answers.Select(answer => AnswerTally.Of(answer))]));
            }
            catch
            {
                foreach (var tally in AnswerTally.Sum([.. tallies, .. answers.Select(answer => AnswerTally.Of(answer, lost: true))]))
                {
                    uncounted.Enqueue(tally);
                }

                throw;
            }
        }
    }

    public void Dispose()
    {
        if (thread is null)
        {
            return;
        }

        stopping.Set();
        came.Set();
        thread.Join();
        thread = null;
        try
        {
            Flush();
            store.End(recording);
        }
        catch (StorageException)
        {
            // Not ended: the next start shows the gap.
        }
    }

    private void Lose(IReadOnlyList<Answer> answers)
    {
        foreach (var answer in answers)
        {
            uncounted.Enqueue(AnswerTally.Of(answer, lost: true));
        }
    }

    private void Work()
    {
        long? forgotten = null;
        while (!stopping.IsSet)
        {
            came.WaitOne(BetweenForgetting);
            stopping.Wait(Interval);
            try
            {
                Flush();
                if (retention is { } kept && (forgotten is not { } last || time.GetElapsedTime(last) >= BetweenForgetting))
                {
                    store.Forget(time.GetUtcNow() - kept);
                    forgotten = time.GetTimestamp();
                }
            }
            catch (StorageException)
            {
                // The disk is full or gone. What could not be kept is counted as lost as soon as something can be written.
            }
        }
    }
}
