using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// The entity model's weights: hashed embedding tables, a maxout that mixes them, residual convolutions, a linear map to tag scores,
/// and the chain's transition scores. It writes itself as a training graph and as the model that ships.
/// </summary>
internal sealed class EntityNetwork
{
    public const string FeaturesInput = "features";
    public const string MixDropout = "mix.dropout";

    private const string Output = "output";

    private readonly Maxout mix;
    private readonly LayerNorm mixNorm;
    private readonly ResidualConvolution[] layers;
    private readonly Linear output;

    public EntityNetwork(IReadOnlyList<string> labels, EntitySettings settings, int seed)
    {
        Random random = new(seed);
        Scheme = new TagScheme(labels);
        Settings = settings;
        Tables = [.. WordFeatures.Tables.Select(table => new EmbeddingTable("table." + table.Name, table.Rows, table.Width, random))];
        foreach (EmbeddingTable table in Tables)
            table.Row(0).Clear();
        mix = new Maxout("mix", InputWidth, settings.Width, settings.Pieces, random);
        mixNorm = new LayerNorm("mix.norm", settings.Width);
        layers =
        [
            .. Enumerable
                .Range(0, settings.Depth)
                .Select(i => new ResidualConvolution($"layer{i}", settings.Width, settings.Pieces, random, EntityModel.RowsInput)),
        ];
        output = new Linear(Output, settings.Width, Scheme.Count, random);
        Transitions = new Parameter("chain.transitions", [Scheme.Count, Scheme.Count], new float[Scheme.Count * Scheme.Count], false);
        Starts = Parameter.Vector("chain.starts", Scheme.Count);
        Ends = Parameter.Vector("chain.ends", Scheme.Count);
        Tape tape = new(Mode.Training, "entities");
        Value features = tape.Input(FeaturesInput, InputWidth, differentiable: true);
        Value scores = Trunk(tape, features);
        tape.Output(scores);
        ScoresName = scores.Name;
        Training = tape;
        Parameters = [.. tape.Parameters.Values, Transitions, Starts, Ends];
    }

    /// <summary>Columns of a token's input: its word's table rows side by side, then its context flags.</summary>
    public static int InputWidth => WordFeatures.Width + ContextFlags.Width;

    public TagScheme Scheme { get; }
    public EntitySettings Settings { get; }
    public EmbeddingTable[] Tables { get; }
    public Parameter Transitions { get; }
    public Parameter Starts { get; }
    public Parameter Ends { get; }

    /// <summary>Everything dense: the graph's weights, then the chain's three.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The recorded training graph; compiled once.</summary>
    public Tape Training { get; }
    public string ScoresName { get; }

    /// <summary>Names of the dropout masks that the training graph wants, each [rows, width].</summary>
    public IReadOnlyList<string> DropoutNames => [MixDropout, .. layers.Select(layer => layer.Dropout.Name)];

    public LinearChain Chain() => new(Scheme, Transitions.Values, Starts.Values, Ends.Values);

    /// <summary>The model that ships: row indices in, tag scores out, tables in half precision, transitions as outputs.</summary>
    public byte[] ToModel()
    {
        Tape tape = new(Mode.Inference, "entities");
        OnnxGraph graph = tape.Forward;
        List<string> parts = [];
        foreach (EmbeddingTable table in Tables)
        {
            FeatureTable shape = WordFeatures.Tables[parts.Count];
            string rows = graph.Input(EntityModel.TableInput(shape.Name), ElementType.Int32, null, shape.Slots);
            // Half precision halves the file; dev F1 was the same to the second decimal.
            Half[] halves = Array.ConvertAll(table.Values, value => (Half)value);
            string values = graph.Initializer(table.Name, halves, table.Rows, table.Width);
            string gathered = graph.Node("Gather", [values, rows], ("axis", 0));
            string floats = graph.Node("Cast", [gathered], ("to", (int)ElementType.Float));
            parts.Add(graph.Node("ReduceSum", [floats, graph.Integers(1)], ("keepdims", 0)));
        }
        string words = graph.Node("Concat", [.. parts], ("axis", 1));
        string token = graph.Input(EntityModel.TokenInput, ElementType.Int32, [null]);
        Value flags = tape.Input(EntityModel.FlagsInput, ContextFlags.Width);
        string tokens = graph.Node("Gather", [words, token], ("axis", 0));
        string features = graph.Node("Concat", [tokens, flags.Name], ("axis", 1));
        Value scores = Trunk(tape, new Value(features, InputWidth));
        graph.NamedNode(EntityModel.ScoresOutput, "Identity", [scores.Name]);
        graph.Output(EntityModel.ScoresOutput, ElementType.Float, null, Scheme.Count);
        HandOut(Transitions, EntityModel.TransitionsOutput);
        HandOut(Starts, EntityModel.StartsOutput);
        HandOut(Ends, EntityModel.EndsOutput);
        return graph.ToModel();

        void HandOut(Parameter parameter, string name)
        {
            graph.NamedNode(name, "Identity", [tape.Use(parameter)]);
            graph.Output(name, ElementType.Float, [.. parameter.Shape.Select(size => (long?)size)]);
        }
    }

    /// <summary>Takes over the weights of a model of the same shape. Its labels must be this network's first labels, in their order.</summary>
    /// <exception cref="InvalidDataException">A weight is missing or has another shape.</exception>
    public void CopyFrom(IReadOnlyDictionary<string, OnnxTensor> weights, int baseLabels)
    {
        int baseTags = 1 + (4 * baseLabels);
        int tags = Scheme.Count;
        foreach (EmbeddingTable table in Tables)
            Take(table.Name, table.Values.Length).CopyTo(table.Values, 0);
        foreach (Parameter parameter in Parameters)
        {
            int rows = parameter.Name switch
            {
                "output.weight" => Settings.Width,
                "output.bias" or "chain.starts" or "chain.ends" => 1,
                "chain.transitions" => baseTags,
                _ => 0,
            };
            if (rows == 0)
            {
                Take(parameter.Name, parameter.Length).CopyTo(parameter.Values, 0);
                continue;
            }
            // Tags of new labels come last in every row: they keep their fresh start.
            float[] old = Take(parameter.Name, rows * baseTags);
            for (int row = 0; row < rows; row++)
                old.AsSpan(row * baseTags, baseTags).CopyTo(parameter.Values.AsSpan(row * tags));
        }

        float[] Take(string name, int length)
        {
            if (!weights.TryGetValue(name, out OnnxTensor? tensor))
                throw new InvalidDataException($"the base model has no weight {name}");
            float[] values = tensor.ToFloats();
            return values.Length == length
                ? values
                : throw new InvalidDataException($"the base model's {name} has {values.Length} values, {length} are expected");
        }
    }

    private Value Trunk(Tape tape, Value features)
    {
        Value hidden = new Dropout(MixDropout, EntityModel.RowsInput).Apply(tape, mixNorm.Apply(tape, mix.Apply(tape, features)));
        foreach (ResidualConvolution layer in layers)
            hidden = layer.Apply(tape, hidden);
        return output.Apply(tape, hidden);
    }
}
