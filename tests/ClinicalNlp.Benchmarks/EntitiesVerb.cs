using System.Security.Cryptography;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>entities</c>: models trained on one public corpus by the command line, and the shipped model on every dev set.</summary>
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
        if (NewestModels.Find(options.Models, "clinical-entities") is not { } model)
            yield break;
        string card = Path.Combine(model, ModelCard.FileName);
        yield return Unit(EntityCorpora.Own, EntityCorpora.OwnFile(options, "heldout"), EntityCorpora.Read);
        if (options.Quick)
            yield break;
        yield return Unit(
            EntityCorpora.OwnReports,
            EntityCorpora.OwnFile(options, "heldout", EntityCorpora.OwnReports),
            EntityCorpora.Read
        );
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
