using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Training.Entities;

/// <summary>A mention that a model found in an annotated document: its probability, what else speaks for it, and whether it is gold.</summary>
/// <param name="Corpus">Index among the measured corpora.</param>
/// <param name="Document">Index over all of them.</param>
internal readonly record struct CalibrationSample(
    int Corpus,
    int Document,
    string Label,
    double Confidence,
    MentionEvidence Evidence,
    bool Right
)
{
    /// <summary>
    /// All mentions in the first documents of each corpus before any calibration; with a threshold also the candidates that fall below it.
    /// </summary>
    /// <param name="length">Characters of each corpus that are enough.</param>
    public static List<CalibrationSample> Of(
        EntityModelParts parts,
        EntitySettings settings,
        IReadOnlyList<EntityCorpus> corpora,
        int length,
        int threads,
        CancellationToken cancellation
    )
    {
        using EntityModel model = parts.Open(
            settings with
            {
                Calibration = null,
                Threshold = settings.Threshold * EntitySettings.CandidateShare,
            }
        );
        List<CalibrationSample> samples = [];
        int number = 0;
        foreach ((int index, EntityCorpus corpus) in corpora.Index())
        {
            List<AnnotatedDocument> documents = EntityEvaluation.First(corpus, length);
            IReadOnlyList<IReadOnlyList<Mention>> found = ClinicalPipeline.Run(
                model,
                documents.ConvertAll(document => document.Text),
                threads,
                cancellation
            );
            foreach ((AnnotatedDocument document, IReadOnlyList<Mention> mentions) in documents.Zip(found))
            {
                MentionEvidence[] evidence = MentionEvidence.Of(document.Text, mentions, parts.Resources.Terms);
                HashSet<(TextSpan, string)> gold = [.. document.Spans.Select(span => (span.Span, span.Label))];
                for (int i = 0; i < evidence.Length; i++)
                {
                    Mention mention = mentions[i];
                    if (corpus.Covers?.Contains(mention.Label) == false)
                        continue;
                    bool right = gold.Contains((mention.Span, mention.Label));
                    samples.Add(new CalibrationSample(index, number, mention.Label, mention.Confidence, evidence[i], right));
                }
                number++;
            }
        }
        return samples;
    }
}
