using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Tests.Training;

/// <summary>What layers write into the model that ships does what they did in training.</summary>
public sealed class InferenceGraphTests
{
    private const int Width = 24;

    [Fact]
    public void A_layer_norm_in_use_is_the_one_that_was_trained()
    {
        Random random = new(3);
        LayerNorm norm = new("n", Width);
        Draw(random, norm.Gain.Values);
        Draw(random, norm.Bias.Values);
        float[] x = Draw(random, new float[50 * Width]);
        x.AsSpan(0, Width).Clear(); // a row between two sequences
        float[] trained = Trained(tape => norm.Apply(tape, tape.Input("x", Width, differentiable: true)), x);
        float[] used = Used(tape => norm.Apply(tape, tape.Input("x", Width)), x, null);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(trained[i], used[i], 1e-4f);
    }

    [Fact]
    public void Products_in_bytes_are_close_to_those_in_floats()
    {
        Random random = new(5);
        ResidualConvolution layer = new("layer", Width, 2, random, rowMask: null);
        float[] x = Draw(random, new float[400 * Width]);
        float[] floats = Used(tape => layer.Apply(tape, tape.Input("x", Width)), x, null);
        float[] bytes = Used(
            tape => layer.Apply(tape, tape.Input("x", Width)),
            x,
            new Dictionary<string, float> { [layer.Weight.Name] = x.Max(Math.Abs) }
        );
        double error = Math.Sqrt(floats.Zip(bytes, (a, b) => Math.Pow(a - b, 2)).Average());
        double size = Math.Sqrt(floats.Average(value => value * value));
        Assert.InRange(error / size, 1e-6, 0.03);
    }

    [Fact]
    public void The_largest_products_do_not_overflow()
    {
        // Every value at the end of its range and of one sign: processors without VNNI add pairs of products in 16 bits.
        Linear linear = new("l", 384, 4, new Random(1));
        Array.Fill(linear.Weight.Values, 0.5f);
        float[] x = new float[3 * 384];
        Array.Fill(x, 2f);
        float[] y = Used(
            tape => linear.Apply(tape, tape.Bytes(tape.Input("x", 384), linear.Weight)),
            x,
            new Dictionary<string, float> { [linear.Weight.Name] = 2 },
            384
        );
        Assert.All(y, value => Assert.Equal(384, value, 0.5f));
    }

    [Fact]
    public void Values_beyond_the_range_are_cut_off_not_wrapped_around()
    {
        Linear linear = new("l", 1, 1, new Random(1));
        linear.Weight.Values[0] = 1;
        float[] y = Used(
            tape => linear.Apply(tape, tape.Bytes(tape.Input("x", 1), linear.Weight)),
            [100, -100, 1, -1, 0],
            new Dictionary<string, float> { [linear.Weight.Name] = 2 },
            1
        );
        Assert.Equal(2, y[0], 0.05f);
        Assert.Equal(-2, y[1], 0.05f);
        Assert.Equal([1, -1, 0], y[2..].Select(value => MathF.Round(value, 1)));
    }

    private static float[] Draw(Random random, float[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() * 4) - 2;
        return values;
    }

    private static float[] Trained(Func<Tape, Value> record, float[] x)
    {
        Tape tape = new(Mode.Training);
        Value y = record(tape);
        tape.Output(y);
        using TrainableGraph graph = new(tape);
        using TrainableGraph.Pass pass = graph.Forward(new Feed("x", x, x.Length / Width, Width));
        return pass.Output(y.Name).ToArray();
    }

    private static float[] Used(Func<Tape, Value> record, float[] x, IReadOnlyDictionary<string, float>? ranges, int inputs = Width)
    {
        Tape tape = new(Mode.Inference, ranges: ranges);
        Value y = record(tape);
        tape.Output(y);
        using OnnxSession session = OnnxSession.Load(tape.Forward.ToModel());
        int width = inputs;
        using OrtValue input = OnnxSession.Tensor<float>(x, x.Length / width, width);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(["x"], [input], [y.Name]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
