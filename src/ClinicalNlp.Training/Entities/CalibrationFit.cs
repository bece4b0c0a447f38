using ClinicalNlp.Entities;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Training.Entities;

/// <summary>Fits a <see cref="ConfidenceCalibration"/>: logistic regression with a quadratic pull towards where it starts, by Newton's method.</summary>
internal static class CalibrationFit
{
    /// <summary>Fewer mentions say too little about the lines of a dozen labels.</summary>
    public const int Fewest = 300;

    /// <summary>
    /// Of the penalty on each coefficient, for a mean weight of 1 a mention. 2 to 50 were the same on held-out folds of seven corpora.
    /// </summary>
    private const double Pull = 50;

    /// <summary>A corpus counts as much as any other, but none of its mentions as more than so many.</summary>
    private const double MostWeight = 4;

    /// <summary>Of a label's line: the order of mentions stays.</summary>
    private const double LeastSlope = 0.1;

    private const int Steps = 50;
    private const int Folds = 10;

    /// <summary>Log-tokens, log-repeats and dictionary, after the lines.</summary>
    private const int Evidence = 3;

    /// <param name="start">What the fit is pulled to; null: the probabilities as they are.</param>
    public static ConfidenceCalibration Fit(IReadOnlyList<CalibrationSample> samples, ConfidenceCalibration? start)
    {
        start ??= new ConfidenceCalibration();
        string[] labels = [.. samples.Select(sample => sample.Label).Concat(start.Labels.Keys).Distinct().Order(StringComparer.Ordinal)];
        // Coefficients: offset and slope of all, how each label's differ from them, the evidence.
        int size = 2 + (2 * labels.Length) + Evidence;
        double[] coefficients = new double[size];
        (coefficients[0], coefficients[1]) = (start.Other.Offset, start.Other.Slope);
        for (int l = 0; l < labels.Length; l++)
        {
            CalibrationLine line = start.Labels.GetValueOrDefault(labels[l], start.Other);
            (coefficients[2 + (2 * l)], coefficients[3 + (2 * l)]) = (line.Offset - start.Other.Offset, line.Slope - start.Other.Slope);
        }
        (coefficients[^3], coefficients[^2], coefficients[^1]) = (start.Length, start.Repeats, start.Term);
        (int Index, double Value)[][] rows = [.. samples.Select(sample => Row(sample, Array.IndexOf(labels, sample.Label), size))];
        Newton(rows, [.. samples.Select(sample => sample.Right ? 1.0 : 0)], Weights(samples), coefficients);
        return start with
        {
            Other = Line(coefficients[0], coefficients[1]),
            Labels = new SortedDictionary<string, CalibrationLine>(
                labels
                    .Index()
                    .ToDictionary(
                        label => label.Item,
                        label =>
                            Line(
                                coefficients[0] + coefficients[2 + (2 * label.Index)],
                                coefficients[1] + coefficients[3 + (2 * label.Index)]
                            )
                    ),
                StringComparer.Ordinal
            ),
            Length = Rounded(coefficients[^3]),
            Repeats = Rounded(coefficients[^2]),
            Term = Rounded(coefficients[^1]),
        };

        static CalibrationLine Line(double offset, double slope) => new(Rounded(offset), Rounded(Math.Max(LeastSlope, slope)));
    }

    /// <summary>The confidence of each sample by a fit that has not seen its document.</summary>
    /// <param name="division">Which of the ways to put the documents into folds.</param>
    public static double[] HeldOut(IReadOnlyList<CalibrationSample> samples, ConfidenceCalibration? start, int division = 0)
    {
        int[] folds = [.. Enumerable.Range(0, samples.Count == 0 ? 0 : samples.Max(sample => sample.Document) + 1)];
        new Random(division).Shuffle(folds);
        double[] confidences = new double[samples.Count];
        for (int fold = 0; fold < Folds; fold++)
        {
            ConfidenceCalibration fitted = Fit([.. samples.Where(sample => !IsIn(sample, fold))], start);
            for (int i = 0; i < confidences.Length; i++)
            {
                CalibrationSample sample = samples[i];
                if (IsIn(sample, fold))
                    confidences[i] = fitted.Apply(sample.Label, sample.Confidence, sample.Evidence);
            }
        }
        return confidences;

        bool IsIn(CalibrationSample sample, int fold) => folds[sample.Document] % Folds == fold;
    }

    /// <summary>The expected calibration error of the samples of one corpus that are surer than a threshold.</summary>
    public static double Error(
        IReadOnlyList<CalibrationSample> samples,
        IReadOnlyList<double> confidences,
        int corpus,
        double threshold = 0
    )
    {
        ExpectedCalibrationError error = new();
        for (int i = 0; i < samples.Count; i++)
        {
            if (samples[i].Corpus == corpus && confidences[i] > threshold)
                error.Add(confidences[i], samples[i].Right);
        }
        return error.Result;
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    private static (int Index, double Value)[] Row(CalibrationSample sample, int label, int size)
    {
        double odds = ConfidenceCalibration.LogOdds(sample.Confidence);
        return
        [
            (0, 1),
            (1, odds),
            (2 + (2 * label), 1),
            (3 + (2 * label), odds),
            (size - 3, sample.Evidence.LogTokens),
            (size - 2, sample.Evidence.LogRepeats),
            (size - 1, sample.Evidence.IsTerm ? 1 : 0),
        ];
    }

    /// <summary>Each corpus as much as any other, 1 in the mean.</summary>
    private static double[] Weights(IReadOnlyList<CalibrationSample> samples)
    {
        Dictionary<int, double> share = samples
            .CountBy(sample => sample.Corpus)
            .ToDictionary(count => count.Key, count => (double)count.Value);
        double mean = (double)samples.Count / share.Count;
        double[] weights = [.. samples.Select(sample => Math.Min(MostWeight, mean / share[sample.Corpus]))];
        double factor = weights.Length / weights.Sum();
        return Array.ConvertAll(weights, weight => weight * factor);
    }

    /// <summary>Moves the coefficients to the least penalised loss; a step that would raise it is halved.</summary>
    private static void Newton((int Index, double Value)[][] rows, double[] right, double[] weights, double[] coefficients)
    {
        double[] start = [.. coefficients];
        double loss = Loss(coefficients);
        for (int step = 0; step < Steps; step++)
        {
            double[] gradient = new double[start.Length];
            double[][] curvature = [.. start.Select(_ => new double[start.Length])];
            for (int c = 0; c < start.Length; c++)
            {
                gradient[c] = Pull * (coefficients[c] - start[c]);
                curvature[c][c] = Pull;
            }
            for (int i = 0; i < rows.Length; i++)
            {
                double probability = ConfidenceCalibration.Probability(Score(rows[i], coefficients));
                double slope = weights[i] * (probability - right[i]);
                double bend = weights[i] * probability * (1 - probability);
                foreach ((int a, double x) in rows[i])
                {
                    gradient[a] += slope * x;
                    foreach ((int b, double y) in rows[i])
                        curvature[a][b] += bend * x * y;
                }
            }
            double[] move = Solve(curvature, gradient);
            double length = 1;
            double[] tried = Moved(length);
            while (Loss(tried) > loss && length > 1e-6)
                tried = Moved(length /= 2);
            double next = Loss(tried);
            if (next >= loss)
                return;
            tried.CopyTo(coefficients, 0);
            if (loss - next < 1e-9 * loss)
                return;
            loss = next;

            double[] Moved(double share) => [.. coefficients.Zip(move, (from, by) => from - (share * by))];
        }

        double Loss(double[] at)
        {
            double sum = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                double score = Score(rows[i], at);
                // log(1 + e^score) without overflow.
                sum += weights[i] * (Math.Max(0, score) + Math.Log(1 + Math.Exp(-Math.Abs(score))) - (right[i] * score));
            }
            for (int c = 0; c < at.Length; c++)
                sum += Pull / 2 * (at[c] - start[c]) * (at[c] - start[c]);
            return sum;
        }
    }

    private static double Score((int Index, double Value)[] row, double[] coefficients) =>
        row.Sum(column => coefficients[column.Index] * column.Value);

    /// <summary>Gaussian elimination; the penalty keeps the matrix positive definite, so no pivot is sought.</summary>
    private static double[] Solve(double[][] matrix, double[] right)
    {
        int size = right.Length;
        double[] solution = [.. right];
        for (int pivot = 0; pivot < size; pivot++)
        {
            for (int row = pivot + 1; row < size; row++)
            {
                double factor = matrix[row][pivot] / matrix[pivot][pivot];
                if (factor == 0)
                    continue;
                for (int column = pivot; column < size; column++)
                    matrix[row][column] -= factor * matrix[pivot][column];
                solution[row] -= factor * solution[pivot];
            }
        }
        for (int row = size - 1; row >= 0; row--)
        {
            for (int column = row + 1; column < size; column++)
                solution[row] -= matrix[row][column] * solution[column];
            solution[row] /= matrix[row][row];
        }
        return solution;
    }
}
