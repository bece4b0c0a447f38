using System.Collections.Concurrent;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Tests.Training;

public sealed class EntityRecipeTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_corpus_is_learnt_and_described_in_the_card()
    {
        TrainingResult result = PillBox.Train(folder["m"], [PillBox.Corpus(150, 1)], [PillBox.Corpus(40, 2)]);
        Assert.True(result.DevScore > 0.95, $"dev F1 is {result.DevScore}");
        ModelCard card = ModelBundle.Load(folder["m"]).Card;
        Assert.Equal(["DOSAGE", "MEDICATION", "PROBLEM"], card.Labels);
        Assert.Equal(150, Assert.Single(card.Corpora).Count);
        Assert.Equal(result.DevScore, Assert.Single(card.Scores).Overall, 1e-4);
        Assert.Equal(1, card.Training!.Seed);
        Assert.NotNull(card.Settings["training"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_seed_repeats_the_model_to_the_bit(int workers)
    {
        EntityCorpus[] corpus = [PillBox.Corpus(60, 1)];
        string first = Hash(PillBox.Train(folder["a"], corpus, workers: workers));
        string second = Hash(PillBox.Train(folder["b"], corpus, workers: workers));
        string other = Hash(PillBox.Train(folder["c"], corpus, workers: workers, seed: 2));
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);

        static string Hash(TrainingResult result) => result.Card.Files[EntityRecognizer.ModelFile].Sha256;
    }

    [Fact]
    public void Corpora_that_label_different_things_are_learnt_together()
    {
        EntityCorpus drugs = PillBox.Corpus(150, 1, ["MEDICATION"], new HashSet<string>(["MEDICATION"]));
        EntityCorpus complaints = PillBox.Corpus(150, 2, ["PROBLEM"], new HashSet<string>(["PROBLEM"]));
        PillBox.Train(folder["m"], [drugs, complaints]);
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder["m"]));
        EntityCorpus both = PillBox.Corpus(40, 3, ["MEDICATION", "PROBLEM"]);
        Assert.True(F1(recognizer, both) > 0.9, $"F1 on both labels is {F1(recognizer, both)}");
    }

    [Fact]
    public void Corpora_with_contrary_guidelines_are_learnt_together_and_one_is_answered_by()
    {
        // The trial writes the same sentences and calls every drug a problem and every complaint a medication.
        EntityCorpus trial = Swapped(PillBox.Corpus(150, 2, ["MEDICATION", "PROBLEM"])) with
        {
            Guideline = "trial",
        };
        EntityCorpus ward = PillBox.Corpus(50, 1, ["MEDICATION", "PROBLEM"]);
        PillBox.Train(folder["m"], [ward, trial]);
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder["m"]));
        double f1 = F1(recognizer, PillBox.Corpus(40, 3, ["MEDICATION", "PROBLEM"]));
        Assert.True(f1 > 0.9, $"F1 by the ward's guideline is {f1}, which a quarter of the documents follow");
    }

    private static EntityCorpus Swapped(EntityCorpus corpus) =>
        corpus with
        {
            Documents =
            [
                .. corpus.Documents.Select(document =>
                    document with
                    {
                        Spans =
                        [
                            .. document.Spans.Select(span => span with { Label = span.Label == "PROBLEM" ? "MEDICATION" : "PROBLEM" }),
                        ],
                    }
                ),
            ],
        };

    [Fact]
    public void A_base_model_learns_a_new_label_and_keeps_the_old_ones()
    {
        string[] old = ["MEDICATION", "PROBLEM"];
        PillBox.Train(folder["base"], [PillBox.Corpus(150, 1, old)]);
        EntityCorpus dosesOnly = PillBox.Corpus(80, 2, ["DOSAGE"], new HashSet<string>(["DOSAGE"]));
        TrainingResult tuned = PillBox.Train(
            folder["tuned"],
            [dosesOnly],
            baseModel: folder["base"],
            hyperparameters: PillBox.Quick with
            {
                Epochs = 4,
                Rate = 0.005,
                TableRate = 0.005,
            }
        );
        Assert.Equal(["MEDICATION", "PROBLEM", "DOSAGE"], tuned.Card.Labels);
        Assert.Equal(ModelBundle.Load(folder["base"]).Fingerprint, tuned.Card.Parent!.Fingerprint);
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder["tuned"]));
        double all = F1(recognizer, PillBox.Corpus(40, 3));
        Assert.True(all > 0.9, $"F1 on old and new labels is {all}");
    }

    [Fact]
    public void New_labels_settle_on_layers_that_the_average_with_the_base_took_back_and_nothing_else_moves()
    {
        string[] old = ["MEDICATION", "PROBLEM"];
        PillBox.Train(folder["base"], [PillBox.Corpus(150, 1, old)]);
        EntityCorpus dosesOnly = PillBox.Corpus(80, 2, ["DOSAGE"], new HashSet<string>(["DOSAGE"]));
        EntityHyperparameters tuning = PillBox.Quick with { Epochs = 4, TunedShare = 0.1f };
        PillBox.Train(folder["moved"], [dosesOnly], baseModel: folder["base"], hyperparameters: tuning);
        PillBox.Train(
            folder["settled"],
            [dosesOnly],
            baseModel: folder["base"],
            hyperparameters: tuning with
            {
                SettlingEpochs = 6,
                SettlingRate = 0.03,
            }
        );

        EntityNetwork moved = Loaded("moved");
        EntityNetwork settled = Loaded("settled");
        Assert.Equal(moved.Tables.Select(table => table.Values), settled.Tables.Select(table => table.Values));
        int tags = moved.Scheme.Count;
        foreach ((Parameter before, Parameter after) in moved.Parameters.Zip(settled.Parameters))
        {
            bool hasTags = before.Shape[^1] == tags;
            Assert.Equal(!hasTags, before.Values.SequenceEqual(after.Values));
            const int OldTags = 1 + (4 * 2);
            Assert.All(
                before.Values.Index().Where(item => !hasTags || item.Index % tags < OldTags),
                item => Assert.Equal(item.Item, after.Values[item.Index])
            );
        }

        Assert.True(Doses("settled") > Doses("moved") + 0.2, $"F1 of the new label: {Doses("moved")} before, {Doses("settled")} settled");

        EntityNetwork Loaded(string model)
        {
            EntityBase saved = EntityBase.Load(folder[model]);
            EntityNetwork network = new(saved.Labels, saved.Settings, saved.Resources, seed: 1);
            network.CopyFrom(saved);
            return network;
        }

        double Doses(string model)
        {
            using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder[model]));
            return F1(recognizer, PillBox.Corpus(40, 3, ["DOSAGE"]));
        }
    }

    [Fact]
    public void A_model_runs_in_bytes_and_training_goes_on_from_its_floats()
    {
        PillBox.Train(folder["base"], [PillBox.Corpus(60, 1)]);
        EntityBase saved = EntityBase.Load(folder["base"]);
        string[] bytes = [.. saved.Weights.Values.Where(tensor => tensor.Type == ElementType.Int8).Select(tensor => tensor.Name)];
        EntityNetwork network = new(saved.Labels, saved.Settings, saved.Resources, seed: 9);
        foreach (string weight in network.HiddenWeights)
            Assert.Contains(bytes, name => name.StartsWith(weight, StringComparison.Ordinal));
        network.CopyFrom(saved);
        foreach (Parameter parameter in network.Parameters.Where(parameter => network.HiddenWeights.Contains(parameter.Name)))
            Assert.Equal(saved.Weights[parameter.Name].ToFloats(), parameter.Values);

        using EntityModel floats = network.ToParts().Open(saved.Settings);
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder["base"]));
        string[] texts = [.. PillBox.Corpus(60, 4).Documents.Select(document => document.Text)];
        double[] moved =
        [
            .. ClinicalPipeline
                .Run(floats, texts, 1, CancellationToken.None)
                .Zip(recognizer.Recognize(texts))
                .SelectMany(pair =>
                    pair.First.Join(pair.Second, a => a.Span, b => b.Span, (a, b) => Math.Abs(a.Confidence - b.Confidence))
                ),
        ];
        Assert.NotEmpty(moved);
        Assert.InRange(moved.Average(), 0, 0.02);
        Assert.True(F1(recognizer, PillBox.Corpus(40, 3)) > 0.9);
    }

    [Fact]
    public void Corrections_from_another_ward_are_learnt_and_the_first_ward_is_not_forgotten()
    {
        // There, "pain" and "fever" are trial drugs: the base must be wrong before and right after.
        string[] trial = ["fever", "pain", "PX-101"];
        EntityCorpus first = PillBox.Corpus(40, 5);
        EntityCorpus second = PillBox.Corpus(40, 6, drugs: trial);
        PillBox.Train(folder["base"], [PillBox.Corpus(150, 1)]);
        PillBox.Train(
            folder["tuned"],
            [PillBox.Corpus(60, 2, drugs: trial)],
            baseModel: folder["base"],
            hyperparameters: PillBox.Quick with
            {
                TunedShare = 0.6f,
            }
        );
        using EntityRecognizer before = EntityRecognizer.Load(ModelBundle.Load(folder["base"]));
        using EntityRecognizer after = EntityRecognizer.Load(ModelBundle.Load(folder["tuned"]));
        Assert.True(F1(after, second) > F1(before, second) + 0.05, $"{F1(before, second)} to {F1(after, second)} on the new ward");
        Assert.True(F1(after, first) > F1(before, first) - 0.01, $"{F1(before, first)} to {F1(after, first)} on the first");
    }

    [Fact]
    public void What_kind_of_text_it_is_decides_what_counts_as_a_mention()
    {
        // Reports label the drug, notes do not, and what tells them apart is out of the convolutions' sight.
        EntityCorpus train = Kinds(80, 1);
        PillBox.Train(
            folder["m"],
            [train],
            settings: PillBox.Small with
            {
                Genre = true,
            },
            hyperparameters: PillBox.Quick with
            {
                Epochs = 12,
            }
        );
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(folder["m"]));
        double f1 = F1(recognizer, Kinds(40, 2));
        Assert.True(f1 > 0.9, $"F1 on both kinds is {f1}; without telling them apart it is at most 0.67");
    }

    [Fact]
    public void A_base_that_knew_no_kinds_of_text_answers_as_before_until_it_learns()
    {
        PillBox.Train(folder["base"], [PillBox.Corpus(60, 1)]);
        PillBox.Train(
            folder["tuned"],
            [PillBox.Corpus(60, 1)],
            baseModel: folder["base"],
            settings: PillBox.Small with
            {
                Genre = true,
            },
            hyperparameters: PillBox.Quick with
            {
                Epochs = 1,
                TunedShare = 0,
            }
        );
        using EntityRecognizer before = EntityRecognizer.Load(ModelBundle.Load(folder["base"]));
        using EntityRecognizer after = EntityRecognizer.Load(ModelBundle.Load(folder["tuned"]));
        Assert.Contains("\"genre\":true", ModelBundle.Load(folder["tuned"]).Card.Settings.ToJsonString(), StringComparison.Ordinal);
        foreach (AnnotatedDocument document in PillBox.Corpus(30, 2).Documents)
            Assert.Equal(
                before.Recognize(document.Text).Select(mention => (mention.Span, mention.Label)),
                after.Recognize(document.Text).Select(mention => (mention.Span, mention.Label))
            );
    }

    private static EntityCorpus Kinds(int documents, int seed)
    {
        Random random = new(seed);
        string[] drugs = ["aspirin", "heparin", "insulin"];
        string[] filler = ["the", "ward", "was", "quiet", "and", "rest", "went", "well"];
        List<AnnotatedDocument> made = [];
        for (int d = 0; d < documents; d++)
        {
            bool report = d % 2 == 0;
            string words = string.Join(' ', Enumerable.Range(0, 20).Select(_ => filler[random.Next(filler.Length)]));
            string before = (report ? "Case report abstract " : "Nursing shift entry ") + words + " ";
            string drug = drugs[random.Next(drugs.Length)];
            AnnotatedSpan span = new(new ClinicalNlp.Text.TextSpan(before.Length, before.Length + drug.Length), "MEDICATION");
            made.Add(new AnnotatedDocument($"d{d}", before + drug + " " + words + ".", report ? [span] : []));
        }
        return new EntityCorpus("kinds", made);
    }

    [Fact]
    public void Cancelling_writes_nothing()
    {
        using CancellationTokenSource source = new();
        Reports progress = new(report =>
        {
            if (report.Phase == "evaluating")
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            PillBox.Train(folder["m"], [PillBox.Corpus(100, 1)], [PillBox.Corpus(10, 2)], progress: progress, cancellation: source.Token)
        );
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_time_bound_ends_the_run()
    {
        Hurrying clock = new(1);
        EntityHyperparameters endless = PillBox.Quick with { Epochs = 100_000 };
        PillBox.Train(folder["m"], [PillBox.Corpus(300, 1)], minutes: 5, hyperparameters: endless, time: clock);
        Assert.InRange(clock.Passed.TotalMinutes, 4, 5);
        Assert.True(File.Exists(System.IO.Path.Combine(folder["m"], ModelCard.FileName)));
    }

    [Fact]
    public void Progress_tells_rate_loss_time_left_and_dev_score()
    {
        Reports progress = new(_ => { });
        PillBox.Train(folder["m"], [PillBox.Corpus(400, 1)], [PillBox.Corpus(10, 2)], progress: progress);
        Assert.Contains(progress.Seen, report => report.Phase == "preparing");
        Assert.Contains(progress.Seen, report => report is { Phase: "training", PerSecond: > 0, TimeLeft: not null, Loss: > 0 });
        Assert.Equal(
            Enumerable.Range(1, PillBox.Quick.Epochs),
            progress.Seen.Where(report => report.DevScore is not null).Select(report => report.Epoch)
        );
    }

    [Fact]
    public void Few_documents_are_read_often_and_scored_at_twelve_places()
    {
        List<int> scored = [];
        Reports progress = new(report =>
        {
            if (report.Phase == "evaluating")
                scored.Add(report.Epoch);
        });
        PillBox.Train(
            folder["m"],
            [PillBox.Corpus(4, 1)],
            [PillBox.Corpus(4, 2)],
            hyperparameters: PillBox.Quick with
            {
                Epochs = 2,
                LeastSteps = 30,
            },
            progress: progress
        );
        Assert.Equal(12, scored.Count);
        Assert.InRange(scored[^1], 13, 30);
    }

    [Fact]
    public void Documents_without_a_mention_are_too_little()
    {
        EntityCorpus bare = new("bare", [new AnnotatedDocument("d", "Nothing here.", [])]);
        UnusableInputException e = Assert.Throws<UnusableInputException>(() => PillBox.Train(folder["m"], [bare]));
        Assert.Equal("too_little_data", e.Code);
    }

    [Fact]
    public void A_folder_in_use_is_refused_before_training()
    {
        File.WriteAllText(folder["taken"], "mine");
        Assert.Throws<UnusableInputException>(() => PillBox.Train(folder.Path, [PillBox.Corpus(5, 1)]));
    }

    private static double F1(EntityRecognizer recognizer, EntityCorpus corpus)
    {
        ClinicalNlp.Scoring.EntityScorer scorer = new();
        foreach (AnnotatedDocument document in corpus.Documents)
            scorer.Add(
                document.Spans,
                recognizer.Recognize(document.Text).Where(m => corpus.Documents.Any(d => d.Spans.Any(s => s.Label == m.Label)))
            );
        return scorer.Result.Micro.F1;
    }

    private sealed class Reports(Action<TrainingProgress> then) : IProgress<TrainingProgress>
    {
        public ConcurrentQueue<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value)
        {
            Seen.Enqueue(value);
            then(value);
        }
    }
}
