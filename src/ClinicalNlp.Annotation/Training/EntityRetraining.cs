using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Entity models from corrected documents, with our own notes and silver ones mixed in so that nothing is forgotten.</summary>
public sealed class EntityRetraining(AnnotationDatabase database, OwnCorpora corpora) : TaskTrainer
{
    /// <summary>Share of the gold groups that decides when to stop.</summary>
    private const double DevFraction = 0.1;

    /// <summary>From this share of overlaps with people's own marks on, an old label counts as renamed.</summary>
    private const double RenamedShare = 0.3;

    /// <summary>With fewer gold groups all are learnt from and the last epoch is kept: on nine documents chance picked the first of eight.</summary>
    private const int GroupsForDev = 300;

    /// <summary>Corrections are repeated until they are about as many as what is mixed in, but not more often than this: a handful would be learnt by heart.</summary>
    private const double LargestWeight = 4;

    /// <summary>On a thousand mentions and more, a point is what a reader would notice last.</summary>
    public override double OwnMargin => 0.01;

    public override void Train(
        RetrainingJob job,
        TrainingOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var own = corpora.ReadDocuments();
        // The demonstration project is filled with our own notes: what judges must not be learnt from, whichever way it came in.
        var judges = own.SelectMany(corpus => corpus.HeldOut).Select(document => document.Text).ToHashSet();
        judges.UnionWith(SnapshotStore.ReadEntities(job.Side(SnapshotSide.HeldOut)).Select(document => document.Text));

        var gold = job.Side(SnapshotSide.Train).ToList();
        var devGroups = DevGroups(gold, options.Seed);
        var dev = Unseen(SnapshotStore.ReadEntities(gold.Where(document => devGroups.Contains(document.Group))), judges);
        var train = Unseen(SnapshotStore.ReadEntities(gold.Where(document => !devGroups.Contains(document.Group))), judges);
        if (train.Count == 0)
        {
            throw new UnusableInputException("too_little_data", "no finished document is left to learn from");
        }

        var schema = job.Snapshot.Labels.ToHashSet();
        HashSet<string> covered;
        HashSet<string> judged;
        var mixedIn = new List<EntityCorpus>();
        foreach (var corpus in own)
        {
            if (Unseen(corpus.Train, judges) is { Count: > 0 } replay)
            {
                double often = Math.Clamp(train.Count / (double)replay.Count, 1, LargestWeight);
                mixedIn.Add(new EntityCorpus(corpus.Name, replay, corpus.Labels, often * corpus.Share, Sha256: corpus.Sha256));
            }
        }

        using (var start = EntityRecognizer.Load(ModelBundle.Load(options.BaseModelDirectory!)))
        {
            var found = start.Recognize([.. train.Select(document => document.Text)], cancellationToken);
            var others = start.Labels.Where(label => !schema.Contains(label)).ToHashSet();
            var renamed = Renamed(train, found, others).ToHashSet();
            var kept = others.Except(renamed).ToHashSet();
            var silver = new SilverNotes(database);
            var replayed = silver
                .Of(job, train.Count, start, kept, others, options.Seed, cancellationToken)
                .Select(corpus => corpus with { Documents = Unseen(corpus.Documents, judges) })
                .ToList();
            silver.Note(job, replayed.SelectMany(corpus => corpus.Documents).Select(document => document.Id));
            mixedIn.AddRange(replayed);
            train = WithSilver(train, found, kept);
            // Renamed labels are covered and never marked: here they are always something else.
            covered = [.. schema, .. others];
            judged = [.. schema, .. renamed];
        }

        double weight = Math.Clamp(mixedIn.Sum(corpus => corpus.Documents.Count * corpus.Weight) / train.Count, 1, LargestWeight);
        // Documents of people who were seen to accept what is wrong come less often.
        var trust = gold.ToDictionary(document => document.DocumentId, document => document.Weight);
        var corrections = train
            .GroupBy(document => trust.GetValueOrDefault(document.Id, 1))
            .OrderByDescending(documents => documents.Key)
            .Select(documents => new EntityCorpus(
                documents.Key == 1 ? "corrections" : $"corrections at {documents.Key}",
                [.. documents],
                covered,
                weight * documents.Key,
                Sha256: job.Snapshot.Hash
            ));
        EntityRecipe.Train(
            [.. corrections, .. mixedIn],
            dev.Count == 0 ? [] : [new EntityCorpus("corrections", dev, judged)],
            options,
            progress,
            cancellationToken
        );
    }

    public override HeldOutScores Score(string modelDirectory, RetrainingJob job, CancellationToken cancellationToken)
    {
        using var model = EntityRecognizer.Load(ModelBundle.Load(modelDirectory));
        var own = corpora.ReadDocuments().Where(corpus => corpus.HeldOut.Count > 0).ToList();
        var heldOut = SnapshotStore.ReadEntities(job.Side(SnapshotSide.HeldOut));
        // A version trained before a label was renamed is read in the project's names, here as where it suggests.
        var names = database.Read(connection => StoredLabelNames.Load(connection, job.Snapshot.ProjectId));
        return new HeldOutScores(
            Score(model, "project", heldOut, job.Snapshot.Labels.ToHashSet(), names, cancellationToken),
            own.Count == 0
                ? null
                : Score(
                    model,
                    string.Join(", ", own.Select(corpus => corpus.Name)),
                    [.. own.SelectMany(corpus => corpus.HeldOut)],
                    own.SelectMany(corpus => corpus.Labels).ToHashSet(),
                    new Dictionary<string, string>(),
                    cancellationToken
                )
        );
    }

    /// <summary>Labels that the documents do not annotate are left out on both sides: there a prediction is neither right nor wrong.</summary>
    private static HeldOutScore Score(
        EntityRecognizer model,
        string name,
        IReadOnlyList<AnnotatedDocument> documents,
        HashSet<string> labels,
        IReadOnlyDictionary<string, string> names,
        CancellationToken cancellationToken
    )
    {
        var found = model.Recognize([.. documents.Select(document => document.Text)], cancellationToken);
        var scorer = new EntityScorer();
        foreach (var (document, mentions) in documents.Zip(found))
        {
            scorer.Add(
                document.Spans.Where(span => labels.Contains(span.Label)),
                mentions
                    .Select(mention => mention with { Label = names.GetValueOrDefault(mention.Label, mention.Label) })
                    .Where(mention => labels.Contains(mention.Label))
            );
        }

        return new HeldOutScore(name, documents.Count, scorer.Result.Micro.F1, scorer.Result.Labels);
    }

    /// <summary>Old labels that the team calls by another name: what the model finds under them, people mark as something else.</summary>
    /// <remarks>Repeating "heart is ANATOMY" beside gold that says "heart is Organ" would teach neither.</remarks>
    private static IEnumerable<string> Renamed(
        IReadOnlyList<AnnotatedDocument> gold,
        IReadOnlyList<IReadOnlyList<Mention>> found,
        HashSet<string> labels
    )
    {
        var counts = labels.ToDictionary(label => label, _ => (Found: 0, Marked: 0));
        foreach (var (document, mentions) in gold.Zip(found))
        {
            foreach (var mention in mentions.Where(mention => labels.Contains(mention.Label)))
            {
                var (all, marked) = counts[mention.Label];
                counts[mention.Label] = (all + 1, marked + (Overlaps(document, mention) ? 1 : 0));
            }
        }

        return counts.Where(count => count.Value.Marked >= RenamedShare * count.Value.Found).Select(count => count.Key);
    }

    /// <summary>
    /// What the version in use says of the labels that nobody corrects is kept in the corrected documents (Li and Hoiem 2016, learning
    /// without forgetting). Where they were left open, each retraining moved those labels at random.
    /// </summary>
    private static IReadOnlyList<AnnotatedDocument> WithSilver(
        IReadOnlyList<AnnotatedDocument> gold,
        IReadOnlyList<IReadOnlyList<Mention>> found,
        HashSet<string> labels
    ) =>
        [
            .. gold.Zip(
                found,
                (document, mentions) =>
                    document with
                    {
                        Spans =
                        [
                            .. document.Spans,
                            .. mentions
                                .Where(mention => labels.Contains(mention.Label) && !Overlaps(document, mention))
                                .Select(mention => new AnnotatedSpan(mention.Span, mention.Label)),
                        ],
                    }
            ),
        ];

    private static bool Overlaps(AnnotatedDocument gold, Mention mention) => gold.Spans.Any(span => span.Span.Overlaps(mention.Span));

    private static HashSet<string> DevGroups(IReadOnlyList<SnapshotDocument> gold, int seed)
    {
        var groups = gold.Select(document => document.Group).Distinct().ToList();
        // Another seed than the split's own, or the groups next to the border would always be the ones.
        return groups.Count < GroupsForDev ? [] : [.. GroupSplit.HeldOut(groups, DevFraction, unchecked(seed + 1_000_003))];
    }

    private static IReadOnlyList<AnnotatedDocument> Unseen(IReadOnlyList<AnnotatedDocument> documents, HashSet<string> judges) =>
        [.. documents.Where(document => !judges.Contains(document.Text))];
}
