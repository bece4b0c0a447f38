using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Entities;

namespace ClinicalNlp.Training;

/// <summary>An entity model and annotated documents in, the same model with confidences fitted on them out.</summary>
public static class CalibrationRecipe
{
    private const int Threads = 2;

    /// <param name="modelDirectory">Its weights stay as they are; the new bundle's card alone differs.</param>
    /// <param name="measured">Documents and the model that is asked about each: for those that the model has learnt from, another that was trained in the same way without them.</param>
    /// <returns>What the fit is worth, by corpus.</returns>
    /// <exception cref="UnusableInputException"><c>output_exists</c>; <c>too_little_data</c>: fewer than 300 mentions were found.</exception>
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
        EntityBase model = EntityBase.Load(modelDirectory);
        List<CalibrationSample> samples = [];
        foreach ((int index, (EntityCorpus corpus, string? twin)) in measured.Index())
        {
            EntityModelParts parts = EntityModelParts.Load(ModelBundle.Load(twin ?? modelDirectory));
            // The twin's settings are those of its own network; the temperature is the one that the lines will stand on.
            EntitySettings settings = (twin is null ? model : EntityBase.Load(twin)).Settings with
            {
                Temperature = model.Settings.Temperature,
            };
            int documents = samples.Count == 0 ? 0 : samples[^1].Document + 1;
            samples.AddRange(
                CalibrationSample
                    .Of(parts, settings, [corpus], int.MaxValue, Threads, cancellation)
                    .Select(sample => sample with { Corpus = index, Document = documents + sample.Document })
            );
        }
        if (samples.Count < CalibrationFit.Fewest)
            throw new UnusableInputException(
                "too_little_data",
                $"The model found {samples.Count} mentions of labels that the documents cover; {CalibrationFit.Fewest} are needed."
            );
        EntitySettings calibrated = model.Settings with
        {
            Calibration = CalibrationFit.Fit(samples, null) with { On = [.. measured.Select(one => one.Corpus.Name)] },
        };
        double[] before = Confidences(samples, model.Settings.Calibration);
        double[] after = Confidences(samples, calibrated.Calibration);
        double[] heldOut = CalibrationFit.HeldOut(samples, null);
        Write(ModelBundle.Load(modelDirectory), calibrated, outputDirectory);
        return
        [
            .. measured
                .Index()
                .Select(one => new CalibratedCorpus(
                    one.Item.Corpus.Name,
                    samples.Count(sample => sample.Corpus == one.Index),
                    CalibrationFit.Error(samples, before, one.Index),
                    CalibrationFit.Error(samples, after, one.Index),
                    CalibrationFit.Error(samples, heldOut, one.Index)
                )),
        ];
    }

    private static double[] Confidences(List<CalibrationSample> samples, ConfidenceCalibration? calibration) =>
        [.. samples.Select(sample => calibration?.Apply(sample.Label, sample.Confidence, sample.Evidence) ?? sample.Confidence)];

    private static void Write(ModelBundle bundle, EntitySettings settings, string directory)
    {
        ModelCard card = bundle.Card with { Settings = (System.Text.Json.Nodes.JsonObject)bundle.Card.Settings.DeepClone() };
        card.Settings["calibration"] = settings.ToJson()["calibration"]!.DeepClone();
        ModelBundleWriter.Write(
            card,
            directory,
            folder =>
            {
                foreach (string file in bundle.Card.Files.Keys)
                    File.Copy(bundle.PathOf(file), Path.Combine(folder, file));
            }
        );
    }
}

/// <summary>Expected calibration errors on one corpus, in [0, 1].</summary>
/// <param name="Mentions">Found in it, of labels that it covers.</param>
/// <param name="Before">Of the model as it was.</param>
/// <param name="After">On the documents that it was fitted on.</param>
/// <param name="HeldOut">By fits to nine tenths of the documents, each measured on the others: what to expect elsewhere.</param>
public sealed record CalibratedCorpus(string Name, int Mentions, double Before, double After, double HeldOut);
