using ClinicalNlp.Benchmarks;

namespace ClinicalNlp.Tests.Benchmarks;

public sealed class ReportTests : IDisposable
{
    private static readonly string[] Tables =
    [
        "machine",
        "entities",
        "entities-shipped",
        "labels",
        "intents",
        "peers-entities",
        "peers-intents",
        "speed",
        "load-annotators",
        "load-writers",
        "models",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Seeds_become_a_mean_and_a_range()
    {
        var results = Results();
        Put(results, "entities/bc5cdr/seed 1", Ours(("f1", 0.85), ("precision", 0.86), ("trainSeconds", 20)));
        Put(results, "entities/bc5cdr/seed 2", Ours(("f1", 0.83), ("precision", 0.82), ("trainSeconds", 30)));
        Assert.Equal(["bc5cdr", "2", "84.0", "83.0 to 85.0", "84.0", "", "", "", "25.0", ""], Assert.Single(Rows(results, "entities")));
    }

    [Fact]
    public void Peers_stand_beside_ours_of_the_same_unit()
    {
        var results = Results();
        Put(
            results,
            "peers-intents/clinc150",
            Ours(("accuracy", 0.93), ("trainSeconds", 20), ("utterancesPerSecond", 10_000)),
            new BenchResult("slow", "", Measures(("accuracy", 0.9), ("trainSeconds", 50), ("utterancesPerSecond", 400)))
        );
        var rows = Rows(results, "peers-intents");
        Assert.Equal(["clinc150", "clinicalnlp", "93.0", "", "", "20.0", "", "10,000", "", ""], rows[0]);
        Assert.Equal(["clinc150", "slow", "90.0", "", "", "50.0", "2.5×", "400", "25.0×", ""], rows[1]);
    }

    [Fact]
    public void Labels_of_several_corpora_share_a_table()
    {
        var results = Results();
        Put(results, "entities-shipped/a", Ours(("f1", 0.5)) with { Labels = Measures(("TEST", 0.25)) });
        Put(results, "entities-shipped/b", Ours(("f1", 0.5)) with { Labels = Measures(("PROBLEM", 0.5), ("TEST", 1)) });
        Assert.Equal(
            [
                ["PROBLEM", "", "50.0"],
                ["TEST", "25.0", "100.0"],
            ],
            Rows(results, "labels")
        );
    }

    [Fact]
    public void A_score_that_is_not_the_cards_stands_out()
    {
        var results = Results();
        Put(
            results,
            "models/m",
            new BenchResult("x, dev, f1", "m 1", Measures(("card", 0.7), ("measured", 0.7005), ("largestDifference", 0.0005))),
            new BenchResult("y, dev, f1", "m 1", Measures(("card", 0.7), ("measured", 0.7), ("largestDifference", 0.002))),
            new BenchResult("z, dev, f1", "not on this machine", Measures(("card", 0.7)))
        );
        var rows = Rows(results, "models");
        Assert.Equal(["0.05", "**0.20** (m 1)", ""], rows.Select(row => row[^1]));
        Assert.Equal("not on this machine", rows[2][3]);
        var said = new StringWriter();
        Directory.CreateDirectory(_folder.File("models/m"));
        Assert.Equal(1, ModelsVerb.Differences(Options(), said));
        Assert.Contains("m: y, dev, f1 is 70.00, the card says 70.00", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_machine_its_load_and_the_last_day_are_named()
    {
        var results = Results();
        var early = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        results.Put("a/1", new MeasuredUnit("f", early.AddDays(1), "a machine", [], 3.25));
        results.Put("a/2", new MeasuredUnit("f", early, "a machine", [], 2));
        var text = ReportVerb.Fill(Text(), "text", BenchResults.Load(_folder.File("results.json")));
        Assert.Contains("<!-- bench: machine -->\na machine. 2026-11-23. Load average up to 3.3.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_between_marks_is_written()
    {
        var results = Results();
        Put(
            results,
            "speed/extraction",
            new BenchResult("library | batch", "one thread", Measures(("tokensPerSecond", 61_234), ("seconds", 0.25)))
        );
        var source = Text();
        _folder.Write("BENCHMARKS.md", source);
        ReportVerb.Run(Options(), TextWriter.Null);
        var once = File.ReadAllText(_folder.File("BENCHMARKS.md"));
        Assert.Contains(
            "| library \\| batch | one thread | 61,000 |  | 0.25 |  |  |  |\n<!-- /bench: speed -->",
            once,
            StringComparison.Ordinal
        );
        Assert.Contains("Not measured.\n<!-- /bench: intents -->", once, StringComparison.Ordinal);
        foreach (var table in Tables)
            Assert.Contains($"before {table}\n<!-- bench: {table} -->\n", once, StringComparison.Ordinal);
        ReportVerb.Run(Options(), TextWriter.Null);
        Assert.Equal(once, File.ReadAllText(_folder.File("BENCHMARKS.md")));
    }

    [Fact]
    public void A_text_without_a_mark_is_refused_and_kept()
    {
        var source = Text().Replace("<!-- /bench: labels -->", "", StringComparison.Ordinal);
        _folder.Write("BENCHMARKS.md", source);
        Assert.Equal("missing_mark", Assert.Throws<UnusableInputException>(() => ReportVerb.Run(Options(), TextWriter.Null)).Code);
        Assert.Equal(source, File.ReadAllText(_folder.File("BENCHMARKS.md")));
    }

    [Fact]
    public void The_text_of_the_repository_has_every_mark() =>
        ReportVerb.Fill(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "BENCHMARKS.md")), "BENCHMARKS.md", Results());

    [Fact]
    public void Results_that_cannot_be_read_are_refused() =>
        Assert.Equal(
            "invalid_json",
            Assert
                .Throws<UnusableInputException>(() => BenchResults.Load(_folder.Write("bad.json", """{"a/b":{"fingerprint":"x"}}""")))
                .Code
        );

    private static string Text() =>
        string.Concat(Tables.Select(table => $"before {table}\n<!-- bench: {table} -->\nold\n<!-- /bench: {table} -->\nafter\n"));

    private static List<string[]> Rows(BenchResults results, string table)
    {
        var filled = ReportVerb.Fill(Text(), "text", results);
        var from = filled.IndexOf($"<!-- bench: {table} -->", StringComparison.Ordinal);
        return
        [
            .. filled[from..filled.IndexOf("<!-- /", from, StringComparison.Ordinal)]
                .Split('\n')
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Skip(2)
                .Select(line => line[2..^2].Split(" | ")),
        ];
    }

    private BenchOptions Options() => new(_folder.Path, null, _folder.Path, _folder.File("results.json"), [1], false, false, null);

    private BenchResults Results() => BenchResults.Load(_folder.File("results.json"));

    private static void Put(BenchResults results, string key, params BenchResult[] measured) =>
        results.Put(key, new MeasuredUnit("f", new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), "a machine", measured));

    private static BenchResult Ours(params (string Name, double Value)[] values) => new("clinicalnlp", "", Measures(values));

    private static Dictionary<string, double> Measures(params (string Name, double Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
