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

    [Fact]
    public void Errors_of_two_bins_do_not_cancel()
    {
        ExpectedCalibrationError error = new();
        error.Add(0.9, false);
        error.Add(0.1, true);
        Assert.Equal(0.9, error.Result, 10);
    }
}
