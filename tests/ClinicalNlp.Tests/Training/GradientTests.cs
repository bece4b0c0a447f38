using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;

namespace ClinicalNlp.Tests.Training;

/// <summary>Every layer's gradient, of weights and of inputs, against central finite differences.</summary>
public sealed class GradientTests
{
    private const int Rows = 6;

    public static TheoryData<string> Layers =>
        [
            "linear",
            "layer norm",
            "maxout",
            "gelu",
            "relu",
            "window",
            "dropout",
            "sum",
            "concatenation",
            "weighted pool",
            "max pool",
            "residual convolution",
            "group mean",
            "residual group",
            "residual page",
            "stack",
        ];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradient_equals_finite_differences(string layer)
    {
        Random random = new(7);
        Tape tape = new(Mode.Training);
        List<Feed> feeds = [];
        Value x = tape.Input("x", 4, differentiable: true);
        feeds.Add(new Feed("x", Draw(random, Rows * 4), Rows, 4));
        Value y = Build(layer, tape, x, feeds, random);
        tape.Output(y);
        using TrainableGraph graph = new(tape);
        foreach (Parameter parameter in graph.Parameters)
            Draw(random, parameter.Length).CopyTo(parameter.Values, 0);

        // The loss is a random linear form of the output, so its gradient is that form.
        float[] form;
        GradientSum sum = new(graph.Parameters);
        float[] inputGradient;
        using (TrainableGraph.Pass pass = graph.Forward([.. feeds]))
        {
            form = Draw(random, pass.Output(y.Name).Length);
            inputGradient = pass.Backward(sum, new Feed(y.Name, form, form.Length / y.Width, y.Width))[0];
        }

        for (int p = 0; p < graph.Parameters.Count; p++)
            Compare(graph.Parameters[p].Values, sum[p], graph.Parameters[p].Name);
        Compare(feeds[0].Values, inputGradient, "x");

        void Compare(Memory<float> values, float[] gradient, string name)
        {
            Assert.Equal(values.Length, gradient.Length);
            for (int i = 0; i < values.Length; i++)
            {
                float original = values.Span[i];
                const float step = 1e-2f;
                values.Span[i] = original + step;
                double above = Loss();
                values.Span[i] = original - step;
                double below = Loss();
                values.Span[i] = original;
                double numeric = (above - below) / (2 * step);
                Assert.True(
                    Math.Abs(numeric - gradient[i]) < 2e-3 + (2e-2 * Math.Abs(numeric)),
                    $"{layer}: {name}[{i}] is {gradient[i]}, finite differences give {numeric}"
                );
            }
        }

        double Loss()
        {
            using TrainableGraph.Pass pass = graph.Forward([.. feeds]);
            double loss = 0;
            ReadOnlySpan<float> output = pass.Output(y.Name);
            for (int i = 0; i < output.Length; i++)
                loss += (double)output[i] * form[i];
            return loss;
        }
    }

    private static Value Build(string layer, Tape tape, Value x, List<Feed> feeds, Random random)
    {
        switch (layer)
        {
            case "linear":
                return new Linear("l", 4, 3, random).Apply(tape, x);
            case "layer norm":
                return new LayerNorm("n", 4).Apply(tape, x);
            case "maxout":
                return new Maxout("m", 4, 3, 2, random).Apply(tape, x);
            case "gelu":
                return Gelu.Apply(tape, x);
            case "relu":
                return Relu.Apply(tape, x);
            case "window":
                return Window.Apply(tape, x);
            case "dropout":
                feeds.Add(new Feed("mask", Draw(random, Rows * 4), Rows, 4));
                return new Dropout("mask").Apply(tape, x);
            case "sum":
                return Sum.Apply(tape, x, Gelu.Apply(tape, x));
            case "concatenation":
                return Concatenation.Apply(tape, x, Gelu.Apply(tape, x));
            case "weighted pool":
                string weights = tape.Matrix("weights");
                feeds.Add(new Feed("weights", Draw(random, 2 * Rows), 2, Rows));
                return WeightedPool.Apply(tape, x, weights);
            case "max pool":
                return MaxPool.Apply(tape, x, 3);
            case "residual convolution":
                ResidualConvolution convolution = new("c", 4, 2, random, null);
                feeds.Add(new Feed(convolution.Dropout.Name, Draw(random, Rows * 4), Rows, 4));
                return convolution.Apply(tape, x);
            case "group mean":
                return Groups(feeds).Apply(tape, x);
            case "residual group":
                ResidualGroup group = new("g", 4, 2, random, Groups(feeds), null);
                feeds.Add(new Feed(group.Dropout.Name, Draw(random, Rows * 4), Rows, 4));
                return group.Apply(tape, x);
            case "residual page":
                return new ResidualPage("p", 4, Groups(feeds)).Apply(tape, x);
            case "stack":
                Value hidden = Gelu.Apply(tape, new Linear("a", 4, 5, random).Apply(tape, x));
                return new Linear("b", 5, 2, random).Apply(tape, new LayerNorm("n", 5).Apply(tape, hidden));
            default:
                throw new ArgumentOutOfRangeException(nameof(layer));
        }
    }

    /// <summary>Rows 0, 3 and 4 are one group, 1 and 5 another, 2 is alone.</summary>
    private static GroupMean Groups(List<Feed> feeds)
    {
        feeds.Add(new Feed("groups", (float[])[0, 1, 2, 0, 0, 1], Rows, 1));
        feeds.Add(new Feed("shares", (float[])[1 / 3f, 0.5f, 1, 1 / 3f, 1 / 3f, 0.5f], Rows, 1));
        return new GroupMean("groups", "shares");
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
