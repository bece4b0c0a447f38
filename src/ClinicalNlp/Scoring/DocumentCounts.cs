namespace ClinicalNlp.Scoring;

/// <summary>A figure and its 95% interval.</summary>
/// <param name="Value">Null where the figure is undefined; each figure says when that is.</param>
/// <param name="Low">Null where there are fewer than two documents, or the figure is undefined in most of the resamples.</param>
public sealed record Estimate(double? Value, double? Low, double? High)
{
    /// <summary>Nothing to say: no data.</summary>
    public static Estimate Undefined { get; } = new(null, null, null);
}

/// <summary>
/// Counts of each document that add, and the 95% percentile bootstrap of what follows from their sum, documents resampled (Efron 1979):
/// what one document holds hangs together, so that resampling its parts would promise too much.
/// </summary>
/// <param name="size">How many counts a document has; those that are 0 are not stored.</param>
internal sealed class DocumentCounts(int size)
{
    private const int Samples = 1000;
    private readonly List<(int Index, double Count)[]> _documents = [];

    public void Add(IEnumerable<KeyValuePair<int, double>> counts) =>
        _documents.Add([.. counts.Where(count => count.Value != 0).Select(count => (count.Key, count.Value))]);

    /// <summary>The statistic of all documents together.</summary>
    /// <param name="statistic">Gets the summed counts; null where it is undefined.</param>
    public Estimate Estimate(Func<double[], double?> statistic, int seed) => Estimates(1, (sum, _) => statistic(sum), seed)[0];

    /// <summary>Several statistics of the same resamples: drawing documents costs more than what follows from their sum.</summary>
    /// <param name="statistic">Gets the summed counts and which figure is asked for; null where it is undefined.</param>
    public Estimate[] Estimates(int figures, Func<double[], int, double?> statistic, int seed)
    {
        var sum = new double[size];
        foreach (var document in _documents)
            Sum(document, sum);
        var values = new double?[figures];
        for (var figure = 0; figure < figures; figure++)
            values[figure] = statistic(sum, figure);
        var resampled = Array.ConvertAll(values, _ => new List<double>());
        if (_documents.Count > 1 && values.Any(value => value is not null))
        {
            var random = new Random(seed);
            for (var sample = 0; sample < Samples; sample++)
            {
                Array.Clear(sum);
                for (var i = 0; i < _documents.Count; i++)
                    Sum(_documents[random.Next(_documents.Count)], sum);
                for (var figure = 0; figure < figures; figure++)
                {
                    if (values[figure] is not null && statistic(sum, figure) is { } value)
                        resampled[figure].Add(value);
                }
            }
        }
        return [.. values.Zip(resampled, Interval)];
    }

    private static Estimate Interval(double? value, List<double> resampled)
    {
        if (value is null || resampled.Count < Samples / 2)
            return new(value, null, null);
        resampled.Sort();
        return new(value, resampled[(int)(0.025 * resampled.Count)], resampled[(int)(0.975 * (resampled.Count - 1) + 0.5)]);
    }

    private static void Sum((int Index, double Count)[] document, double[] sum)
    {
        foreach (var (index, count) in document)
            sum[index] += count;
    }
}
