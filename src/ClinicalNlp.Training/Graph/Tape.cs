namespace ClinicalNlp.Training.Graph;

/// <summary>A float tensor of the forward graph; the last dimension is <see cref="Width"/>, the first (rows) is free.</summary>
public readonly record struct Value(string Name, int Width);

/// <summary>
/// Records a forward computation as ONNX operators and, by running the recorded steps backwards, writes the gradient as a second
/// ONNX graph. Whatever the gradient needs of the forward pass becomes an output of the one and an input of the other; the loss
/// sits between the two, in C#.
/// </summary>
/// <remarks>
/// In <see cref="Mode.Inference"/> weights become initializers, dropout becomes the row mask and nothing is recorded, so the same
/// layer code writes the model that ships.
/// </remarks>
/// <param name="ranges">
/// For inference: by the name of a weight, the largest size of what it multiplies. Those products run in bytes (<see cref="Bytes"/>).
/// </param>
public sealed class Tape(Mode mode, string name = "network", IReadOnlyDictionary<string, float>? ranges = null)
{
    private const string ZeroByteName = "bytes.zero";

    private readonly Dictionary<string, string> multiplied = [];
    private readonly Dictionary<string, string> byteScales = [];
    private readonly Dictionary<string, int> inputWidths = [];
    private readonly Dictionary<string, Parameter> parameters = [];
    private readonly List<string> boundary = [];
    private readonly Dictionary<string, string> gradients = [];
    private readonly List<Action> steps = [];
    private readonly List<string> wanted = [];
    private readonly List<Value> outputs = [];

    public Mode Mode { get; } = mode;

    /// <summary>The graph that the layers add to.</summary>
    public OnnxGraph Forward { get; } = new(name);

    /// <summary>The gradient's graph, while <see cref="Differentiate"/> runs the steps.</summary>
    public OnnxGraph Backward { get; } = new(name + ".gradient", "d:");

    internal IReadOnlyDictionary<string, Parameter> Parameters => parameters;

    /// <summary>By the name of a weight matrix, the activation that it multiplies.</summary>
    internal IReadOnlyDictionary<string, string> Multiplied => multiplied;

    /// <summary>Forward activations that the gradient reads.</summary>
    internal IReadOnlyList<string> Boundary => boundary;

    internal IReadOnlyList<string> Outputs => outputs.ConvertAll(output => output.Name);

    /// <summary>Inputs whose gradient was asked for.</summary>
    internal IReadOnlyList<string> InputGradients => wanted;

    /// <summary>A [rows, width] input; its gradient is computed when <paramref name="differentiable"/>.</summary>
    public Value Input(string input, int width, bool differentiable = false)
    {
        Forward.Input(input, ElementType.Float, null, width);
        inputWidths[input] = width;
        if (differentiable)
            wanted.Add(input);
        return new Value(input, width);
    }

    /// <summary>A [any, any] input without gradient, for example a pooling matrix.</summary>
    public string Matrix(string input)
    {
        Forward.Input(input, ElementType.Float, null, null);
        inputWidths[input] = -1;
        return input;
    }

    /// <summary>The name under which a weight can be read in the forward graph.</summary>
    public string Use(Parameter parameter)
    {
        if (parameters.TryAdd(parameter.Name, parameter))
        {
            if (Mode == Mode.Inference)
                Forward.Initializer(parameter.Name, parameter.Values, [.. parameter.Shape]);
            else
                Forward.Input(parameter.Name, ElementType.Float, [.. parameter.Shape.Select(size => (long?)size)]);
        }
        return parameter.Name;
    }

    /// <summary>Notes which activation a weight matrix multiplies: what must be known to run the product in bytes.</summary>
    public void Multiply(Parameter weight, Value x) => multiplied[weight.Name] = x.Name;

    /// <summary>
    /// A value in bytes, when the product with this weight is to run in whole numbers; else as it is. One scale for all of a layer's
    /// values, fixed when the model is written: scales taken from a batch would make a text's scores depend on its neighbours.
    /// </summary>
    public Value Bytes(Value x, Parameter weight)
    {
        if (Mode != Mode.Inference || ranges is null || !ranges.TryGetValue(weight.Name, out float range))
            return x;
        string scale = Forward.Scalar(range / sbyte.MaxValue);
        string bytes = Forward.Node("QuantizeLinear", [x.Name, scale, ZeroByte]);
        byteScales[bytes] = scale;
        return new Value(bytes, x.Width);
    }

    /// <summary>The scale of a value in bytes; null for one in floats.</summary>
    public string? ByteScale(Value x) => byteScales.GetValueOrDefault(x.Name);

    /// <summary>Another arrangement of the same bytes.</summary>
    public Value SameScale(Value x, Value arranged)
    {
        if (byteScales.TryGetValue(x.Name, out string? scale))
            byteScales[arranged.Name] = scale;
        return arranged;
    }

    /// <summary>The byte that stands for zero: ranges are symmetric.</summary>
    public string ZeroByte =>
        Forward.Has(ZeroByteName) ? ZeroByteName : Forward.Initializer(ZeroByteName, new byte[] { sbyte.MaxValue + 1 }, []);

    /// <summary>Registers how the gradient of a step is written; called last step first.</summary>
    public void Record(Action gradient)
    {
        if (Mode == Mode.Training)
            steps.Add(gradient);
    }

    /// <summary>Makes a forward tensor readable in the gradient graph.</summary>
    public string Saved(string forward)
    {
        if (!Backward.Has(forward))
        {
            if (parameters.TryGetValue(forward, out Parameter? parameter))
            {
                Backward.Input(forward, ElementType.Float, [.. parameter.Shape.Select(size => (long?)size)]);
            }
            else
            {
                Backward.Input(forward, ElementType.Float, null, null);
                if (!inputWidths.ContainsKey(forward))
                    boundary.Add(forward);
            }
        }
        return forward;
    }

    /// <summary>The gradient that has arrived at a value, or null when the loss does not depend on it.</summary>
    public string? GradientOf(string value) => gradients.GetValueOrDefault(value);

    /// <summary>Adds a contribution to the gradient of a value or a weight.</summary>
    public void Contribute(string value, string gradient) =>
        gradients[value] = gradients.TryGetValue(value, out string? sum) ? Backward.Node("Add", [sum, gradient]) : gradient;

    /// <summary>Declares an output of the forward graph.</summary>
    public void Output(Value value)
    {
        outputs.Add(value);
        Forward.Output(value.Name, ElementType.Float, null, value.Width);
    }

    /// <summary>The name of the gradient graph's input or output that belongs to a value.</summary>
    internal static string Gradient(string value) => "d." + value;

    /// <summary>Writes the gradient graph for the declared outputs.</summary>
    internal void Differentiate()
    {
        foreach (Value output in outputs)
            Contribute(output.Name, Backward.Input(Gradient(output.Name), ElementType.Float, null, output.Width));
        for (int i = steps.Count - 1; i >= 0; i--)
            steps[i]();
        foreach (string value in parameters.Keys.Concat(wanted))
        {
            string gradient = GradientOf(value) ?? throw new InvalidOperationException($"the outputs do not depend on {value}");
            Backward.NamedNode(Gradient(value), "Identity", [gradient]);
            if (parameters.TryGetValue(value, out Parameter? parameter))
                Backward.Output(Gradient(value), ElementType.Float, [.. parameter.Shape.Select(size => (long?)size)]);
            else
                Backward.Output(Gradient(value), ElementType.Float, null, null);
        }
        foreach (string activation in boundary.Except(Outputs))
            Forward.Output(activation, ElementType.Float, null, null);
    }
}

/// <summary>What a graph is written for.</summary>
public enum Mode
{
    Training,
    Inference,
}
