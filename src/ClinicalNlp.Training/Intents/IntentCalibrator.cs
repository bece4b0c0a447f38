using ClinicalNlp.Intents;

namespace ClinicalNlp.Training.Intents;

/// <summary>The scores of one utterance that the network was not trained on, and its intent.</summary>
/// <param name="LeftOut">Its intent was kept from the network: to that network it is out of scope, in truth it is not.</param>
/// <param name="InDialogue">Turns before it were read.</param>
internal readonly record struct HeldScores(float[] Scores, int Intent, bool LeftOut = false, bool InDialogue = false);

/// <summary>Chooses the score and the bias of <c>oos</c> and the temperature on held-out utterances: three numbers, so little to over-fit.</summary>
/// <remarks>Bias and temperature once more on utterances after other turns, where there are enough of both kinds: those are oftener misread.</remarks>
internal static class IntentCalibrator
{
    /// <summary>Fewer say nothing: the network's own scores are kept as they are.</summary>
    public const int Fewest = 30;

    /// <summary>Without out-of-scope utterances to weigh against, the bias turns away this share of the right answers.</summary>
    private const double TurnedAway = 0.003;

    /// <summary>Out-of-scope utterances count as at least this share: ten among a thousand would be given up for ten others.</summary>
    private const double ForeignShare = 0.03;

    /// <summary>A network that lacks the left-out intents is surer of the others than one that knows all: on HWU64, VIRA and BANKING77 by a factor of 1.1 to 1.2.</summary>
    private const double LeftOutTemperature = 1.15;

    /// <summary>What utterances of left-out intents weigh against known ones, and the bounds of right answers that they may cost.</summary>
    private const double LeftOutShare = 0.05;

    private const double FewestTurnedAway = 0.001;
    private const double MostTurnedAway = 0.008;

    /// <summary>Shares of the learned score of <c>oos</c> that are tried; on a tie the first.</summary>
    private static readonly double[] LearnedShares = [1, 0.75, 0.5, 0.25, 0];

    /// <summary>Biases that get this close to the best accuracy are as good; the middle of them is the least lucky one.</summary>
    private const double Plateau = 0.001;

    public static IntentSettings Fit(IReadOnlyList<HeldScores> held, int outOfScope)
    {
        HeldScores[] alone = [.. held.Where(example => !example.InDialogue)];
        HeldScores[] after = [.. held.Where(example => example is { InDialogue: true, Intent: >= 0, LeftOut: false })];
        if (alone.Count(example => example is { Intent: >= 0, LeftOut: false }) < Fewest || after.Length < Fewest)
            return FitAll(held, outOfScope);
        IntentSettings settings = FitAll(alone, outOfScope);
        IntentSettings turned = settings with { OutOfScopeBias = Bias(after, outOfScope, settings) };
        return settings with { InDialogue = new(Temperature(after, outOfScope, turned), turned.OutOfScopeBias) };
    }

    private static IntentSettings FitAll(IReadOnlyList<HeldScores> held, int outOfScope)
    {
        IntentSettings settings = new(IntentSettings.CurrentRecipe, UtteranceFeatures.Version, 1, 0);
        HeldScores[] known = [.. held.Where(example => example.Intent >= 0 && !example.LeftOut)];
        if (known.Length < Fewest)
            return settings;
        HeldScores[] leftOut = [.. held.Where(example => example.LeftOut)];
        settings = settings with
        {
            LearnedOutOfScope = LearnedShares.MaxBy(share => Told(known, leftOut, outOfScope, settings with { LearnedOutOfScope = share })),
        };
        double bias = leftOut.Length == 0 ? Bias(known, outOfScope, settings) : Bias(known, leftOut, outOfScope, settings);
        settings = settings with { OutOfScopeBias = bias };
        double temperature = Temperature(known, outOfScope, settings);
        return settings with { Temperature = leftOut.Length == 0 ? temperature : temperature * LeftOutTemperature };
    }

    /// <summary>Of all pairs of a right answer and a foreign utterance, how many the lead over <c>oos</c> tells apart: the area under the curve.</summary>
    private static double Told(HeldScores[] known, HeldScores[] leftOut, int outOfScope, IntentSettings settings)
    {
        List<double> right = RightMargins(known, outOfScope, settings);
        List<double> foreign = Margins(
            leftOut.Length > 0 ? leftOut : known.Where(example => example.Intent == outOfScope),
            outOfScope,
            settings
        );
        return right.Sum(margin => (double)Below(foreign, margin));
    }

    private static double Bias(HeldScores[] held, int outOfScope, IntentSettings settings)
    {
        // An utterance is answered "oos" when the bias exceeds its margin, the lead of the best intent over oos.
        List<double> rightMargins = RightMargins(held, outOfScope, settings);
        List<double> foreignMargins = Margins(held.Where(example => example.Intent == outOfScope), outOfScope, settings);
        if (rightMargins.Count == 0)
            return 0;
        if (foreignMargins.Count == 0)
            return rightMargins[(int)(TurnedAway * rightMargins.Count)] - 1e-3;
        double[] candidates = [.. rightMargins.Concat(foreignMargins).Order().Select(margin => margin + 1e-4)];
        double foreignWeight = Math.Max(1, ForeignShare * held.Length / foreignMargins.Count);
        double[] right = [.. candidates.Select(bias => Right(bias))];
        double enough = right.Max() - (Plateau * held.Length);
        double[] good = [.. candidates.Where((_, i) => right[i] >= enough)];
        return good[good.Length / 2];

        double Right(double bias) => rightMargins.Count - Below(rightMargins, bias) + (foreignWeight * Below(foreignMargins, bias));
    }

    /// <summary>
    /// Without out-of-scope utterances those of left-out intents stand in for them. They are nearer to the known ones than most of what
    /// will come, so they say where turning away begins to pay, within bounds.
    /// </summary>
    private static double Bias(HeldScores[] known, HeldScores[] leftOut, int outOfScope, IntentSettings settings)
    {
        List<double> right = RightMargins(known, outOfScope, settings);
        if (right.Count == 0)
            return 0;
        List<double> foreign = Margins(leftOut, outOfScope, settings);
        double weight = LeftOutShare / (1 - LeftOutShare) * known.Length / foreign.Count;
        int fewest = (int)(FewestTurnedAway * right.Count);
        int most = (int)(MostTurnedAway * right.Count);
        // Just below the margin of the n-th right answer, n are turned away.
        return Enumerable.Range(fewest, most - fewest + 1).Select(n => right[n] - 1e-3).MaxBy(Worth);

        double Worth(double bias) => (weight * Below(foreign, bias)) - Below(right, bias);
    }

    private static List<double> RightMargins(IEnumerable<HeldScores> held, int outOfScope, IntentSettings settings) =>
        Margins(
            held.Where(example => example.Intent != outOfScope && example.Intent == BestInScope(example.Scores, outOfScope)),
            outOfScope,
            settings
        );

    /// <summary>The leads of the best intent over <c>oos</c>, in rising order.</summary>
    private static List<double> Margins(IEnumerable<HeldScores> held, int outOfScope, IntentSettings settings)
    {
        List<double> margins =
        [
            .. held.Select(example =>
                example.Scores[BestInScope(example.Scores, outOfScope)] - settings.OutOfScopeScore(example.Scores, outOfScope)
            ),
        ];
        margins.Sort();
        return margins;
    }

    /// <summary>Golden-section search of the temperature with the least mean -log probability of the gold intent.</summary>
    private static double Temperature(HeldScores[] held, int outOfScope, IntentSettings settings)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(0.1);
        double high = Math.Log(10);
        for (int i = 0; i < 30; i++)
        {
            double left = high - (ratio * (high - low));
            double right = low + (ratio * (high - low));
            if (Loss(left) < Loss(right))
                high = right;
            else
                low = left;
        }
        return Math.Exp((low + high) / 2);

        double Loss(double logTemperature)
        {
            IntentSettings tried = settings with { Temperature = Math.Exp(logTemperature) };
            double loss = 0;
            foreach (HeldScores example in held)
            {
                float[] scores = [.. example.Scores];
                tried.Calibrate(scores, outOfScope);
                loss -= Math.Log(Math.Max(scores[example.Intent], 1e-6));
            }
            return loss;
        }
    }

    private static int BestInScope(float[] scores, int outOfScope)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            if (i != outOfScope && (best < 0 || scores[i] > scores[best]))
                best = i;
        }
        return best;
    }

    /// <summary>How many of the sorted values are smaller.</summary>
    private static int Below(List<double> sorted, double value)
    {
        int at = sorted.BinarySearch(value);
        if (at < 0)
            return ~at;
        while (at > 0 && sorted[at - 1] >= value)
            at--;
        return at;
    }
}
