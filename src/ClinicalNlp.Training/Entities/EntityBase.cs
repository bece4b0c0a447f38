using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Training.Entities;

/// <summary>A bundle that training starts from: an entity model, or an encoder, which has no labels.</summary>
internal sealed record EntityBase(
    IReadOnlyList<string> Labels,
    EntitySettings Settings,
    EntityResources Resources,
    WordEncoder Words,
    IReadOnlyDictionary<string, OnnxTensor> Weights,
    CardParent Identity
)
{
    /// <summary>Whether its network multiplies in bytes, with the floats beside them for training.</summary>
    public bool RunsInBytes => Weights.Values.Any(tensor => tensor.Type == ElementType.Int8);

    /// <exception cref="ModelBundleException">The bundle is damaged, or no model of this kind.</exception>
    public static EntityBase Load(string directory, string kind = ModelCard.EntitiesKind)
    {
        ModelBundle bundle = ModelBundle.Load(directory);
        if (bundle.Card.Kind != kind)
            throw Foreign($"The model's kind is \"{bundle.Card.Kind}\", not \"{kind}\".");
        EntitySettings settings = EntitySettings.FromJson(bundle.Card.Settings);
        if (settings.Unsupported is { } reason)
            throw Foreign(reason);
        try
        {
            EntityResources resources = EntityResources.Load(bundle.Directory);
            return new EntityBase(
                kind == ModelCard.EntitiesKind ? bundle.Card.Labels : [],
                settings,
                resources,
                WordEncoder.Load(bundle.PathOf(WordEncoder.FileName), resources.Vectors),
                OnnxInitializers.Read(File.ReadAllBytes(bundle.PathOf(EntityRecognizer.ModelFile))),
                new CardParent(bundle.Card.Name, bundle.Card.Version, bundle.Fingerprint)
            );
        }
        catch (InvalidDataException e)
        {
            throw Foreign(e.Message);
        }

        ModelBundleException Foreign(string reason) => new(ModelBundleException.Foreign, reason, bundle.Directory, ModelCard.FileName);
    }
}
