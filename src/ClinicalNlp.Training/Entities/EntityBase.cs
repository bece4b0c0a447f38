using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Training.Entities;

/// <summary>A bundle that training starts from.</summary>
internal sealed record EntityBase(
    IReadOnlyList<string> Labels,
    EntitySettings Settings,
    IReadOnlyDictionary<string, OnnxTensor> Weights,
    CardParent Identity
)
{
    /// <exception cref="ModelBundleException">The bundle is damaged, or no entity model of this kind.</exception>
    public static EntityBase Load(string directory)
    {
        ModelBundle bundle = ModelBundle.Load(directory);
        if (bundle.Card.Kind != ModelCard.EntitiesKind)
            throw Foreign($"The base model's kind is \"{bundle.Card.Kind}\", not \"{ModelCard.EntitiesKind}\".");
        EntitySettings settings = EntitySettings.FromJson(bundle.Card.Settings);
        if (settings.Features != WordFeatures.Version)
            throw Foreign($"The base model was trained on word features {settings.Features}; supported are {WordFeatures.Version}.");
        return new EntityBase(
            bundle.Card.Labels,
            settings,
            OnnxInitializers.Read(File.ReadAllBytes(bundle.PathOf(EntityRecognizer.ModelFile))),
            new CardParent(bundle.Card.Name, bundle.Card.Version, bundle.Fingerprint)
        );

        ModelBundleException Foreign(string reason) => new(ModelBundleException.Foreign, reason, bundle.Directory, ModelCard.FileName);
    }
}
