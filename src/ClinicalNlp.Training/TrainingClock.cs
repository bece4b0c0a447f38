namespace ClinicalNlp.Training;

/// <summary>How much of a run is done: by steps or, when the steps would overrun the time bound, by time.</summary>
/// <remarks>
/// The learning rate follows this share, so it reaches zero at the bound whatever the machine is doing. A run that fits its bound
/// follows its steps alone and repeats exactly for its seed.
/// </remarks>
internal sealed class TrainingClock(TimeProvider time, double? minutes, long totalSteps, long started)
{
    /// <summary>Of the bound, kept for the last evaluation and for writing the bundle.</summary>
    private const double Reserve = 0.08;

    private readonly long trainingStarted = time.GetTimestamp();

    public long Steps { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    public double Done => Math.Min(1, Math.Max((double)Steps / totalSteps, TimeShare));

    public bool IsOver => Done >= 1;

    public TimeSpan? Left
    {
        get
        {
            double done = Done;
            return Steps < 3 ? null : time.GetElapsedTime(trainingStarted) * ((1 - done) / Math.Max(done, 1e-6));
        }
    }

    public void Count() => Steps++;

    private double TimeShare
    {
        get
        {
            if (minutes is not { } bound)
                return 0;
            TimeSpan before = time.GetElapsedTime(started, trainingStarted);
            double budget = (bound * 60 * (1 - Reserve)) - before.TotalSeconds;
            return budget <= 0 ? 1 : time.GetElapsedTime(trainingStarted).TotalSeconds / budget;
        }
    }
}
