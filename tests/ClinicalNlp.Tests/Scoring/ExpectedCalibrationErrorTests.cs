using ClinicalNlp.Scoring;

namespace ClinicalNlp.Tests.Scoring;

public sealed class ExpectedCalibrationErrorTests
{
    [Fact]
    public void Nothing_has_no_error() => Assert.Equal(0, new ExpectedCalibrationError().Result);

    [Theory]
    [InlineData(1.0, 1, 1, 0)]
    [InlineData(1.0, 0, 4, 1)]
    [InlineData(0.8, 4, 5, 0)]
    [InlineData(0.8, 2, 5, 0.4)]
    [InlineData(0.0, 5, 5, 1)]
    public void One_bin_is_the_distance_of_its_mean(double confidence, int right, int of, double expected)
    {
        ExpectedCalibrationError error = new();
        for (int i = 0; i < of; i++)
            error.Add(confidence, i < right);
        Assert.Equal(expected, error.Result, 10);
    }

    [Theory]
    [InlineData(1.0, 100, 0)]
    [InlineData(0.5, 100, 0.0398)] // √(2/π · 25) / 100
    [InlineData(0.5, 10_000, 0.00398)]
    public void By_chance_it_falls_with_the_root_of_the_sample(double confidence, int of, double expected)
    {
        ExpectedCalibrationError error = new();
        for (int i = 0; i < of; i++)
            error.Add(confidence, false);
        Assert.Equal(expected, error.ByChance, expected / 100);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(2000)]
    public void By_chance_is_what_right_confidences_get_on_average(int of)
    {
        const int Draws = 400;
        Random random = new(7);
        double[] confidences = [.. Enumerable.Range(0, of).Select(_ => Math.Sqrt(random.NextDouble()))];
        double sum = 0;
        double byChance = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            ExpectedCalibrationError error = new();
            foreach (double confidence in confidences)
                error.Add(confidence, random.NextDouble() < confidence);
            sum += error.Result;
            byChance = error.ByChance;
        }
        Assert.InRange(byChance / (sum / Draws), 0.95, 1.05);
    }

    [Fact]
    public void Errors_of_two_bins_do_not_cancel()
    {
        ExpectedCalibrationError error = new();
        error.Add(0.9, false);
        error.Add(0.1, true);
        Assert.Equal(0.9, error.Result, 10);
    }
}
