using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Text;

namespace ClinicalNlp.Training.Entities;

/// <summary>Finds the temperature at which confidences come closest to how often mentions are right.</summary>
internal static class Calibration
{
    /// <summary>Characters of dev that are enough: two thousand mentions fix one number.</summary>
    private const int Length = 120_000;

    private static readonly double[] Temperatures = [1, 1.15, 1.3, 1.4, 1.5, 1.6, 1.75, 2, 2.4, 2.9];

    /// <returns>The temperature of the least Brier score; that of <paramref name="settings"/> without dev mentions.</returns>
    public static double Fit(
        EntityModelParts parts,
        EntitySettings settings,
        IReadOnlyList<EntityCorpus> dev,
        int threads,
        CancellationToken cancellation
    )
    {
        (List<AnnotatedDocument> Documents, EntityCorpus Corpus)[] samples =
        [
            .. dev.Select(corpus => (EntityEvaluation.First(corpus, Length / dev.Count), corpus)),
        ];
        double best = settings.Temperature;
        double least = double.PositiveInfinity;
        foreach (double temperature in Temperatures)
        {
            using EntityModel model = parts.Open(settings with { Temperature = temperature });
            double error = 0;
            int mentions = 0;
            foreach ((List<AnnotatedDocument> documents, EntityCorpus corpus) in samples)
            {
                IReadOnlyList<IReadOnlyList<Mention>> found = ClinicalPipeline.Run(
                    model,
                    documents.ConvertAll(document => document.Text),
                    threads,
                    cancellation
                );
                for (int d = 0; d < documents.Count; d++)
                {
                    HashSet<(TextSpan, string)> gold = [.. documents[d].Spans.Select(span => (span.Span, span.Label))];
                    foreach (Mention mention in found[d])
                    {
                        if (corpus.Covers?.Contains(mention.Label) == false)
                            continue;
                        double truth = gold.Contains((mention.Span, mention.Label)) ? 1 : 0;
                        error += (mention.Confidence - truth) * (mention.Confidence - truth);
                        mentions++;
                    }
                }
            }
            if (mentions > 0 && error / mentions < least)
                (least, best) = (error / mentions, temperature);
        }
        return best;
    }
}
