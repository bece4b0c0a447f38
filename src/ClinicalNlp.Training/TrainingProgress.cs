namespace ClinicalNlp.Training;

/// <summary>One report of a long run: phase, done of total, rate and time left.</summary>
/// <param name="Phase">For example "preparing", "training", "evaluating", "writing".</param>
/// <param name="Unit">What done and total count, for example "documents".</param>
/// <param name="PerSecond">Units a second, measured over this phase.</param>
/// <param name="TimeLeft">Estimated time to the end of the phase; null while unknown.</param>
/// <param name="Loss">Mean training loss since the last report.</param>
/// <param name="DevScore">The score that decides stopping (micro F1 or accuracy, in [0, 1]) when one was just measured.</param>
public sealed record TrainingProgress(
    string Phase,
    long Done,
    long Total,
    string Unit,
    double PerSecond,
    TimeSpan? TimeLeft,
    int Epoch = 0,
    double? Loss = null,
    double? DevScore = null
);
