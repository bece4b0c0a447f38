using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Training.Entities;

/// <summary>How the entity recipe trains. One default each; they are saved in the model card.</summary>
internal sealed record EntityHyperparameters
{
    /// <summary>The loss has collapsed by the sixth epoch; eight gained nothing.</summary>
    public int Epochs { get; init; } = 6;

    /// <summary>Of few documents more epochs are made, until there were so many steps, but at most <see cref="MostEpochs"/>.</summary>
    public int LeastSteps { get; init; }

    /// <summary>Tokens in one step, over all workers.</summary>
    public int BatchTokens { get; init; } = 1000;

    public double Rate { get; init; } = 0.002;

    /// <summary>Embedding rows are seen rarely and start near zero: they learn faster than the layers.</summary>
    public double TableRate { get; init; } = 0.004;

    public double WarmUp { get; init; } = 0.05;

    public float Decay { get; init; } = 0.02f;

    /// <summary>Largest norm of one step's gradient (of the mean loss a token).</summary>
    public float Clip { get; init; } = 1;

    /// <summary>After the mix layer and after each convolution.</summary>
    public float Dropout { get; init; } = 0.2f;

    /// <summary>Of single input columns.</summary>
    public float InputDropout { get; init; } = 0.15f;

    /// <summary>The word's own rows are dropped with probability a / (a + frequency), so that rare words are learnt by their parts.</summary>
    public float WordDropout { get; init; } = 0.5f;

    /// <summary>Of windows whose dictionary and abbreviation columns are all cleared, so that words are learnt as well.</summary>
    public float TermsDropout { get; init; } = 0.15f;

    /// <summary>Trainings from the same start whose weights are averaged; see <see cref="WeightSoup"/>.</summary>
    public int Members { get; init; } = 1;

    /// <summary>Above 0, weights are pulled back to those of the base model.</summary>
    public float AnchorPull { get; init; }

    /// <summary>Of the tuned weights in the average with the base's; see <see cref="BaseBlend"/>.</summary>
    public float TunedShare { get; init; } = 1;

    /// <summary>
    /// Passes after the average with the base in which the tags of new labels alone move: they had been learnt for layers that the average
    /// then took part of the way back. 0 for none.
    /// </summary>
    public int SettlingEpochs { get; init; }

    /// <summary>Of the tags of new labels in those passes.</summary>
    public double SettlingRate { get; init; }

    /// <summary>
    /// From an encoder, members end near enough to each other for their mean: three of them gave one point of F1 on BC5CDR, where
    /// outputs of models that began apart gained 0.4 at three times the cost of an answer. Six epochs of 12 documents are 15 steps and
    /// 36 points of F1, a hundred are 63; of 50, six are 66, forty 73 (EXPERIMENTS.md).
    /// </summary>
    public static EntityHyperparameters FromEncoder { get; } = new() { Members = 4, LeastSteps = 400 };

    /// <summary>
    /// A base model knows the task: small steps, and the average with the base at the end. With 100 new documents this kept 27 of 30
    /// points gained on the new corpus and lost nothing on the old ones, where the tuned weights alone lost one to four. Of labels of its
    /// own a corpus gained 18 points on average in eight settling passes, what is known of the old ones staying as it was (EXPERIMENTS.md).
    /// </summary>
    public static EntityHyperparameters FineTuning { get; } =
        new()
        {
            Epochs = 8,
            Rate = 0.001,
            TableRate = 0.003,
            TunedShare = 0.6f,
            SettlingEpochs = 8,
            SettlingRate = 0.003,
        };

    private const int MostEpochs = 100;

    /// <summary>For the settling passes.</summary>
    public EntityHyperparameters ToSettle() =>
        this with
        {
            Epochs = SettlingEpochs,
            LeastSteps = 0,
            Members = 1,
            Rate = SettlingRate,
            // What is held would fade.
            Decay = 0,
            AnchorPull = 0,
        };

    /// <param name="steps">Of one epoch.</param>
    public int EpochsOf(long steps) => (int)Math.Max(Epochs, Math.Min(MostEpochs, (LeastSteps + steps - 1) / steps));

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
}
