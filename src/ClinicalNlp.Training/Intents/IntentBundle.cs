using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>Trained members as one inference graph, and a saved graph as a network to train on.</summary>
internal static class IntentBundle
{
    private const string Weight = "intent.weight";
    private const string Bias = "intent.bias";

    private const string LiftWeight = MeaningLayer.Name + ".weight";
    private const string LiftBias = MeaningLayer.Name + ".bias";

    /// <summary>By <see cref="FeatureFamily"/>.</summary>
    private static readonly string[] Tables = ["words.table", "grams.table", "meaning.table", "context.table"];
    private static readonly string[] Scales = ["words.scales", "grams.scales", "meaning.scales", "context.scales"];

    /// <summary>
    /// The mean of the members' scores is itself a network of this kind: tables side by side, layers on top of one another and divided
    /// by their number. Tables are int8 with a scale per row, a quarter of the size; what is scored and calibrated is the model in this form.
    /// </summary>
    public static byte[] ToModel(IReadOnlyList<IntentNetwork> members, FeatureVocabulary vocabulary)
    {
        OnnxGraph graph = new("intents");
        IntentNetwork first = members[0];
        int width = members.Sum(member => member.Width);
        List<string> parts = [];
        for (int family = 0; family < first.Tables.Count; family++)
        {
            int rows = first.Tables[family].Rows;
            float[] beside = Beside([.. members.Select(member => member.Tables[family].Values)], rows);
            parts.Add(Pooled(graph, (int)vocabulary.Families[family], beside, rows, width));
        }
        if (first.SingleWords)
        {
            string words = Singles(graph, FeatureFamily.Words, IntentNetworkRun.SingleWords);
            string grams = Singles(graph, FeatureFamily.Characters, IntentNetworkRun.SingleGrams);
            string summed = graph.Node("Add", [words, grams]);
            parts.Add(graph.Node("ReduceMax", [summed, graph.Integers(1, 2)], ("keepdims", 0)));
        }
        if (first.Meaning is { } meaning)
        {
            // The vectors are the same in all members, only the layers differ.
            EmbeddingTable vectors = meaning.Vectors;
            string pooled = Pooled(graph, (int)FeatureFamily.Meaning, vectors.Values, vectors.Rows, vectors.Width);
            float[] lift = Beside([.. members.Select(member => member.Meaning!.Lift.Weight.Values)], vectors.Width);
            float[] liftBias = Beside([.. members.Select(member => member.Meaning!.Lift.Bias.Values)], 1);
            graph.Initializer(LiftWeight, lift, vectors.Width, width);
            graph.Initializer(LiftBias, liftBias, width);
            parts.Add(graph.Node("Gemm", [pooled, LiftWeight, LiftBias]));
        }
        string hidden = graph.Node("Relu", [graph.Node("Concat", [.. parts], ("axis", 1))]);
        int intents = first.Intents;
        graph.Initializer(Weight, StackedWeights(members, parts.Count, intents), width * parts.Count, intents);
        graph.Initializer(Bias, MeanBias(members, intents), intents);
        graph.NamedNode(IntentNetworkRun.Output, "Gemm", [hidden, Weight, Bias]);
        graph.Output(IntentNetworkRun.Output, ElementType.Float, null, intents);
        return graph.ToModel();
    }

    /// <summary>Writes a table and the sum of its rows by weight.</summary>
    private static string Pooled(OnnxGraph graph, int family, float[] values, int rows, int width)
    {
        (sbyte[] table, float[] scales) = Quantize(values, rows, width);
        graph.Initializer(Tables[family], table, rows, width);
        graph.Initializer(Scales[family], scales, rows, 1);
        string numbers = graph.Input(IntentNetworkRun.Inputs[family].Rows, ElementType.Int64, [null]);
        string weights = graph.Input(IntentNetworkRun.Inputs[family].Weights, ElementType.Float, null, null);
        string gathered = graph.Node("Cast", [graph.Node("Gather", [Tables[family], numbers])], ("to", (int)ElementType.Float));
        string scaled = graph.Node("Mul", [gathered, graph.Node("Gather", [Scales[family], numbers])]);
        return graph.Node("MatMul", [weights, scaled]);
    }

    /// <summary>The sum of each word's rows in a table that is written already, [utterances, words, 1, width].</summary>
    private static string Singles(OnnxGraph graph, FeatureFamily family, (string Rows, string Weights) inputs)
    {
        string numbers = graph.Input(inputs.Rows, ElementType.Int64, null, null, null);
        string weights = graph.Input(inputs.Weights, ElementType.Float, null, null, 1, null);
        string gathered = graph.Node("Cast", [graph.Node("Gather", [Tables[(int)family], numbers])], ("to", (int)ElementType.Float));
        string scaled = graph.Node("Mul", [gathered, graph.Node("Gather", [Scales[(int)family], numbers])]);
        return graph.Node("MatMul", [weights, scaled]);
    }

    /// <summary>The network of a saved model, with random rows for new features and random columns for new intents.</summary>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: the file lacks a weight.</exception>
    public static IntentNetwork Continue(
        ModelBundle bundle,
        FeatureVocabulary vocabulary,
        int intents,
        IntentRecipeSettings settings,
        int seed
    )
    {
        IReadOnlyDictionary<string, OnnxTensor> saved = OnnxInitializers.Read(File.ReadAllBytes(bundle.PathOf(IntentClassifier.ModelFile)));
        OnnxTensor Required(string name) =>
            saved.GetValueOrDefault(name)
            ?? throw new ModelBundleException(
                ModelBundleException.Foreign,
                $"The network has no weight {name}.",
                bundle.Directory,
                IntentClassifier.ModelFile
            );
        Random random = new(seed);
        EmbeddingTable[] tables = [.. vocabulary.Families.Where(family => family != FeatureFamily.Meaning).Select(Grown)];
        MeaningLayer? meaning = null;
        if (vocabulary.Has(FeatureFamily.Meaning))
        {
            EmbeddingTable vectors = Grown(FeatureFamily.Meaning);
            meaning = new MeaningLayer(vectors, new Linear(MeaningLayer.Name, vectors.Width, tables[0].Width, random));
            Required(LiftWeight).ToFloats().CopyTo(meaning.Lift.Weight.Values, 0);
            Required(LiftBias).ToFloats().CopyTo(meaning.Lift.Bias.Values, 0);
        }
        OnnxTensor weight = Required(Weight);
        int known = weight.Shape[1];
        Linear linear = new("intent", weight.Shape[0], intents, random, 0.25f);
        float[] old = weight.ToFloats();
        for (int row = 0; row < weight.Shape[0]; row++)
            old.AsSpan(row * known, known).CopyTo(linear.Weight.Values.AsSpan(row * intents, known));
        Required(Bias).ToFloats().CopyTo(linear.Bias.Values, 0);
        int parts = weight.Shape[0] / tables[0].Width;
        bool singleWords = parts > tables.Length + (meaning is null ? 0 : 1);
        return new IntentNetwork(tables, linear, intents, meaning, singleWords);

        EmbeddingTable Grown(FeatureFamily family)
        {
            OnnxTensor table = Required(Tables[(int)family]);
            float[] scales = Required(Scales[(int)family]).ToFloats();
            int width = table.Shape[1];
            EmbeddingTable grown = new(Tables[(int)family], vocabulary.Rows(family), width, random, settings.TableScale);
            float[] values = table.ToFloats();
            for (int i = 0; i < values.Length; i++)
                grown.Values[i] = values[i] * scales[i / width];
            return grown;
        }
    }

    /// <summary>Matrices of the same number of rows as one: row by row side by side.</summary>
    private static float[] Beside(IReadOnlyList<float[]> matrices, int rows)
    {
        float[] beside = new float[matrices.Sum(matrix => matrix.Length)];
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] matrix in matrices)
            {
                int width = matrix.Length / rows;
                matrix.AsSpan(row * width, width).CopyTo(beside.AsSpan(at));
                at += width;
            }
        }
        return beside;
    }

    private static float[] StackedWeights(IReadOnlyList<IntentNetwork> members, int parts, int intents)
    {
        float[] stacked = new float[members.Sum(member => member.Width) * parts * intents];
        int row = 0;
        for (int part = 0; part < parts; part++)
        {
            foreach (IntentNetwork member in members)
            {
                for (int i = 0; i < member.Width; i++, row++)
                {
                    for (int intent = 0; intent < intents; intent++)
                    {
                        float weight = member.Layer.Weight.Values[(((part * member.Width) + i) * intents) + intent];
                        stacked[(row * intents) + intent] = weight / members.Count;
                    }
                }
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
            float largest = System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(line);
            float scale = scales[row] = Math.Max(Math.Abs(largest), 1e-12f) / 127;
            for (int i = 0; i < width; i++)
                table[(row * width) + i] = (sbyte)MathF.Round(line[i] / scale);
        }
        return (table, scales);
    }
}
