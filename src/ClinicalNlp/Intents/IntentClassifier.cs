using ClinicalNlp.Corpora;
using ClinicalNlp.Models;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Intents;

/// <summary>Utterances to intents, with a calibrated confidence for each. Thread-safe.</summary>
public sealed class IntentClassifier : IDisposable
{
    public const string ModelFile = "model.onnx";
    public const string VocabularyFile = "features.bin";

    private readonly IntentNetworkRun network;
    private readonly IntentSettings settings;
    private readonly string[] intents;
    private readonly int outOfScope;
    private readonly int threads;

    private IntentClassifier(ModelBundle bundle, IntentNetworkRun network, IntentSettings settings, int threads)
    {
        Bundle = bundle;
        this.threads = threads;
        this.network = network;
        this.settings = settings;
        intents = [.. bundle.Card.Labels];
        outOfScope = Array.IndexOf(intents, IntentPrediction.OutOfScope);
    }

    public ModelBundle Bundle { get; }

    /// <summary>In the order of the model's outputs; <c>oos</c> is always among them.</summary>
    public IReadOnlyList<string> Intents => intents;

    /// <param name="threads">Utterances of a list worked on at the same time.</param>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: the bundle is not one of this classifier.</exception>
    public static IntentClassifier Load(ModelBundle bundle, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        IntentSettings parsed = Check(bundle);
        try
        {
            FeatureVocabulary vocabulary = FeatureVocabulary.Load(bundle.PathOf(VocabularyFile));
            return new IntentClassifier(
                bundle,
                new IntentNetworkRun(OnnxSession.Load(bundle.PathOf(ModelFile)), vocabulary),
                parsed,
                threads
            );
        }
        catch (Exception e) when (e is InvalidDataException or OnnxRuntimeException)
        {
            throw new ModelBundleException(ModelBundleException.Foreign, $"Its files cannot be read: {e.Message}", bundle.Directory);
        }
    }

    /// <summary>The settings of a bundle that this version can run.</summary>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>.</exception>
    internal static IntentSettings Check(ModelBundle bundle)
    {
        if (bundle.Card.Kind != ModelCard.IntentsKind)
            throw Foreign($"This is a model of {bundle.Card.Kind}; an intent model is needed.");
        if (!bundle.Card.Labels.Contains(IntentPrediction.OutOfScope))
            throw Foreign($"The labels lack \"{IntentPrediction.OutOfScope}\".");
        return IntentSettings.Parse(bundle.Card.Settings)
            ?? throw Foreign($"The settings are not those of an intent model of recipe {IntentSettings.CurrentRecipe}.");

        ModelBundleException Foreign(string reason) => new(ModelBundleException.Foreign, reason, bundle.Directory);
    }

    /// <param name="previousTurns">What was said before, oldest first, whoever said it; a model that learned from dialogues reads the last six.</param>
    public IntentPrediction Classify(string text, IReadOnlyList<string>? previousTurns = null) =>
        Classify([new Utterance(text, null, previousTurns)])[0];

    public IReadOnlyList<IntentPrediction> Classify(IReadOnlyList<string> texts, CancellationToken cancellation = default) =>
        Classify([.. texts.Select(text => new Utterance(text, null))], cancellation);

    /// <summary>Reads the texts and the turns before them; the intents that the utterances have are not looked at.</summary>
    public IReadOnlyList<IntentPrediction> Classify(IReadOnlyList<Utterance> utterances, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        IntentPrediction[] predictions = new IntentPrediction[utterances.Count];
        if (threads == 1 || utterances.Count == 1)
        {
            for (int i = 0; i < predictions.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                predictions[i] = ClassifyOne(utterances[i]);
            }
            return predictions;
        }
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, predictions.Length, options, i => predictions[i] = ClassifyOne(utterances[i]));
        return predictions;
    }

    private IntentPrediction ClassifyOne(Utterance utterance)
    {
        float[] scores = network.Scores(utterance);
        settings.Calibrate(scores, outOfScope, utterance.Before is { Count: > 0 });
        return Ranked(intents, scores);
    }

    /// <summary>Probabilities in falling order; equal ones in label order, so that an answer never depends on the sort.</summary>
    internal static IntentPrediction Ranked(IReadOnlyList<string> intents, float[] probabilities)
    {
        int[] order = [.. Enumerable.Range(0, intents.Count).OrderByDescending(i => probabilities[i]).ThenBy(i => i)];
        return new IntentPrediction(
            intents[order[0]],
            probabilities[order[0]],
            [.. order.Skip(1).Select(i => new IntentScore(intents[i], probabilities[i]))]
        );
    }

    public void Dispose() => network.Dispose();
}
