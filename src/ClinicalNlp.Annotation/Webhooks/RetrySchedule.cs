namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>When a message that failed is sent again: soon at first, then ever later, for a day and a half.</summary>
public static class RetrySchedule
{
    /// <summary>An address that has failed for this long is told nothing any more.</summary>
    public static readonly TimeSpan DisableAfter = TimeSpan.FromDays(3);

    // The pauses that the Standard Webhooks specification recommends, to its seventh.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
    ];

    // Addresses that failed together do not come back together.
    private const double Jitter = 0.2;

    /// <param name="attempts">How often it was sent.</param>
    /// <param name="random">In [0, 1).</param>
    /// <returns>Null when it is given up.</returns>
    public static TimeSpan? After(int attempts, double random) =>
        attempts < 1 || attempts > Pauses.Length ? null : Pauses[attempts - 1] * (1 + (Jitter * ((2 * random) - 1)));
}
