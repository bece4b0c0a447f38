using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks.Peers;

/// <param name="Predicted">An intent for each held-out utterance.</param>
/// <param name="TrainSeconds">From texts in memory or a file to a model, without choosing settings.</param>
/// <param name="UtterancesPerSecond">Predicting with the model loaded.</param>
internal sealed record IntentPeerRun(
    IReadOnlyList<string> Predicted,
    double TrainSeconds,
    double UtterancesPerSecond,
    string Setting,
    MeasuredProcess Largest
);

/// <summary>Another program that learns intents from the same utterances.</summary>
internal interface IIntentPeer
{
    string Name { get; }

    /// <summary>What is not installed; null when it can run.</summary>
    string? Missing(BenchOptions options);

    /// <param name="folder">Its own, empty.</param>
    IntentPeerRun Run(BenchJob job, string train, IReadOnlyList<Utterance> held, string heldFile, string folder);
}
