using ClinicalNlp.Benchmarks;

namespace ClinicalNlp.Tests.Benchmarks;

public sealed class BenchRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _measured = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_measured_is_kept_until_something_it_depends_on_changes()
    {
        Assert.Equal(0, Run(Unit("a/1", "f"), Unit("a/2", "f")));
        Assert.Equal(0, Run(Unit("a/1", "f"), Unit("a/2", "g")));
        Assert.Equal(["a/1", "a/2", "a/2"], _measured);
        Assert.Equal(0, Run(again: true, Unit("a/1", "f")));
        Assert.Equal(["a/1", "a/2", "a/2", "a/1"], _measured);
        Assert.Equal("g", BenchResults.Load(_folder.File("results.json")).Units["a/2"].Fingerprint);
    }

    [Fact]
    public void A_failure_is_counted_and_the_others_go_on()
    {
        var failing = new BenchUnit("a/1", 1, "f", _ => throw new BenchFailure("no"));
        var unusable = new BenchUnit("a/3", 1, "f", _ => throw new UnusableInputException("model_foreign", "no"));
        Assert.Equal(2, Run(failing, Unit("a/2", "f"), unusable));
        Assert.Equal(["a/2"], BenchResults.Load(_folder.File("results.json")).Units.Keys);
    }

    [Fact]
    public void What_was_done_before_an_interruption_is_not_done_again()
    {
        var interrupted = new BenchUnit("a/2", 1, "f", _ => throw new OperationCanceledException());
        Assert.Throws<OperationCanceledException>(() => Run(Unit("a/1", "f"), interrupted));
        Run(Unit("a/1", "f"), Unit("a/2", "f"));
        Assert.Equal(["a/1", "a/2"], _measured);
    }

    [Theory]
    [InlineData("--seeds", "1,x")]
    [InlineData("--seeds", ",")]
    [InlineData("--results")]
    [InlineData("--fast")]
    public void Options_that_are_none_are_refused(params string[] arguments) =>
        Assert.Equal("invalid_option", Assert.Throws<UnusableInputException>(() => BenchOptions.Parse(arguments)).Code);

    [Fact]
    public void A_quick_run_keeps_its_results_apart()
    {
        var options = BenchOptions.Parse(["--quick", "--again"]);
        Assert.Equal((true, true, "quick.json"), (options.Quick, options.Again, Path.GetFileName(options.Results)));
        Assert.Equal("results.json", Path.GetFileName(BenchOptions.Parse(["--seeds", "3, 4"]).Results));
    }

    private int Run(params BenchUnit[] units) => Run(again: false, units);

    private int Run(bool again, params BenchUnit[] units)
    {
        var options = new BenchOptions(_folder.Path, null, _folder.Path, _folder.File("results.json"), [1], false, again, null);
        return new BenchRun(options, TextWriter.Null, TimeProvider.System).Run(units);
    }

    private BenchUnit Unit(string key, string fingerprint) =>
        new(
            key,
            1,
            fingerprint,
            _ =>
            {
                _measured.Add(key);
                return [new BenchResult("clinicalnlp", "", new Dictionary<string, double>(StringComparer.Ordinal) { ["f1"] = 0.5 })];
            }
        );
}
