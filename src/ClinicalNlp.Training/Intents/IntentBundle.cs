using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>Trained members as one inference graph over one utterance. <see cref="SavedIntentNetwork"/> reads it back.</summary>
internal static class IntentBundle
{
    public const string Weight = "intent.weight";
    public const string Bias = "intent.bias";
    public const string LiftWeight = MeaningLayer.Name + ".weight";
    public const string LiftBias = MeaningLayer.Name + ".bias";

    /// <summary>By <see cref="FeatureFamily"/>.</summary>
    public static readonly string[] Tables = ["words", "grams", "meaning", "context"];

    /// <summary>Of what reads words in their order, by <see cref="FeatureFamily"/>.</summary>
    public static readonly string[] SequenceTables = ["sequence.words", "sequence.grams"];

    /// <summary>
    /// The mean of the members' scores is itself a network of this kind: tables side by side, layers on top of one another and divided
    /// by their number. Tables are int8 with a scale per row, a quarter of the size; what is scored and calibrated is the model in this form.
    /// </summary>
    public static byte[] ToModel(IReadOnlyList<IntentNetwork> members, FeatureVocabulary vocabulary)
    {
        Tape tape = new(Mode.Inference, "intents");
        OnnxGraph graph = tape.Forward;
        IntentNetwork first = members[0];
        int width = members.Sum(member => member.Width);
        List<string> parts = [];
        for (int family = 0; family < first.Tables.Count; family++)
        {
            int rows = first.Tables[family].Rows;
            float[] beside = SideBySideRows.Of([.. members.Select(member => member.Tables[family].Values)], rows);
            parts.Add(Pooled(graph, (int)vocabulary.Families[family], beside, rows, width));
        }
        if (first.SingleWords)
            parts.Add(graph.Node("ReduceMax", [Singles(graph, Tables), graph.Integers(1, 2)], ("keepdims", 0)));
        if (first.Meaning is { } meaning)
        {
            // The vectors are the same in all members, only the layers differ.
            EmbeddingTable vectors = meaning.Vectors;
            string pooled = Pooled(graph, (int)FeatureFamily.Meaning, vectors.Values, vectors.Rows, vectors.Width);
            float[] lift = SideBySideRows.Of([.. members.Select(member => member.Meaning!.Lift.Weight.Values)], vectors.Width);
            float[] liftBias = SideBySideRows.Of([.. members.Select(member => member.Meaning!.Lift.Bias.Values)], 1);
            graph.Initializer(LiftWeight, lift, vectors.Width, width);
            graph.Initializer(LiftBias, liftBias, width);
            parts.Add(graph.Node("Gemm", [pooled, LiftWeight, LiftBias]));
        }
        string hidden = graph.Node("Relu", [graph.Node("Concat", [.. parts], ("axis", 1))]);
        if (first.Sequence is not null)
        {
            SequenceLayers layers = SequenceLayers.SideBySide([.. members.Select(member => member.Sequence!)]);
            hidden = graph.Node("Concat", [hidden, .. Sequence(tape, layers, first.Meaning?.Vectors.Width ?? 0)], ("axis", 1));
        }
        int intents = first.Intents;
        float[] stacked = StackedWeights(members, intents);
        graph.Initializer(Weight, stacked, stacked.Length / intents, intents);
        graph.Initializer(Bias, MeanBias(members, intents), intents);
        graph.NamedNode(IntentNetworkRun.Output, "Gemm", [hidden, Weight, Bias]);
        graph.Output(IntentNetworkRun.Output, ElementType.Float, null, intents);
        return graph.ToModel();
    }

    /// <summary>Writes a table and the sum of its rows by weight.</summary>
    private static string Pooled(OnnxGraph graph, int family, float[] values, int rows, int width)
    {
        WriteTable(graph, Tables[family], values, rows, width);
        string numbers = graph.Input(IntentNetworkRun.Inputs[family].Rows, ElementType.Int64, [null]);
        string weights = graph.Input(IntentNetworkRun.Inputs[family].Weights, ElementType.Float, null, null);
        string scaled = graph.Node("Mul", [weights, graph.Node("Gather", [Scales(Tables[family]), numbers])]);
        return graph.Node("MatMul", [scaled, Unscaled(graph, Tables[family], numbers)]);
    }

    /// <summary>The sum of each word's rows in two tables that are written already, [utterances, words, 1, width].</summary>
    private static string Singles(OnnxGraph graph, string[] tables)
    {
        return graph.Node("Add", [Summed(tables[0], IntentNetworkRun.SingleWords), Summed(tables[1], IntentNetworkRun.SingleGrams)]);

        string Summed(string table, (string Rows, string Weights) inputs)
        {
            if (!graph.Has(inputs.Rows))
            {
                graph.Input(inputs.Rows, ElementType.Int64, null, null, null);
                graph.Input(inputs.Weights, ElementType.Float, null, null, 1, null);
            }
            string scales = graph.Node("Unsqueeze", [graph.Node("Gather", [Scales(table), inputs.Rows]), graph.Integers(2)]);
            return graph.Node("MatMul", [graph.Node("Mul", [inputs.Weights, scales]), Unscaled(graph, table, inputs.Rows)]);
        }
    }

    /// <summary>The words of one utterance in their order: their mean by attention, and the largest of each column; [1, width] both.</summary>
    /// <param name="vectorWidth">Of the word vectors, which are written already.</param>
    private static string[] Sequence(Tape tape, SequenceLayers layers, int vectorWidth)
    {
        OnnxGraph graph = tape.Forward;
        WriteTable(graph, SequenceTables[0], layers.Words.Values, layers.Words.Rows, layers.Width);
        WriteTable(graph, SequenceTables[1], layers.Characters.Values, layers.Characters.Rows, layers.Width);
        string order = graph.Input(IntentNetworkRun.Order, ElementType.Int64, [null]);
        string features = graph.Node("Reshape", [Singles(graph, SequenceTables), graph.Integers(-1, layers.Width)]);
        Value rows = new(graph.Node("Gather", [features, order]), layers.Width);
        Value? vectors = null;
        if (layers.Lift is not null)
        {
            string numbers = graph.Input(IntentNetworkRun.SingleVectors, ElementType.Int64, [null]);
            string table = Tables[(int)FeatureFamily.Meaning];
            string scales = graph.Node("Unsqueeze", [graph.Node("Gather", [Scales(table), numbers]), graph.Integers(1)]);
            string distinct = graph.Node("Mul", [Unscaled(graph, table, numbers), scales]);
            vectors = new Value(graph.Node("Gather", [distinct, order]), vectorWidth);
        }
        (Value words, Value scores) = layers.Apply(tape, rows, vectors, layers.Dropouts());
        string shares = graph.Node("Unsqueeze", [graph.Node("Softmax", [scores.Name], ("axis", 0)), graph.Integers(2)]);
        string byHead = graph.Node("Reshape", [words.Name, graph.Integers(0, layers.Heads, layers.Width / layers.Heads)]);
        string mean = graph.Node("ReduceSum", [graph.Node("Mul", [byHead, shares]), graph.Integers(0)], ("keepdims", 0));
        return
        [
            graph.Node("Reshape", [mean, graph.Integers(1, layers.Width)]),
            graph.Node("ReduceMax", [words.Name, graph.Integers(0)], ("keepdims", 1)),
        ];
    }

    private static void WriteTable(OnnxGraph graph, string name, float[] values, int rows, int width)
    {
        (sbyte[] table, float[] scales) = Quantize(values, rows, width);
        graph.Initializer(Table(name), table, rows, width);
        graph.Initializer(Scales(name), scales, rows);
    }

    /// <summary>Rows of a table that is written already, as floats that lack their scales: where they are summed by weights, those take the scales.</summary>
    private static string Unscaled(OnnxGraph graph, string table, string numbers) =>
        graph.Node("Cast", [graph.Node("Gather", [Table(table), numbers])], ("to", (int)ElementType.Float));

    public static string Table(string name) => name + ".table";

    public static string Scales(string name) => name + ".scales";

    private static float[] StackedWeights(IReadOnlyList<IntentNetwork> members, int intents)
    {
        float[] stacked = new float[members.Sum(member => member.Parts.Sum()) * intents];
        IReadOnlyList<int> parts = members[0].Parts;
        int row = 0;
        for (int part = 0; part < parts.Count; part++)
        {
            foreach (IntentNetwork member in members)
            {
                int first = member.Parts.Take(part).Sum() * intents;
                ReadOnlySpan<float> weights = member.Layer.Weight.Values.AsSpan(first, member.Parts[part] * intents);
                TensorPrimitives.Divide(weights, members.Count, stacked.AsSpan(row * intents));
                row += member.Parts[part];
            }
        }
        return stacked;
    }

    private static float[] MeanBias(IReadOnlyList<IntentNetwork> members, int intents)
    {
        float[] mean = new float[intents];
        foreach (IntentNetwork member in members)
        {
            for (int i = 0; i < intents; i++)
                mean[i] += member.Layer.Bias.Values[i] / members.Count;
        }
        return mean;
    }

    private static (sbyte[] Table, float[] Scales) Quantize(float[] values, int rows, int width)
    {
        sbyte[] table = new sbyte[values.Length];
        float[] scales = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> line = values.AsSpan(row * width, width);
            float largest = TensorPrimitives.MaxMagnitude(line);
            float scale = scales[row] = Math.Max(Math.Abs(largest), 1e-12f) / 127;
            for (int i = 0; i < width; i++)
                table[(row * width) + i] = (sbyte)MathF.Round(line[i] / scale);
        }
        return (table, scales);
    }
}
