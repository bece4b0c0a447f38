using System.Text.Json.Nodes;
using ClinicalNlp.Intents;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Intents;

public sealed class IntentSettingsTests
{
    private static readonly IntentSettings Plain = new(IntentSettings.CurrentRecipe, UtteranceFeatures.Version, 1, 0);

    [Fact]
    public void Settings_of_before_take_the_own_score_of_oos()
    {
        JsonObject older = Plain.ToJson();
        Assert.True(older.Remove("learnedOutOfScope"));
        Assert.Equal(Plain with { LearnedOutOfScope = 1 }, IntentSettings.Parse(older));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void A_share_outside_its_bounds_is_refused(double share)
    {
        JsonObject settings = Plain.ToJson();
        settings["learnedOutOfScope"] = share;
        Assert.Null(IntentSettings.Parse(settings));
    }

    [Fact]
    public void What_is_written_is_read() =>
        Assert.Equal(
            Plain with
            {
                LearnedOutOfScope = 0.25,
                OutOfScopeBias = -2,
            },
            IntentSettings.Parse((Plain with { LearnedOutOfScope = 0.25, OutOfScopeBias = -2 }).ToJson())
        );

    [Fact]
    public void After_other_turns_the_numbers_for_those_hold_where_there_are_any()
    {
        IntentSettings both = Plain with { InDialogue = new DialogueSettings(4, 1) };
        Assert.Equal(Calibrated(Plain with { Temperature = 4, OutOfScopeBias = 1 }, false), Calibrated(both, true));
        Assert.Equal(Calibrated(Plain, false), Calibrated(both, false));
        Assert.Equal(Calibrated(Plain, false), Calibrated(Plain, true));
        Assert.Equal(both, IntentSettings.Parse(both.ToJson()));
        Assert.Null(IntentSettings.Parse((both with { InDialogue = new DialogueSettings(0, 1) }).ToJson()));

        static float[] Calibrated(IntentSettings settings, bool inDialogue)
        {
            float[] scores = [1, 3, 2];
            settings.Calibrate(scores, 2, inDialogue);
            return scores;
        }
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(0, 2)]
    [InlineData(0.5, 4.5)]
    public void Oos_scores_between_its_own_and_the_mean_of_the_others(double share, double expected) =>
        Assert.Equal(expected, (Plain with { LearnedOutOfScope = share }).OutOfScopeScore([1, 7, 3], 1), 1e-6);

    [Fact]
    public void Calibrated_scores_are_a_distribution_that_keeps_the_order_of_the_intents() =>
        Prop.ForAll<int>(seed =>
            {
                Random random = new(seed);
                float[] scores = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => (random.NextSingle() * 16) - 8)];
                int outOfScope = random.Next(scores.Length);
                IntentSettings settings = Plain with { LearnedOutOfScope = random.NextDouble(), OutOfScopeBias = random.Next(-5, 6) };
                float[] calibrated = [.. scores];
                settings.Calibrate(calibrated, outOfScope);
                Assert.Equal(1, calibrated.Sum(score => (double)score), 1e-4);
                int[] rising = [.. Enumerable.Range(0, scores.Length).Where(i => i != outOfScope).OrderBy(i => scores[i])];
                Assert.All(rising.Zip(rising.Skip(1)), pair => Assert.True(calibrated[pair.First] <= calibrated[pair.Second]));
            })
            .QuickCheckThrowOnFailure();
}
