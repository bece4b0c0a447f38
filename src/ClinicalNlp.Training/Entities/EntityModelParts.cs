using ClinicalNlp.Entities;
using ClinicalNlp.Models;

namespace ClinicalNlp.Training.Entities;

/// <summary>A network turned into the parts of a model bundle, before they are on disk.</summary>
internal sealed record EntityModelParts(byte[] Network, WordEncoder Words, EntityResources Resources, IReadOnlyList<string> Labels)
{
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static EntityModelParts Load(ModelBundle bundle)
    {
        EntityResources resources = EntityResources.Load(bundle.Directory);
        WordEncoder words = WordEncoder.Load(bundle.PathOf(WordEncoder.FileName), resources.Vectors);
        return new EntityModelParts(File.ReadAllBytes(bundle.PathOf(EntityRecognizer.ModelFile)), words, resources, bundle.Card.Labels);
    }

    /// <summary>The very model that would ship, through the very code that will run it.</summary>
    public EntityModel Open(EntitySettings settings) => new(OnnxSession.Load(Network), Words, Resources.Terms, Labels, settings);

    public void Save(string directory)
    {
        File.WriteAllBytes(Path.Combine(directory, EntityRecognizer.ModelFile), Network);
        Words.Save(Path.Combine(directory, WordEncoder.FileName));
        Resources.Save(directory);
    }
}
