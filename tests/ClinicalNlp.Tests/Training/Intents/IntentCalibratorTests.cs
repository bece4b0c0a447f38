using ClinicalNlp.Intents;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentCalibratorTests
{
    private const int OutOfScope = 2;

    [Fact]
    public void The_bias_separates_what_can_be_separated()
    {
        List<HeldScores> held = [];
        for (int i = 0; i < 100; i++)
        {
            held.Add(new([5 + (i * 0.01f), 0, 0], 0));
            held.Add(new([2 + (i * 0.01f), 0, 0], OutOfScope));
        }
        IntentSettings settings = IntentCalibrator.Fit(held, OutOfScope);
        Assert.InRange(settings.OutOfScopeBias, 2.99, 5.01);
    }

    [Fact]
    public void The_mean_of_the_others_decides_where_the_own_score_tells_nothing()
    {
        Random random = new(3);
        List<HeldScores> held = [];
        for (int i = 0; i < 200; i++)
        {
            held.Add(new([6, -3, Own()], 0));
            held.Add(new([1, 1, Own()], OutOfScope));
        }
        IntentSettings settings = IntentCalibrator.Fit(held, OutOfScope);
        Assert.InRange(settings.LearnedOutOfScope, 0, 0.25);
        Assert.All(held, example => Assert.Equal(example.Intent, Answer(example, settings)));

        float Own() => 12 * random.NextSingle();
    }

    [Fact]
    public void The_own_score_decides_where_the_mean_of_the_others_tells_nothing()
    {
        Random random = new(3);
        List<HeldScores> held = [];
        for (int i = 0; i < 200; i++)
        {
            held.Add(new([5, Other(), 0], 0));
            held.Add(new([5, Other(), 4], OutOfScope));
        }
        IntentSettings settings = IntentCalibrator.Fit(held, OutOfScope);
        Assert.InRange(settings.LearnedOutOfScope, 0.5, 1);
        Assert.All(held, example => Assert.Equal(example.Intent, Answer(example, settings)));

        float Other() => 4 * random.NextSingle();
    }

    [Fact]
    public void Left_out_intents_choose_the_score_as_foreign_utterances_do()
    {
        Random random = new(3);
        HeldScores[] known = [.. Enumerable.Range(0, 200).Select(_ => new HeldScores([6, -3, Own()], 0))];
        HeldScores[] leftOut = [.. Enumerable.Range(0, 200).Select(_ => new HeldScores([1, 1, Own()], 1, LeftOut: true))];
        Assert.InRange(IntentCalibrator.Fit([.. known, .. leftOut], OutOfScope).LearnedOutOfScope, 0, 0.25);

        float Own() => 12 * random.NextSingle();
    }

    [Fact]
    public void Without_foreign_utterances_hardly_any_right_answer_is_turned_away()
    {
        List<HeldScores> held = [.. Enumerable.Range(0, 1000).Select(i => new HeldScores([i * 0.01f, -9, 0], 0))];
        IntentSettings settings = IntentCalibrator.Fit(held, OutOfScope);
        int turnedAway = held.Count(example => Answer(example, settings) == OutOfScope);
        Assert.InRange(turnedAway, 1, 4);
    }

    [Fact]
    public void Left_out_intents_move_the_bias_within_bounds()
    {
        HeldScores[] known = [.. Enumerable.Range(0, 1000).Select(i => new HeldScores([i * 0.01f, -9, 0], 0))];
        double easy = IntentCalibrator.Fit([.. known, .. LeftOut(0.05f)], OutOfScope).OutOfScopeBias;
        double hard = IntentCalibrator.Fit([.. known, .. LeftOut(9)], OutOfScope).OutOfScopeBias;
        Assert.True(easy > hard, $"{easy} against {hard}");
        foreach (double bias in new[] { easy, hard })
            Assert.InRange(known.Count(example => Answer(example, new("r", 1, 1, bias)) == OutOfScope), 0, 9);

        // Their best intent is wrong whatever it is; their own is never among the answers.
        IEnumerable<HeldScores> LeftOut(float margin) =>
            Enumerable.Range(0, 500).Select(i => new HeldScores([margin, -9, 0], 1, LeftOut: true));
    }

    [Fact]
    public void The_temperature_makes_confidence_what_it_claims()
    {
        Random random = new(3);
        List<HeldScores> held = [];
        for (int i = 0; i < 4000; i++)
        {
            // Scores three times too sure: the true probability of intent 0 is that of a third of the lead.
            float lead = (float)(random.NextDouble() * 6) - 3;
            int intent = random.NextDouble() < 1 / (1 + Math.Exp(-lead)) ? 0 : 1;
            held.Add(new([3 * lead, 0, -60], intent));
        }
        Assert.InRange(IntentCalibrator.Fit(held, OutOfScope).Temperature, 2.6, 3.4);
    }

    [Fact]
    public void With_left_out_intents_it_claims_less_than_fits_the_known_ones_best()
    {
        Random random = new(3);
        HeldScores[] known = [.. Enumerable.Range(0, 1000).Select(_ => Noisy(random))];
        HeldScores[] leftOut = [.. Enumerable.Range(0, 100).Select(_ => new HeldScores([1, 0, 0], 1, LeftOut: true))];
        IntentSettings settings = IntentCalibrator.Fit([.. known, .. leftOut], OutOfScope);
        double best = Enumerable.Range(50, 1000).Select(i => i * 0.01).MinBy(Loss);
        Assert.InRange(settings.Temperature / best, 1.1, 1.2);

        // The higher score is right four times in five.
        static HeldScores Noisy(Random random)
        {
            float lead = 6 * (random.NextSingle() - 0.5f);
            return new HeldScores([lead, 0, -2], random.NextDouble() < 0.8 == lead > 0 ? 0 : 1);
        }

        double Loss(double temperature)
        {
            IntentSettings tried = settings with { Temperature = temperature };
            return known.Sum(example =>
            {
                float[] scores = [.. example.Scores];
                tried.Calibrate(scores, OutOfScope);
                return -Math.Log(scores[example.Intent]);
            });
        }
    }

    [Fact]
    public void Turns_of_dialogues_get_the_temperature_that_they_need_and_change_no_other()
    {
        HeldScores[] alone = [.. Enumerable.Range(0, 400).Select(i => Held(i, wrongEvery: 50, inDialogue: false))];
        HeldScores[] after = [.. Enumerable.Range(0, 400).Select(i => Held(i, wrongEvery: 3, inDialogue: true))];
        IntentSettings settings = IntentCalibrator.Fit([.. alone, .. after], OutOfScope);
        Assert.Equal(IntentCalibrator.Fit(alone, OutOfScope), settings with { InDialogue = null });
        float[] scores = [4, 0, -9];
        settings.Calibrate(scores, OutOfScope, inDialogue: true);
        Assert.InRange(scores[0], 0.6, 0.72);
        Assert.Null(IntentCalibrator.Fit([.. alone, .. after.Take(IntentCalibrator.Fewest - 1)], OutOfScope).InDialogue);

        static HeldScores Held(int i, int wrongEvery, bool inDialogue) =>
            i % 10 == 9
                ? new HeldScores([0, 0, 6], OutOfScope, InDialogue: inDialogue)
                : new HeldScores([4, 0, -9], i % wrongEvery == 0 ? 1 : 0, InDialogue: inDialogue);
    }

    [Fact]
    public void A_handful_changes_nothing()
    {
        IntentSettings settings = IntentCalibrator.Fit([new([1, 2, 3], 0), new([1, 2, 3], -1)], OutOfScope);
        Assert.Equal((1, 0), (settings.Temperature, settings.OutOfScopeBias));
    }

    private static int Answer(HeldScores example, IntentSettings settings)
    {
        float[] scores = [.. example.Scores];
        settings.Calibrate(scores, OutOfScope);
        return Array.IndexOf(scores, scores.Max());
    }
}
