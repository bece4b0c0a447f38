using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Training.Entities;

/// <summary>Scores a model on a corpus, counting only the labels that the corpus annotates.</summary>
internal static class EntityEvaluation
{
    public static EntityScores Score(EntityModel model, EntityCorpus corpus, int length, int threads, CancellationToken cancellation)
    {
        List<AnnotatedDocument> documents = First(corpus, length);
        IReadOnlyList<IReadOnlyList<Mention>> found = ClinicalPipeline.Run(
            model,
            documents.ConvertAll(document => document.Text),
            threads,
            cancellation
        );
        EntityScorer scorer = new();
        for (int d = 0; d < documents.Count; d++)
        {
            scorer.Add(
                ExampleBuilder.WithoutOverlaps(documents[d].Spans).Where(span => Counts(span.Label)),
                found[d].Where(mention => Counts(mention.Label))
            );
        }
        return scorer.Result;

        bool Counts(string label) => corpus.Covers?.Contains(label) ?? true;
    }

    /// <summary>The first documents of a corpus, up to so many characters; one at least.</summary>
    public static List<AnnotatedDocument> First(EntityCorpus corpus, int length)
    {
        List<AnnotatedDocument> documents = [];
        long total = 0;
        foreach (AnnotatedDocument document in corpus.Documents)
        {
            if (documents.Count > 0 && total + document.Text.Length > length)
                break;
            documents.Add(document);
            total += document.Text.Length;
        }
        return documents;
    }
}
