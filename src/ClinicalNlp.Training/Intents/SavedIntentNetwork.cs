using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>A saved model's graph as the one wide network that its members are side by side, to train on.</summary>
internal sealed class SavedIntentNetwork
{
    private readonly ModelBundle bundle;
    private readonly FeatureVocabulary vocabulary;
    private readonly Random random;
    private readonly IReadOnlyDictionary<string, OnnxTensor> saved;

    private SavedIntentNetwork(ModelBundle bundle, FeatureVocabulary vocabulary, int seed)
    {
        this.bundle = bundle;
        this.vocabulary = vocabulary;
        random = new Random(seed);
        saved = OnnxInitializers.Read(File.ReadAllBytes(bundle.PathOf(IntentClassifier.ModelFile)));
    }

    /// <summary>The network, with random rows for new features and random columns for new intents.</summary>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: the file lacks a weight.</exception>
    public static IntentNetwork Continue(
        ModelBundle bundle,
        FeatureVocabulary vocabulary,
        int intents,
        IntentRecipeSettings settings,
        int seed
    ) => new SavedIntentNetwork(bundle, vocabulary, seed).Network(intents, settings);

    private IntentNetwork Network(int intents, IntentRecipeSettings settings)
    {
        EmbeddingTable[] tables =
        [
            .. vocabulary
                .Families.Where(family => family != FeatureFamily.Meaning)
                .Select(family => Grown(IntentBundle.Tables[(int)family], family, settings.TableScale)),
        ];
        int width = tables[0].Width;
        MeaningLayer? meaning = null;
        if (vocabulary.Has(FeatureFamily.Meaning))
        {
            EmbeddingTable vectors = Grown(IntentBundle.Tables[(int)FeatureFamily.Meaning], FeatureFamily.Meaning, settings.TableScale);
            meaning = new MeaningLayer(vectors, new Linear(MeaningLayer.Name, vectors.Width, width, random));
            Fill(meaning.Lift.Weight, IntentBundle.LiftWeight);
            Fill(meaning.Lift.Bias, IntentBundle.LiftBias);
        }
        SequenceLayers? order = saved.ContainsKey(IntentBundle.Table(IntentBundle.SequenceTables[0])) ? Sequence(meaning, settings) : null;
        OnnxTensor weight = Required(IntentBundle.Weight);
        int known = weight.Shape[1];
        Linear linear = new("intent", weight.Shape[0], intents, random, 0.25f);
        float[] old = weight.ToFloats();
        for (int row = 0; row < weight.Shape[0]; row++)
            old.AsSpan(row * known, known).CopyTo(linear.Weight.Values.AsSpan(row * intents, known));
        Required(IntentBundle.Bias).ToFloats().CopyTo(linear.Bias.Values, 0);
        int parts = (weight.Shape[0] - (2 * (order?.Width ?? 0))) / width;
        bool singleWords = parts > tables.Length + (meaning is null ? 0 : 1);
        return new IntentNetwork(tables, linear, intents, meaning, singleWords, order);
    }

    private SequenceLayers Sequence(MeaningLayer? meaning, IntentRecipeSettings settings)
    {
        EmbeddingTable words = Grown(IntentBundle.SequenceTables[0], FeatureFamily.Words, settings.SequenceTableScale);
        EmbeddingTable characters = Grown(IntentBundle.SequenceTables[1], FeatureFamily.Characters, settings.SequenceTableScale);
        int convolutions = 0;
        while (saved.ContainsKey($"{SequenceLayers.Name}.{convolutions}.weight"))
            convolutions++;
        int heads = Required($"{SequenceLayers.Name}.attention.weight").Shape[1];
        SequenceLayers layers = SequenceLayers.Create(words, characters, meaning?.Vectors.Width ?? 0, convolutions, heads, random);
        IEnumerable<Parameter> parameters =
        [
            .. layers.Lift is null ? Array.Empty<Parameter>() : [layers.Lift.Weight, layers.Lift.Bias],
            .. layers.Convolutions.SelectMany(layer => new[] { layer.Weight, layer.Bias }),
            layers.Attention.Weight,
        ];
        foreach (Parameter parameter in parameters)
            Fill(parameter, parameter.Name);
        return layers;
    }

    private EmbeddingTable Grown(string name, FeatureFamily family, float scale)
    {
        OnnxTensor table = Required(IntentBundle.Table(name));
        float[] scales = Required(IntentBundle.Scales(name)).ToFloats();
        int width = table.Shape[1];
        EmbeddingTable grown = new(name, vocabulary.Rows(family), width, random, scale);
        float[] values = table.ToFloats();
        for (int i = 0; i < values.Length; i++)
            grown.Values[i] = values[i] * scales[i / width];
        return grown;
    }

    private void Fill(Parameter parameter, string name) => Required(name).ToFloats().CopyTo(parameter.Values, 0);

    private OnnxTensor Required(string name) =>
        saved.GetValueOrDefault(name)
        ?? throw new ModelBundleException(
            ModelBundleException.Foreign,
            $"The network has no weight {name}.",
            bundle.Directory,
            IntentClassifier.ModelFile
        );
}
