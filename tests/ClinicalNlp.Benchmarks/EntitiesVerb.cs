using System.Security.Cryptography;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>entities</c>: models trained on public corpora by the command line, and the shipped model on every dev set.</summary>
internal static class EntitiesVerb
{
    public const string Trained = "entities";
    public const string Shipped = "entities-shipped";

    private static readonly string[] PublicCorpora = ["bc5cdr", "ncbi_disease"];

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        foreach ((string name, string train, string dev) in Tasks(options))
        {
            foreach (int seed in options.Seeds)
            {
                yield return new BenchUnit(
                    $"{Trained}/{name}/seed {seed}",
                    options.Quick ? 12 : 60,
                    Fingerprint.Of(options, train, dev, $"seed {seed}"),
                    job => [Train(job, name, train, dev, seed)]
                );
            }
        }
        if (!options.Quick && options.Corpora is not null)
        {
            foreach (int seed in options.Seeds)
                yield return Staged(options, seed);
        }
        if (NewestModels.Find(options.Models, "clinical-entities") is not { } model)
            yield break;
        string card = Path.Combine(model, ModelCard.FileName);
        yield return Unit(EntityCorpora.Own, EntityCorpora.OwnFile(options, "heldout"), EntityCorpora.Read);
        if (options.Quick)
            yield break;
        string map = options.Corpora is null ? "" : EntityCorpora.LabelMap(options);
        // What the model has learnt from measures nothing.
        HashSet<string?> learnt = [.. ModelBundle.Load(model).Card.Corpora.Select(corpus => corpus.Sha256)];
        foreach ((string name, string file) in EntityCorpora.Dev(options).Where(dev => !learnt.Contains(Sha256(dev.File))))
            yield return Unit(name, file, (corpus, path) => EntityCorpora.Canonical(options, corpus, path), map);

        BenchUnit Unit(string name, string file, Func<string, string, MeasuredCorpus> read, params IEnumerable<string> more) =>
            new(
                $"{Shipped}/{name}",
                4,
                Fingerprint.Of(options, [card, file, .. more]),
                job => [Evaluate(job, model, read(name, file), new Dictionary<string, double>(StringComparer.Ordinal))]
            );
    }

    private static string Sha256(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static IEnumerable<(string Name, string Train, string Dev)> Tasks(BenchOptions options)
    {
        if (options.Quick)
            return [(EntityCorpora.Own, EntityCorpora.OwnFile(options, "train"), EntityCorpora.OwnFile(options, "heldout"))];
        return options.Corpora is null
            ? []
            : PublicCorpora.Select(name =>
                (name, EntityCorpora.Shared(options, name, "train"), EntityCorpora.Shared(options, name, "dev"))
            );
    }

    private static BenchResult Train(BenchJob job, string name, string train, string dev, int seed)
    {
        (string model, MeasuredProcess process) = ClinicalNlpCommand.Train(
            job,
            "entities",
            $"{name}-seed{seed}",
            ["--train", train, "--dev", dev, "--seed", $"{seed}"]
        );
        return Evaluate(job, model, EntityCorpora.Read(name, dev), Measures.OfTraining(process));
    }

    /// <summary>
    /// NCBI-disease in two stages: a base that knows diseases and chemicals from two other corpora, then NCBI-disease alone. Its dev
    /// documents are left out of the base, where the same abstracts are annotated.
    /// </summary>
    private static BenchUnit Staged(BenchOptions options, int seed)
    {
        const string Name = "ncbi_disease";
        string map = EntityCorpora.LabelMap(options);
        string train = EntityCorpora.Shared(options, Name, "train");
        string dev = EntityCorpora.Shared(options, Name, "dev");
        string[] first =
        [
            EntityCorpora.Shared(options, "bc5cdr", "train"),
            EntityCorpora.Shared(options, "biored", "train"),
            EntityCorpora.Shared(options, "bc5cdr", "dev"),
        ];
        return new BenchUnit(
            $"{Trained}/{Name} after bc5cdr and biored/seed {seed}",
            120,
            Fingerprint.Of(options, [map, train, dev, .. first, $"seed {seed}"]),
            job => [Run(job)]
        );

        BenchResult Run(BenchJob job)
        {
            string[] both = ["--map-labels", map, "--seed", $"{seed}"];
            (string parent, MeasuredProcess before) = ClinicalNlpCommand.Train(
                job,
                "entities",
                $"bc5cdr-biored-seed{seed}",
                ["--train", .. first, "--without", dev, "--guideline", "bc5cdr", "--members", "1", "--epochs", "4", .. both]
            );
            (string model, MeasuredProcess after) = ClinicalNlpCommand.Train(
                job,
                "entities",
                $"{Name}-staged-seed{seed}",
                ["--base", parent, "--share", "1", "--members", "2", "--epochs", "5", "--train", train, "--dev", dev, .. both]
            );
            Dictionary<string, double> measures = Measures.OfTraining(after);
            measures["trainSeconds"] += before.Seconds;
            Measures.AddMemory(measures, before);
            return Evaluate(job, model, EntityCorpora.Canonical(options, Name, dev), measures);
        }
    }

    /// <summary>The model through the library, on all cores, with the confidences that it answers.</summary>
    private static BenchResult Evaluate(BenchJob job, string model, MeasuredCorpus corpus, Dictionary<string, double> measures)
    {
        ModelBundle bundle = ModelBundle.Load(model);
        using EntityRecognizer recognizer = EntityRecognizer.Load(bundle, Environment.ProcessorCount);
        var found = recognizer.Recognize([.. corpus.Documents.Select(document => document.Text)]);
        return EntityScoring.Score(
            "clinicalnlp",
            $"{bundle.Card.Name} {bundle.Card.Version}",
            corpus.Documents,
            found,
            corpus.Covers,
            confidences: true,
            measures
        );
    }
}
