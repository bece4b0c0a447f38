using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;

namespace ClinicalNlp.Tests.Training;

public sealed class OnnxFormatTests
{
    [Fact]
    public void Weights_written_into_a_model_are_read_back_by_name()
    {
        OnnxGraph graph = new("weights");
        graph.Initializer("full", [1.5f, -2f, 3e8f], 3);
        graph.Initializer("half", [(Half)0.5f, (Half)(-1f)], 2, 1);
        graph.Initializer("bytes", [(sbyte)-128, (sbyte)127], 1, 2);

        IReadOnlyDictionary<string, OnnxTensor> read = OnnxInitializers.Read(graph.ToModel());

        Assert.Equal([1.5f, -2f, 3e8f], read["full"].ToFloats());
        Assert.Equal([2, 1], read["half"].Shape);
        Assert.Equal([0.5f, -1f], read["half"].ToFloats());
        Assert.Equal([-128f, 127f], read["bytes"].ToFloats());
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => OnnxInitializers.Read("not a model at all"u8.ToArray()));
    }

    [Fact]
    public void The_inference_graph_computes_what_the_training_graph_does()
    {
        static Value Network(Tape tape) => new ResidualConvolution("c", 4, 3, new Random(3), "mask").Apply(tape, tape.Input("x", 4));

        Tape training = new(Mode.Training);
        Value trained = Network(training);
        training.Output(trained);
        Tape inference = new(Mode.Inference);
        Value shipped = Network(inference);
        inference.Output(shipped);
        float[] x = [.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i))];
        float[] ones = [.. Enumerable.Repeat(1f, 12)];
        using TrainableGraph graph = new(training);
        using TrainableGraph.Pass pass = graph.Forward(new Feed("x", x, 3, 4), new Feed("c.dropout", ones, 3, 4));

        using OnnxSession session = OnnxSession.Load(inference.Forward.ToModel());
        using var input = OnnxSession.Tensor<float>(x, 3, 4);
        using var mask = OnnxSession.Tensor<float>(ones.AsMemory(0, 3), 3, 1);
        using var results = session.Run(["x", "mask"], [input, mask], [shipped.Name]);

        float[] expected = pass.Output(trained.Name).ToArray();
        float[] actual = results[0].GetTensorDataAsSpan<float>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
    }
}
