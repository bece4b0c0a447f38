using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentRecipeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Learns_writes_and_classifies()
    {
        List<TrainingProgress> reports = [];
        TrainingResult result = IntentRecipe.Train(
            [ToyIntents.Corpus()],
            [ToyIntents.Corpus("toy-dev")],
            ToyIntents.Options(folder.File("m")),
            new Reports(reports)
        );
        Assert.True(result.DevScore > 0.95, $"{result.DevScore}");
        Assert.Equal(["bill", "book", "cancel", "oos", "refill"], result.Card.Labels);
        Assert.Equal("intents", result.Card.Kind);
        Assert.Equal(120, Assert.Single(result.Card.Corpora).Count);
        Assert.Equal(["dev"], result.Card.Scores.Select(score => score.Split).Distinct());
        Assert.Equal(5, result.Card.Scores.First(score => score.Measure == "accuracy").Labels!.Count);
        Assert.Equal("preparing", reports[0].Phase);
        Assert.Equal("writing", reports[^1].Phase);

        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File("m")));
        Assert.Equal("refill", classifier.Classify("could you renew my tablets").Intent);
        Assert.Equal("oos", classifier.Classify("play me a football song").Intent);
    }

    [Fact]
    public void A_prediction_is_a_ranked_distribution()
    {
        using IntentClassifier classifier = Trained();
        foreach (string text in new[] { "book", "zzzz", "你好 😀", "\u0301", "pay the invoice and cancel my visit" })
        {
            IntentPrediction prediction = classifier.Classify(text);
            double[] confidences = [prediction.Confidence, .. prediction.Alternatives.Select(score => score.Confidence)];
            Assert.Equal(classifier.Intents.Count, confidences.Length);
            Assert.Equal(1, confidences.Sum(), 1e-4);
            Assert.Equal(confidences.OrderDescending(), confidences);
            Assert.Equal(
                classifier.Intents.Order(),
                prediction.Alternatives.Select(score => score.Intent).Append(prediction.Intent).Order()
            );
        }
    }

    [Fact]
    public void A_batch_answers_like_single_calls()
    {
        using IntentClassifier classifier = Trained();
        string[] texts = [.. ToyIntents.Corpus().Utterances.Select(utterance => utterance.Text).Take(19)];
        IReadOnlyList<IntentPrediction> batch = classifier.Classify(texts);
        for (int i = 0; i < texts.Length; i++)
        {
            IntentPrediction single = classifier.Classify(texts[i]);
            Assert.Equal(single.Intent, batch[i].Intent);
            Assert.Equal(single.Confidence, batch[i].Confidence, 1e-5);
        }
        Assert.Empty(classifier.Classify(Array.Empty<string>()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_whatever_the_number_of_workers()
    {
        IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("a")));
        IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("b")) with { Workers = 3 });
        IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("c"), seed: 2));
        ModelCard first = ModelBundle.Load(folder.File("a")).Card;
        Assert.Equal(first.Files.Values, ModelBundle.Load(folder.File("b")).Card.Files.Values);
        Assert.NotEqual(first.Files["model.onnx"], ModelBundle.Load(folder.File("c")).Card.Files["model.onnx"]);
    }

    [Fact]
    public void Without_dev_the_card_has_cross_validated_scores()
    {
        TrainingResult result = IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("m")));
        double accuracy = ToyIntents.Score([.. result.Card.Scores], "cross-validation", "accuracy");
        Assert.InRange(accuracy, 0.8, 1);
        Assert.Equal(0, result.DevScore);
    }

    [Fact]
    public void Without_out_of_scope_examples_nonsense_is_still_turned_away()
    {
        IntentRecipe.Train([ToyIntents.Corpus("toy", "book", "cancel", "refill", "bill")], [], ToyIntents.Options(folder.File("m")));
        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File("m")));
        Assert.Contains("oos", classifier.Intents);
        Assert.Equal("cancel", classifier.Classify("please cancel my visit").Intent);
        double clear = Foreign("please cancel my visit");
        double nonsense = Foreign("quantum lighthouse velvet");
        Assert.True(nonsense > clear, $"{nonsense} against {clear}");

        double Foreign(string text)
        {
            IntentPrediction prediction = classifier.Classify(text);
            return prediction
                .Alternatives.Append(new(prediction.Intent, prediction.Confidence))
                .First(score => score.Intent == "oos")
                .Confidence;
        }
    }

    [Fact]
    public void Ten_utterances_are_enough_to_try()
    {
        IntentCorpus corpus = new("ten", [.. ToyIntents.Corpus("toy", "book", "bill").Utterances.Where((_, i) => i % 5 == 0)]);
        Assert.Equal(10, corpus.Utterances.Count);
        IntentRecipe.Train([corpus], [], ToyIntents.Options(folder.File("m")));
        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File("m")));
        Assert.All(corpus.Utterances, utterance => Assert.Equal(utterance.Intent, classifier.Classify(utterance.Text).Intent));
    }

    [Fact]
    public void A_base_model_learns_a_new_intent_and_keeps_the_old()
    {
        IntentRecipe.Train([ToyIntents.Corpus("toy", "book", "cancel", "oos")], [], ToyIntents.Options(folder.File("base")));
        TrainingResult result = IntentRecipe.Train(
            [ToyIntents.Corpus("toy", "book", "cancel", "oos"), ToyIntents.Corpus("new", "refill")],
            [ToyIntents.Corpus()],
            ToyIntents.Options(folder.File("next")) with
            {
                BaseModelDirectory = folder.File("base"),
                ModelVersion = "2",
            }
        );
        Assert.Equal(["book", "cancel", "oos", "refill"], result.Card.Labels);
        Assert.Equal(ModelBundle.Load(folder.File("base")).Fingerprint, result.Card.Parent!.Fingerprint);
        IReadOnlyDictionary<string, double> scores = result.Card.Scores.First(score => score.Measure == "recall").Labels!;
        Assert.True(scores["refill"] > 0.9 && scores["book"] > 0.9 && scores["cancel"] > 0.9, string.Join(' ', scores));
        // "bill" is in dev only: nothing can be right there, and nothing breaks.
        Assert.Equal(0, scores["bill"]);
    }

    [Fact]
    public void A_short_answer_means_what_was_asked_before()
    {
        string[] questions =
        [
            "shall i book that visit",
            "do you want to book the visit",
            "do you want to pay the bill",
            "shall i charge the bill",
        ];
        string[] answers = ["yes", "yes please", "the second one", "ok then"];
        Utterance[] asked =
        [
            .. questions.SelectMany(
                (question, i) => answers.Select(answer => new Utterance(answer, i < 2 ? "book" : "bill", ["hello", question]))
            ),
        ];
        IntentRecipe.Train([ToyIntents.Corpus(), new("asked", asked)], [], ToyIntents.Options(folder.File("base")));
        Answers("base");

        // A model that is continued keeps it.
        TrainingOptions next = ToyIntents.Options(folder.File("next")) with
        {
            BaseModelDirectory = folder.File("base"),
        };
        IntentRecipe.Train([ToyIntents.Corpus(), new("asked", asked)], [], next);
        Answers("next");

        void Answers(string model)
        {
            using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File(model)));
            Assert.Equal("book", classifier.Classify("yes please", ["hello", "shall i book that visit"]).Intent);
            Assert.Equal("bill", classifier.Classify("yes please", ["hello", "shall i charge the bill"]).Intent);
            Assert.Equal("refill", classifier.Classify("could you renew my tablets").Intent);
            Assert.Equal("refill", classifier.Classify("could you renew my tablets", ["hello", "how can i help you"]).Intent);
        }
    }

    [Fact]
    public void Without_dev_a_base_model_hands_its_calibration_on()
    {
        ModelCard first = IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("base"))).Card;
        ModelCard next = IntentRecipe
            .Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("next")) with { BaseModelDirectory = folder.File("base") })
            .Card;
        Assert.Empty(next.Scores);
        foreach (string number in new[] { "temperature", "outOfScopeBias" })
            Assert.Equal(first.Settings[number]!.GetValue<double>(), next.Settings[number]!.GetValue<double>());
    }

    [Fact]
    public void A_weight_of_zero_leaves_a_corpus_out()
    {
        IntentCorpus wrong = new("wrong", [.. ToyIntents.Corpus().Utterances.Select(utterance => utterance with { Intent = "bill" })], 0);
        IntentRecipe.Train([ToyIntents.Corpus(), wrong], [], ToyIntents.Options(folder.File("m")));
        using IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(folder.File("m")));
        Assert.Equal("book", classifier.Classify("book a visit").Intent);
    }

    [Fact]
    public void The_time_bound_holds()
    {
        Hurrying clock = new(1);
        TrainingOptions bounded = ToyIntents.Options(folder.File("m")) with { Minutes = 5, Time = clock };
        IntentRecipe.Train([ToyIntents.Corpus() with { Weight = 2000 }], [], bounded);
        Assert.InRange(clock.Passed.TotalMinutes, 4, 5);
        Assert.True(File.Exists(Path.Combine(folder.File("m"), "model.onnx")));
    }

    [Fact]
    public void A_cancelled_run_writes_nothing()
    {
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            IntentRecipe.Train(
                [ToyIntents.Corpus() with { Weight = 2000 }],
                [],
                ToyIntents.Options(folder.File("m")),
                new Cancelling(source),
                source.Token
            )
        );
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Unusable_data_is_refused()
    {
        Refused("too_little_data", []);
        Refused("too_little_data", [ToyIntents.Corpus("toy", "book", "oos")]);
        Refused("missing_field", [ToyIntents.Corpus(), new("bare", [new Utterance("book it", null)])]);
        Refused("empty_text", [ToyIntents.Corpus(), new("empty", [new Utterance(" ", "book")])]);
        IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("m")));
        Refused("output_exists", [ToyIntents.Corpus()]);

        void Refused(string code, IntentCorpus[] train) =>
            Assert.Equal(
                code,
                Assert.Throws<UnusableInputException>(() => IntentRecipe.Train(train, [], ToyIntents.Options(folder.File("m")))).Code
            );
    }

    private IntentClassifier Trained()
    {
        IntentRecipe.Train([ToyIntents.Corpus()], [], ToyIntents.Options(folder.File("trained")));
        return IntentClassifier.Load(ModelBundle.Load(folder.File("trained")));
    }

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            lock (list)
                list.Add(value);
        }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == "training")
                source.Cancel();
        }
    }
}
