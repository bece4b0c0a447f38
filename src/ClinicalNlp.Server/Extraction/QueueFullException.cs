using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Extraction;

/// <summary>As many requests as the queue takes wait already.</summary>
public sealed class QueueFullException(int held, int seconds)
    : ProblemException("queue_full", $"{held} requests wait already. Come back in {seconds} seconds.")
{
    public override int? RetryAfterSeconds => seconds;
}
