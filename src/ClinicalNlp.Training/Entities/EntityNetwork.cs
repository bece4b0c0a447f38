using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// The entity model's weights: hashed embedding tables beside pretrained word vectors, a maxout that mixes them with what is known of a
/// token's place, residual convolutions, a layer over a word's other occurrences, a linear map to tag scores, and the chain's transition
/// scores. It writes itself as a training graph and as the model that ships.
/// </summary>
internal sealed class EntityNetwork
{
    public const string FeaturesInput = "features";
    public const string MixDropout = "mix.dropout";

    private const string Output = "output";
    private const string Genre = "genre";

    private readonly Maxout mix;
    private readonly LayerNorm mixNorm;
    private readonly ResidualConvolution[] layers;
    private readonly ResidualGroup? group;
    private readonly ResidualPage? genre;
    private readonly Linear output;

    public EntityNetwork(IReadOnlyList<string> labels, EntitySettings settings, EntityResources resources, int seed)
    {
        Random random = new(seed);
        Scheme = new TagScheme(labels);
        Settings = settings;
        Resources = resources;
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
        if (settings.GroupAfter >= 0)
        {
            GroupMean mean = new(EntityModel.GroupsInput, EntityModel.SharesInput);
            group = new ResidualGroup("group", settings.Width, settings.Pieces, random, mean, EntityModel.RowsInput);
        }
        if (settings.Genre)
            genre = new ResidualPage(Genre, settings.Width, new GroupMean(EntityModel.PagesInput, EntityModel.PageSharesInput));
        output = new Linear(Output, settings.Width, Scheme.Count, random);
        Transitions = new Parameter("chain.transitions", [Scheme.Count, Scheme.Count], new float[Scheme.Count * Scheme.Count], false);
        Starts = Parameter.Vector("chain.starts", Scheme.Count);
        Ends = Parameter.Vector("chain.ends", Scheme.Count);
        Parameters = [.. Training().Tape.Parameters.Values, Transitions, Starts, Ends];
    }

    /// <summary>Columns of a token's input: its word's, its place's, then one a guideline.</summary>
    public int InputWidth => Resources.WordWidth + Resources.ColumnsWidth + Settings.Guidelines.Count;

    public TagScheme Scheme { get; }
    public EntitySettings Settings { get; }
    public EntityResources Resources { get; }
    public EmbeddingTable[] Tables { get; }
    public Parameter Transitions { get; }
    public Parameter Starts { get; }
    public Parameter Ends { get; }

    /// <summary>Everything dense: the graph's weights, then the chain's three.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The arrays of all that is trained: tables, then what is dense. They are updated in place.</summary>
    public float[][] Weights => [.. Tables.Select(table => table.Values), .. Parameters.Select(parameter => parameter.Values)];

    public bool HasGroups => group is not null;

    /// <summary>Names of the dropout masks that the training graph wants, each [rows, width].</summary>
    public IReadOnlyList<string> DropoutNames =>
        [MixDropout, .. layers.Select(layer => layer.Dropout.Name), .. group is null ? Array.Empty<string>() : [group.Dropout.Name]];

    /// <summary>The training graph, recorded anew, and its output [rows, tags].</summary>
    public (Tape Tape, Value Scores) Training()
    {
        Tape tape = new(Mode.Training, "entities");
        Value features = tape.Input(FeaturesInput, InputWidth, differentiable: true);
        Value scores = Trunk(tape, mix.Apply(tape, features));
        tape.Output(scores);
        return (tape, scores);
    }

    /// <summary>
    /// The layers below the tags with another output: what hides in a masked word's place, as a vector. The weights below are this
    /// network's own.
    /// </summary>
    public EntityTask MaskedWords(int vectorWidth, Func<ISequenceLoss> loss, int seed)
    {
        Tape tape = new(Mode.Training, "masked-words");
        Value features = tape.Input(FeaturesInput, InputWidth, differentiable: true);
        Value predicted = new Linear("predict", Settings.Width, vectorWidth, new Random(seed)).Apply(
            tape,
            Hidden(tape, mix.Apply(tape, features))
        );
        tape.Output(predicted);
        return new EntityTask(new TrainableGraph(tape), predicted, [.. tape.Parameters.Values], loss);
    }

    /// <summary>Names of the matrices between the first layer and the tags: nearly all of an answer's work.</summary>
    public IEnumerable<string> HiddenWeights =>
        ((Parameter?[])[.. layers.Select(layer => layer.Weight), group?.Weight, genre?.Weight])
            .OfType<Parameter>()
            .Select(weight => weight.Name);

    public LinearChain Chain() => new(Scheme, Transitions.Values, Starts.Values, Ends.Values);

    /// <summary>The model as it ships, in memory.</summary>
    /// <param name="ranges">Of activations (<see cref="ActivationRanges"/>): products with these weights run in bytes; null: all in floats.</param>
    public EntityModelParts ToParts(IReadOnlyDictionary<string, float>? ranges = null) =>
        new(ToModel(ranges), ToWords(), Resources, Scheme.Labels);

    /// <summary>The first layer's part that depends on the word alone, with tables in signed bytes: dev F1 was the same to a tenth.</summary>
    private WordEncoder ToWords()
    {
        int width = Settings.Width * Settings.Pieces;
        return new WordEncoder(
            [.. Tables.Select(table => QuantizedTable.Of(table.Values, table.Width))],
            mix.Weight.Values[..(Resources.WordWidth * width)],
            width,
            Resources.Vectors
        );
    }

    /// <summary>The rest: contributions of words and columns of places in, tag scores out, transitions as outputs.</summary>
    private byte[] ToModel(IReadOnlyDictionary<string, float>? ranges)
    {
        Tape tape = new(Mode.Inference, "entities", ranges);
        OnnxGraph graph = tape.Forward;
        int width = Settings.Width * Settings.Pieces;
        Value words = tape.Input(EntityModel.WordsInput, width);
        Value columns = tape.Input(EntityModel.ColumnsInput, Resources.ColumnsWidth);
        int first = Resources.WordWidth * width;
        // Without the rows of guidelines: ours is the one whose columns are zero.
        int last = first + (Resources.ColumnsWidth * width);
        string weight = graph.Initializer(ColumnsWeight, mix.Weight.Values.AsSpan(first..last), Resources.ColumnsWidth, width);
        string place = graph.Node("Gemm", [columns.Name, weight, tape.Use(mix.Bias)]);
        Value all = new(graph.Node("Add", [words.Name, place]), width);
        Value scores = Trunk(tape, mix.Largest(tape, all));
        graph.NamedNode(EntityModel.ScoresOutput, "Identity", [scores.Name]);
        graph.Output(EntityModel.ScoresOutput, ElementType.Float, null, Scheme.Count);
        HandOut(Transitions, EntityModel.TransitionsOutput);
        HandOut(Starts, EntityModel.StartsOutput);
        HandOut(Ends, EntityModel.EndsOutput);
        // Not used in the graph; kept for training that continues from this model.
        if (Settings.Guidelines.Count > 0)
            graph.Initializer(GuidelinesWeight, mix.Weight.Values.AsSpan(last), Settings.Guidelines.Count, width);
        return graph.ToModel();

        void HandOut(Parameter parameter, string name)
        {
            graph.NamedNode(name, "Identity", [tape.Use(parameter)]);
            graph.Output(name, ElementType.Float, [.. parameter.Shape.Select(size => (long?)size)]);
        }
    }

    private const string ColumnsWeight = "mix.weight.columns";
    private const string GuidelinesWeight = "mix.weight.guidelines";

    /// <summary>
    /// Takes over the weights of a model of the same shape. Its labels must be this network's first labels in their order, or none
    /// of them (an encoder); guidelines are taken over when they are the same.
    /// </summary>
    /// <exception cref="InvalidDataException">A weight is missing or has another shape.</exception>
    public void CopyFrom(EntityBase source)
    {
        int baseTags = 1 + (4 * source.Labels.Count);
        int tags = Scheme.Count;
        for (int t = 0; t < Tables.Length; t++)
        {
            QuantizedTable table = source.Words.Tables[t];
            Array.Clear(Tables[t].Values);
            for (int row = 0; row < table.Rows; row++)
                table.AddTo(row, Tables[t].Row(row));
        }
        int width = Settings.Width * Settings.Pieces;
        if (source.Words.Weights.Length != Resources.WordWidth * width)
            throw new InvalidDataException("the base model's words have other columns");
        source.Words.Weights.CopyTo(mix.Weight.Values);
        Take(ColumnsWeight, Resources.ColumnsWidth * width).CopyTo(mix.Weight.Values, Resources.WordWidth * width);
        if (Settings.Guidelines.Count > 0 && Settings.Guidelines.SequenceEqual(source.Settings.Guidelines))
        {
            float[] guidelines = Take(GuidelinesWeight, Settings.Guidelines.Count * width);
            guidelines.CopyTo(mix.Weight.Values, mix.Weight.Length - guidelines.Length);
        }
        foreach (Parameter parameter in Parameters)
        {
            if (parameter == mix.Weight || (parameter.Name.StartsWith(Genre, StringComparison.Ordinal) && !source.Settings.Genre))
                continue;
            int rows = parameter.Name switch
            {
                Output + ".weight" => Settings.Width,
                Output + ".bias" or "chain.starts" or "chain.ends" => 1,
                "chain.transitions" => baseTags,
                _ => 0,
            };
            if (rows == 0)
            {
                Take(parameter.Name, parameter.Length).CopyTo(parameter.Values, 0);
                continue;
            }
            if (source.Labels.Count == 0)
                continue;
            // Tags of new labels come last in every row: they keep their fresh start.
            float[] old = Take(parameter.Name, rows * baseTags);
            for (int row = 0; row < rows; row++)
                old.AsSpan(row * baseTags, baseTags).CopyTo(parameter.Values.AsSpan(row * tags));
        }

        float[] Take(string name, int length)
        {
            if (!source.Weights.TryGetValue(name, out OnnxTensor? tensor))
                throw new InvalidDataException($"the base model has no weight {name}");
            float[] values = tensor.ToFloats();
            return values.Length == length
                ? values
                : throw new InvalidDataException($"the base model's {name} has {values.Length} values, {length} are expected");
        }
    }

    private Value Trunk(Tape tape, Value mixed) => output.Apply(tape, Hidden(tape, mixed));

    private Value Hidden(Tape tape, Value mixed)
    {
        Value hidden = new Dropout(MixDropout, EntityModel.RowsInput).Apply(tape, mixNorm.Apply(tape, mixed));
        if (genre is not null)
            hidden = genre.Apply(tape, hidden);
        for (int i = 0; i <= layers.Length; i++)
        {
            if (group is not null && i == Settings.GroupAfter)
                hidden = group.Apply(tape, hidden);
            if (i < layers.Length)
                hidden = layers[i].Apply(tape, hidden);
        }
        return hidden;
    }
}
