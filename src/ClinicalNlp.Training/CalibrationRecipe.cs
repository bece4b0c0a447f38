using System.Text.Json.Nodes;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training.Entities;

namespace ClinicalNlp.Training;

/// <summary>
/// An entity model and annotated documents in, the same model out with the threshold from which it answers a mention and with confidences that were
/// fitted to how often its mentions are right.
/// </summary>
/// <remarks>
/// The threshold is half of the mean F1 that the best path has on the corpora, which is close to what makes the most of F1 when confidences are right
/// (Lipton, Elkan and Naryanaswamy 2014). It is not searched for, so it owes nothing to chance.
/// </remarks>
public static class CalibrationRecipe
{
    private const int Threads = 2;

    /// <summary>Ways to divide the documents into folds: of one corpus of 800 mentions, one way alone says up to a point more or less than another.</summary>
    private const int Divisions = 5;

    /// <param name="modelDirectory">Its weights stay as they are; the new bundle's card differs and, where products ran in floats, they run in bytes (<see cref="ActivationRanges"/>).</param>
    /// <param name="measured">Documents and the model that is asked about each: for those that the model has learnt from, another that was trained in the same way without them.</param>
    /// <returns>What it is worth, by corpus.</returns>
    /// <exception cref="UnusableInputException"><c>output_exists</c>; <c>duplicate_corpus</c>; <c>too_little_data</c>: fewer than 300 mentions were found.</exception>
    /// <exception cref="ModelBundleException">A model is damaged or no entity model.</exception>
    public static IReadOnlyList<CalibratedCorpus> Run(
        string modelDirectory,
        IReadOnlyList<(EntityCorpus Corpus, string? Twin)> measured,
        string outputDirectory,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(measured);
        ModelBundleWriter.RefuseExisting(outputDirectory);
        // The card has one score a corpus.
        if (measured.Where(one => one.Twin is null).GroupBy(one => one.Corpus.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UnusableInputException("duplicate_corpus", $"Two of the files are the corpus \"{twice.Key}\"; put them into one.");
        EntityCorpus[] corpora = [.. measured.Select(one => one.Corpus)];
        (EntityModelParts parts, EntitySettings before) = InBytes(modelDirectory, corpora, cancellation);
        Asked[] asked =
        [
            .. measured.Select(one =>
            {
                (EntityModelParts own, EntitySettings settings) = one.Twin is null
                    ? (parts, before)
                    : InBytes(one.Twin, corpora, cancellation);
                return new Asked(one.Corpus, own, settings);
            }),
        ];
        EntityScores[] path = Scores(before with { Threshold = 0 });
        EntitySettings after = before with { Threshold = path.Length == 0 ? 0 : Math.Round(path.Average(score => score.Micro.F1) / 2, 3) };
        List<CalibrationSample> samples = Samples(after);
        if (samples.Count < CalibrationFit.Fewest)
            throw new UnusableInputException(
                "too_little_data",
                $"The model found {samples.Count} mentions of labels that the documents cover; {CalibrationFit.Fewest} are needed."
            );
        after = after with { Calibration = CalibrationFit.Fit(samples, null) with { On = [.. measured.Select(one => one.Corpus.Name)] } };
        double[][] heldOut = [.. Enumerable.Range(0, Divisions).Select(division => CalibrationFit.HeldOut(samples, null, division))];
        double[] fitted = Confidences(samples, after.Calibration);
        List<CalibrationSample> known = Samples(before);
        double[] kept = Confidences(known, before.Calibration);
        EntityScores[] scores = Scores(after);
        Write(
            ModelBundle.Load(modelDirectory),
            after,
            parts.Network,
            measured.Index().Where(one => one.Item.Twin is null).ToDictionary(one => one.Item.Corpus.Name, one => scores[one.Index]),
            outputDirectory
        );
        return
        [
            .. measured
                .Index()
                .Select(one => new CalibratedCorpus(
                    one.Item.Corpus.Name,
                    samples.Index().Count(sample => sample.Item.Corpus == one.Index && fitted[sample.Index] > after.Threshold),
                    path[one.Index].Micro.F1,
                    scores[one.Index].Micro.F1,
                    CalibrationFit.Error(known, kept, one.Index, before.Threshold),
                    CalibrationFit.Error(samples, fitted, one.Index, after.Threshold),
                    heldOut.Average(held => CalibrationFit.Error(samples, held, one.Index, after.Threshold))
                )),
        ];

        EntityScores[] Scores(EntitySettings settings) => [.. asked.Select(one => one.Score(settings, cancellation))];

        List<CalibrationSample> Samples(EntitySettings settings)
        {
            List<CalibrationSample> all = [];
            foreach ((int index, Asked one) in asked.Index())
            {
                int documents = all.Count == 0 ? 0 : all[^1].Document + 1;
                all.AddRange(
                    one.Samples(settings, cancellation)
                        .Select(sample => sample with { Corpus = index, Document = documents + sample.Document })
                );
            }
            return all;
        }
    }

    /// <summary>A model and its settings; one of the time before products ran in bytes gets its ranges from these documents.</summary>
    private static (EntityModelParts Parts, EntitySettings Settings) InBytes(
        string directory,
        IReadOnlyList<EntityCorpus> corpora,
        CancellationToken cancellation
    )
    {
        EntityBase model = EntityBase.Load(directory);
        if (model.RunsInBytes)
            return (EntityModelParts.Load(ModelBundle.Load(directory)), model.Settings);
        EntityNetwork network = new(model.Labels, model.Settings, model.Resources, seed: 0);
        network.CopyFrom(model);
        // The words' file stays to the byte.
        return (network.ToParts(ActivationRanges.Measure(network, corpora, cancellation)) with { Words = model.Words }, model.Settings);
    }

    private static double[] Confidences(List<CalibrationSample> samples, ConfidenceCalibration? calibration) =>
        [.. samples.Select(sample => calibration?.Apply(sample.Label, sample.Confidence, sample.Evidence) ?? sample.Confidence)];

    /// <summary>The bundle with other settings, and with the scores of its card measured again where their corpus was.</summary>
    private static void Write(
        ModelBundle bundle,
        EntitySettings settings,
        byte[] network,
        Dictionary<string, EntityScores> scores,
        string directory
    )
    {
        JsonObject described = (JsonObject)bundle.Card.Settings.DeepClone();
        JsonObject now = settings.ToJson();
        foreach (string name in (string[])["threshold", "calibration"])
            described[name] = now[name]!.DeepClone();
        ModelBundleWriter.Write(
            bundle.Card with
            {
                Settings = described,
                Scores =
                [
                    .. bundle.Card.Scores.Select(score =>
                        scores.TryGetValue(score.Corpus, out EntityScores? again) ? EntityRecipe.Score(score.Corpus, again) : score
                    ),
                ],
            },
            directory,
            folder =>
            {
                foreach (string file in bundle.Card.Files.Keys.Where(file => file != EntityRecognizer.ModelFile))
                    File.Copy(bundle.PathOf(file), Path.Combine(folder, file));
                File.WriteAllBytes(Path.Combine(folder, EntityRecognizer.ModelFile), network);
            }
        );
    }

    /// <summary>A corpus and the model that is asked about it: its network by its own settings, its answers in the way of the model that is calibrated.</summary>
    private sealed record Asked(EntityCorpus Corpus, EntityModelParts Parts, EntitySettings Own)
    {
        public EntityScores Score(EntitySettings way, CancellationToken cancellation)
        {
            using EntityModel opened = Parts.Open(In(way));
            return EntityEvaluation.Score(opened, Corpus, int.MaxValue, Threads, cancellation);
        }

        public List<CalibrationSample> Samples(EntitySettings way, CancellationToken cancellation) =>
            CalibrationSample.Of(Parts, In(way), [Corpus], int.MaxValue, Threads, cancellation);

        private EntitySettings In(EntitySettings way) =>
            Own with
            {
                Temperature = way.Temperature,
                Threshold = way.Threshold,
                Calibration = way.Calibration,
            };
    }
}

/// <summary>What calibrating a model did on one corpus. F1 and expected calibration errors are in [0, 1].</summary>
/// <param name="Mentions">Answered in it, of labels that it covers.</param>
/// <param name="PathF1">By the most probable path.</param>
/// <param name="F1">By the threshold.</param>
/// <param name="ErrorBefore">Of the model as it was.</param>
/// <param name="ErrorAfter">On the documents that it was fitted on.</param>
/// <param name="ErrorHeldOut">
/// By fits to nine tenths of the documents, each measured on the others, in the mean of several such divisions: what to expect elsewhere.
/// </param>
public sealed record CalibratedCorpus(
    string Name,
    int Mentions,
    double PathF1,
    double F1,
    double ErrorBefore,
    double ErrorAfter,
    double ErrorHeldOut
);
