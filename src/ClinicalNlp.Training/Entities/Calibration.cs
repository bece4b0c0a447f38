using ClinicalNlp.Entities;

namespace ClinicalNlp.Training.Entities;

/// <summary>Brings a model's confidences close to how often its mentions are right: a temperature first, then what <see cref="CalibrationFit"/> makes of it.</summary>
internal static class Calibration
{
    /// <summary>Characters of dev that are enough for one number: two thousand mentions fix it.</summary>
    private const int TemperatureLength = 120_000;

    /// <summary>Characters of dev that are enough for the lines of all labels.</summary>
    private const int LinesLength = 700_000;

    private static readonly double[] Temperatures = [1, 1.15, 1.3, 1.4, 1.5, 1.6, 1.75, 2, 2.4, 2.9];

    /// <returns>The settings with the temperature of the least Brier score and a fitted calibration, or as they are without dev mentions.</returns>
    public static EntitySettings Fit(
        EntityModelParts parts,
        EntitySettings settings,
        IReadOnlyList<EntityCorpus> dev,
        int threads,
        CancellationToken cancellation
    )
    {
        if (dev.Count == 0)
            return settings;
        // Lines that a base model brings stand on its temperature, and their slopes do the same work.
        EntitySettings tempered = settings.Calibration is null
            ? settings with
            {
                Temperature = Temperature(parts, settings, dev, threads, cancellation),
            }
            : settings;
        List<CalibrationSample> samples = CalibrationSample.Of(parts, tempered, dev, LinesLength / dev.Count, threads, cancellation);
        return samples.Count < CalibrationFit.Fewest
            ? tempered
            : tempered with
            {
                Calibration = CalibrationFit.Fit(samples, settings.Calibration) with { On = [.. dev.Select(corpus => corpus.Name)] },
            };
    }

    private static double Temperature(
        EntityModelParts parts,
        EntitySettings settings,
        IReadOnlyList<EntityCorpus> dev,
        int threads,
        CancellationToken cancellation
    )
    {
        double best = settings.Temperature;
        double least = double.PositiveInfinity;
        foreach (double temperature in Temperatures)
        {
            List<CalibrationSample> samples = CalibrationSample.Of(
                parts,
                settings with
                {
                    Temperature = temperature,
                },
                dev,
                TemperatureLength / dev.Count,
                threads,
                cancellation
            );
            if (samples.Count == 0)
                return settings.Temperature;
            double error = samples.Average(sample => Math.Pow(sample.Confidence - (sample.Right ? 1 : 0), 2));
            if (error < least)
                (least, best) = (error, temperature);
        }
        return best;
    }
}
