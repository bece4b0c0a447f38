using ClinicalNlp.Terms;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Entities;

/// <summary>What an entity model knows before it sees an annotated document, taken over from an encoder and shipped with the model.</summary>
/// <param name="Vectors">Null: words are known by their hashed features alone.</param>
/// <param name="Terms">Null: no dictionaries.</param>
internal sealed record EntityResources(SubwordVectors? Vectors, TermDictionary? Terms)
{
    public static EntityResources None { get; } = new(null, null);

    /// <summary>Columns that describe a word by itself.</summary>
    public int WordWidth => WordFeatures.Width + (Vectors?.Width ?? 0);

    /// <summary>Columns that describe a token's place.</summary>
    public int ColumnsWidth => DocumentColumns.Width(Terms);

    /// <summary>Reads what of it lies in a bundle's folder.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static EntityResources Load(string directory)
    {
        string vectors = Path.Combine(directory, SubwordVectors.FileName);
        string terms = Path.Combine(directory, TermDictionary.FileName);
        return new EntityResources(
            File.Exists(vectors) ? SubwordVectors.Load(vectors) : null,
            File.Exists(terms) ? TermDictionary.Load(terms) : null
        );
    }

    public void Save(string directory)
    {
        Vectors?.Save(Path.Combine(directory, SubwordVectors.FileName));
        Terms?.Save(Path.Combine(directory, TermDictionary.FileName));
    }
}
