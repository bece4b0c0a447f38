using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// Entity models that say what the tags of unlabelled text are, each path of tags with a probability: the mean of their scores (Hinton,
/// Vinyals and Dean 2015). A student of several teachers learns their agreement, and learns it from more text than anybody annotated.
/// </summary>
/// <remarks>The scores are kept while training runs: tokens × tags × 4 bytes.</remarks>
internal sealed class Teachers(EntityNetwork student, Vocabulary vocabulary, ExampleBuilder builder, TrainingOptions options)
{
    /// <summary>Words of a page: paragraphs are put together until they have so many, because one alone does not tell what kind of text it is.</summary>
    private const int PageWords = 120;

    /// <summary>Running text that shares so many words in a row with a measured text quotes it.</summary>
    private const int QuoteWords = 8;

    /// <summary>The pages of each running text, with what the teachers say of them.</summary>
    /// <param name="epochs">How often the text is drawn from: pages that would hardly ever be drawn are not asked about.</param>
    /// <exception cref="UnusableInputException"><c>other_labels</c>: a teacher's labels are not the student's.</exception>
    public List<(List<EntityExample> Examples, double Weight)> Teach(
        IReadOnlyList<EntityCorpus> dev,
        int epochs,
        CancellationToken cancellation
    )
    {
        Random random = new(options.Seed);
        HashSet<string> measured =
        [
            .. dev.SelectMany(corpus => corpus.Documents).Select(document => document.Text).Concat(options.MeasuredTexts).SelectMany(Runs),
        ];
        List<(List<EntityExample> Examples, double Weight)> texts = [];
        foreach (TextCorpus text in options.RunningText)
        {
            double kept = Math.Min(1, text.Weight * epochs);
            List<EntityExample> examples =
            [
                .. Pages(text.Path)
                    .Where(_ => random.NextDouble() < kept)
                    .Where(page => !Runs(page).Any(measured.Contains))
                    .SelectMany(page => builder.Build(new AnnotatedDocument(text.Name, page, []), null)),
            ];
            texts.Add((examples, text.Weight / kept));
        }
        List<EntityExample> all = [.. texts.SelectMany(text => text.Examples)];
        float[][] scores = [.. all.Select(example => new float[example.Length * student.Scheme.Count])];
        float[][] chain = [.. Chain(student).Select(values => new float[values.Length])];
        float share = 1f / options.TeacherDirectories.Count;
        foreach (string directory in options.TeacherDirectories)
            Listen(directory, all, scores, chain, share, cancellation);
        LinearChain mean = new(student.Scheme, chain[0], chain[1], chain[2]);
        Dictionary<EntityExample, EntityExample> taught = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < all.Count; i++)
            taught[all[i]] = all[i] with { Taught = new TaughtScores(scores[i], mean) };
        return [.. texts.Select(text => (text.Examples.ConvertAll(example => taught[example]), text.Weight))];
    }

    /// <summary>Adds one teacher's share of the mean.</summary>
    private void Listen(
        string directory,
        List<EntityExample> examples,
        float[][] scores,
        float[][] chain,
        float share,
        CancellationToken cancellation
    )
    {
        EntityBase source = EntityBase.Load(directory);
        if (!source.Labels.SequenceEqual(student.Scheme.Labels))
            throw new UnusableInputException(
                "other_labels",
                $"The teacher {source.Identity.Name} has other labels than the model to train."
            );
        EntityNetwork teacher = new(source.Labels, source.Settings, source.Resources, 1);
        teacher.CopyFrom(source);
        using EntityTask task = EntityTask.Tags(teacher);
        EntityHyperparameters still = new()
        {
            Dropout = 0,
            InputDropout = 0,
            WordDropout = 0,
            TermsDropout = 0,
        };
        int workers = Math.Max(1, options.Workers);
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation },
            worker =>
            {
                EntityInputs inputs = new(teacher, vocabulary, still, new Noise(1, worker));
                for (int i = worker; i < examples.Count; i += workers)
                {
                    cancellation.ThrowIfCancellationRequested();
                    using TrainableGraph.Pass pass = task.Graph.Forward(inputs.Feeds([examples[i]]));
                    Add(pass.Output(task.Output.Name), scores[i], share);
                }
            }
        );
        foreach ((float[] values, float[] sum) in Chain(teacher).Zip(chain))
            Add(values, sum, share);

        static void Add(ReadOnlySpan<float> values, float[] sum, float share)
        {
            // The network's last row stands for what is beside the text.
            for (int i = 0; i < sum.Length; i++)
                sum[i] += share * values[i];
        }
    }

    private static float[][] Chain(EntityNetwork network) => [network.Transitions.Values, network.Starts.Values, network.Ends.Values];

    private static IEnumerable<string> Pages(string path)
    {
        List<string> lines = [];
        int words = 0;
        foreach (string line in Intents.RunningText.Lines(path))
        {
            lines.Add(line);
            words += line.Count(' ') + 1;
            if (words < PageWords)
                continue;
            yield return string.Join('\n', lines);
            lines.Clear();
            words = 0;
        }
        if (lines.Count > 0)
            yield return string.Join('\n', lines);
    }

    /// <summary>Every run of words, without what is between them.</summary>
    private static IEnumerable<string> Runs(string text)
    {
        string[] words =
        [
            .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(word => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant())
                .Where(word => word.Length > 0),
        ];
        for (int i = 0; i + QuoteWords <= words.Length; i++)
            yield return string.Join(' ', words, i, QuoteWords);
    }
}
