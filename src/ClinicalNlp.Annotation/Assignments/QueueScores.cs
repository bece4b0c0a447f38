using System.Collections.Concurrent;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>How much each document of a project is worth doing next, kept where it takes long to find out.</summary>
/// <remarks>
/// In a large project scores are a second's work, and fifty people ask for work all the time: they are computed anew for at most a
/// twentieth of the time, so that an order may lag behind what was just finished. In a small one they are always as of now.
/// </remarks>
internal sealed class QueueScores(AnnotationDatabase database)
{
    private const int MostShare = 20;

    /// <summary>What took less is never kept.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<(string ProjectId, QueueOrder Order), Kept> all = [];

    /// <returns>By document; those without what the order needs are absent.</returns>
    public IReadOnlyDictionary<string, double> Of(string projectId, QueueOrder order)
    {
        var kept = all.GetOrAdd((projectId, order), static _ => new Kept());
        // Who comes while it is computed waits for the same.
        lock (kept)
        {
            var time = database.Time;
            if (kept.Scores is not null && time.GetTimestamp() < kept.Until)
            {
                return kept.Scores;
            }

            long started = time.GetTimestamp();
            var scores = database.Read(connection => StoredQueueScores.Of(connection, projectId, order));
            long done = time.GetTimestamp();
            kept.Scores = time.GetElapsedTime(started, done) < Short ? null : scores;
            kept.Until = done + (done - started) * MostShare;
            return scores;
        }
    }

    private sealed class Kept
    {
        public IReadOnlyDictionary<string, double>? Scores { get; set; }

        /// <summary>A <see cref="TimeProvider.GetTimestamp"/>.</summary>
        public long Until { get; set; }
    }
}
