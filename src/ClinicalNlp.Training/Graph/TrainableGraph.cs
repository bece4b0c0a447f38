using ClinicalNlp.Models;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Training.Graph;

/// <summary>A [rows, columns] tensor handed to a graph.</summary>
public readonly record struct Feed(string Name, Memory<float> Values, int Rows, int Columns);

/// <summary>A recorded network ready to run: forward and gradient sessions over shared weights. Thread-safe; each worker takes its own <see cref="Pass"/>.</summary>
public sealed class TrainableGraph : IDisposable
{
    private readonly OnnxSession forward;
    private readonly OnnxSession backward;
    private readonly Dictionary<string, OrtValue> weights = [];
    private readonly string[] forwardInputs;
    private readonly string[] forwardOutputs;
    private readonly string[] backwardInputs;
    private readonly string[] backwardOutputs;
    private readonly string[] inputGradients;

    public TrainableGraph(Tape tape)
    {
        if (tape.Mode != Mode.Training)
            throw new ArgumentException("an inference tape has no gradient", nameof(tape));
        tape.Differentiate();
        forward = OnnxSession.Load(tape.Forward.ToModel());
        backward = OnnxSession.Load(tape.Backward.ToModel());
        Parameters = [.. tape.Parameters.Values];
        Multiplied = tape.Multiplied;
        foreach (Parameter parameter in Parameters)
            weights[parameter.Name] = OnnxSession.Tensor<float>(parameter.Values, [.. parameter.Shape]);
        Outputs = tape.Outputs;
        inputGradients = [.. tape.InputGradients];
        forwardInputs = [.. forward.Inputs];
        forwardOutputs = [.. Outputs, .. tape.Boundary.Except(Outputs)];
        backwardInputs = [.. backward.Inputs];
        backwardOutputs = [.. Parameters.Select(parameter => Tape.Gradient(parameter.Name)), .. inputGradients.Select(Tape.Gradient)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<string> Outputs { get; }

    /// <summary>By the name of a weight matrix, the activation that it multiplies.</summary>
    public IReadOnlyDictionary<string, string> Multiplied { get; }

    /// <summary>Runs the forward graph and keeps what the gradient needs.</summary>
    public Pass Forward(params ReadOnlySpan<Feed> feeds) => new(this, feeds);

    public void Dispose()
    {
        foreach (OrtValue weight in weights.Values)
            weight.Dispose();
        forward.Dispose();
        backward.Dispose();
    }

    /// <summary>One forward pass and, when asked, its gradient.</summary>
    public sealed class Pass : IDisposable
    {
        private readonly TrainableGraph graph;
        private readonly Dictionary<string, OrtValue> inputs = [];
        private readonly Dictionary<string, OrtValue> saved = [];
        private readonly IDisposableReadOnlyCollection<OrtValue> results;

        internal Pass(TrainableGraph graph, ReadOnlySpan<Feed> feeds)
        {
            this.graph = graph;
            foreach (Feed feed in feeds)
                inputs[feed.Name] = OnnxSession.Tensor(feed.Values[..(feed.Rows * feed.Columns)], feed.Rows, feed.Columns);
            results = graph.forward.Run(graph.forwardInputs, Array.ConvertAll(graph.forwardInputs, Source), graph.forwardOutputs);
            for (int i = 0; i < graph.forwardOutputs.Length; i++)
                saved[graph.forwardOutputs[i]] = results[i];
        }

        /// <summary>An output, or an activation that the gradient needs, row after row; valid until the pass is disposed.</summary>
        public ReadOnlySpan<float> Output(string name) => saved[name].GetTensorDataAsSpan<float>();

        /// <summary>Adds the gradients of all weights to <paramref name="sum"/> and returns those of the differentiable inputs, in the order declared.</summary>
        /// <param name="outputGradients">d loss / d output, named like the output.</param>
        public float[][] Backward(GradientSum sum, params ReadOnlySpan<Feed> outputGradients)
        {
            foreach (Feed feed in outputGradients)
                inputs[Tape.Gradient(feed.Name)] = OnnxSession.Tensor(feed.Values[..(feed.Rows * feed.Columns)], feed.Rows, feed.Columns);
            using IDisposableReadOnlyCollection<OrtValue> gradients = graph.backward.Run(
                graph.backwardInputs,
                Array.ConvertAll(graph.backwardInputs, Source),
                graph.backwardOutputs
            );
            for (int i = 0; i < graph.Parameters.Count; i++)
                sum.Add(i, gradients[i].GetTensorDataAsSpan<float>());
            float[][] inputGradients = new float[graph.inputGradients.Length][];
            for (int i = 0; i < inputGradients.Length; i++)
                inputGradients[i] = gradients[graph.Parameters.Count + i].GetTensorDataAsSpan<float>().ToArray();
            return inputGradients;
        }

        public void Dispose()
        {
            results.Dispose();
            foreach (OrtValue input in inputs.Values)
                input.Dispose();
        }

        private OrtValue Source(string name) =>
            graph.weights.GetValueOrDefault(name)
            ?? inputs.GetValueOrDefault(name)
            ?? saved.GetValueOrDefault(name)
            ?? throw new ArgumentException($"no value was fed for {name}");
    }
}
