namespace ClinicalNlp.Training.Optimisation;

/// <summary>Warm-up, then decay to zero, as a function of the share of the run that is done: of steps or, under a time bound, of time.</summary>
public sealed record LearningRate(double Peak, double WarmUp = 0.05, Decay Decay = Decay.Linear)
{
    /// <param name="done">Share of the run in [0, 1].</param>
    public float At(double done)
    {
        if (done < WarmUp)
            return (float)(Peak * Math.Max(done / WarmUp, 0.01));
        double left = Math.Clamp((1 - done) / (1 - WarmUp), 0, 1);
        return (float)(Peak * (Decay == Decay.Cosine ? (1 - Math.Cos(Math.PI * left)) / 2 : left));
    }
}

/// <summary>How the rate falls after the warm-up.</summary>
public enum Decay
{
    Linear,
    Cosine,
}
