using BenchmarkDotNet.Attributes;
using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;

namespace ClinicalNlp.Benchmarks;

/// <summary>A person types, and the names of a house's terminologies are searched at every key: 150,000 names, public ones where they are at hand.</summary>
public class ConceptBenchmarks
{
    private const int Names = 150_000;

    private string folder = "";
    private ConceptStore concepts = null!;

    [Params("aspirin", "me", "metform", "failure heart", "myocradial infraction", "copd", "unspecified", "acute resp", "xqzzvvyk")]
    public string Query { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("clinicalnlp-concepts-").FullName;
        var store = new TerminologyStore(folder, TimeProvider.System);
        int names = 0;
        string? corpora = BenchOptions.Parse([]).Corpora;
        foreach (
            string file in corpora is not null && Directory.Exists(Path.Combine(corpora, "terminologies"))
                ? Directory.GetFiles(Path.Combine(corpora, "terminologies"), "*.jsonl")
                : []
        )
        {
            string name = Path.GetFileNameWithoutExtension(file);
            // One of the two ICD files: the other has the same names.
            if (name.Contains("order", StringComparison.Ordinal))
                continue;
            names += store
                .Import(new NewTerminology(name[..Math.Min(40, name.Length)], "1", "", TerminologyKinds.Guess(name)), [file])
                .Now.Names;
        }
        if (names < Names)
            store.Import(new NewTerminology("Made up", "1", "", TerminologyKind.Other), [MadeUp(Names - names)]);
        concepts = new ConceptStore(store);
        concepts.Search("warn up", null, null, 10); // reads the words
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(folder, recursive: true);

    [Benchmark]
    public int Search() => concepts.Search(Query, "PROBLEM", null, 10).Count;

    /// <summary>Names of one to five words from 30,000 made of syllables, the first of which are frequent.</summary>
    private string MadeUp(int count)
    {
        string[] syllables =
        [
            "car",
            "dio",
            "my",
            "neu",
            "ro",
            "ge",
            "nic",
            "al",
            "tis",
            "hep",
            "a",
            "ren",
            "ost",
            "eo",
            "pro",
            "met",
            "fo",
            "lin",
        ];
        var random = new Random(1);
        string[] words =
        [
            .. Enumerable
                .Range(0, 30_000)
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => syllables[random.Next(syllables.Length)]))),
        ];
        string path = Path.Combine(folder, "made-up.csv");
        using var writer = new StreamWriter(path);
        writer.WriteLine("code,name");
        for (int i = 0; i < count; i++)
        {
            var name = Enumerable.Range(0, random.Next(1, 6)).Select(_ => words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]);
            writer.WriteLine($"M{i},{string.Join(' ', name)}");
        }
        return path;
    }
}
