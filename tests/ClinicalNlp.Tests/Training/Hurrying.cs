namespace ClinicalNlp.Tests.Training;

/// <summary>A clock on which some seconds pass whenever somebody looks, so that bounds of time are met on any machine at the same step.</summary>
internal sealed class Hurrying(long seconds) : TimeProvider
{
    private long looks;

    public override long TimestampFrequency => 1;

    public TimeSpan Passed => TimeSpan.FromSeconds(seconds * Interlocked.Read(ref looks));

    public override long GetTimestamp() => seconds * Interlocked.Increment(ref looks);
}
