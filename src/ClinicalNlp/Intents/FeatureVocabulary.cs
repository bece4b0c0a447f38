using System.Runtime.InteropServices;

namespace ClinicalNlp.Intents;

/// <summary>The rows of one family that an utterance touches, each once, and their weights.</summary>
/// <remarks>Row 0 is in every bag with weight 1: the layer's bias, which also keeps an utterance of unknown words from being empty.</remarks>
public readonly record struct FeatureBag(int[] Rows, float[] Weights);

/// <summary>The features that training saw, their table rows and their weights; what was never seen has no row and is left out.</summary>
/// <remarks>File: "CNIF", family count, then for each family the row count, the hashes in row order and the weights, all little-endian 32 bits.</remarks>
public sealed class FeatureVocabulary
{
    private const uint Magic = 0x46494E43;
    private readonly uint[][] hashes;
    private readonly float[][] rarity;
    private readonly Dictionary<uint, int>[] rows;

    /// <param name="hashes">Two families, or three with <see cref="FeatureFamily.Meaning"/>; per family the feature of each row; row 0 is the bias and its hash is not looked up.</param>
    /// <param name="rarity">Per family the inverse-document-frequency weight of each row.</param>
    public FeatureVocabulary(uint[][] hashes, float[][] rarity)
    {
        this.hashes = hashes;
        this.rarity = rarity;
        rows = new Dictionary<uint, int>[hashes.Length];
        for (int family = 0; family < hashes.Length; family++)
        {
            Dictionary<uint, int> map = new(hashes[family].Length);
            for (int row = 1; row < hashes[family].Length; row++)
                map[hashes[family][row]] = row;
            rows[family] = map;
        }
    }

    public int Families => hashes.Length;

    public bool HasMeaning => Families > (int)FeatureFamily.Meaning;

    public int Rows(FeatureFamily family) => hashes[(int)family].Length;

    public IReadOnlyList<uint> Hashes(FeatureFamily family) => hashes[(int)family];

    public IReadOnlyList<float> Rarity(FeatureFamily family) => rarity[(int)family];

    /// <summary>One bag per family: (1 + log count) · rarity, scaled to unit length without the bias.</summary>
    public FeatureBag[] Weigh(string text)
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.Extract(text, features);
        FeatureBag[] bags = new FeatureBag[Families];
        for (int family = 0; family < Families; family++)
            bags[family] = Weigh(features, family);
        return bags;
    }

    private FeatureBag Weigh(List<UtteranceFeature> features, int family)
    {
        OrderedDictionary<int, int> counts = [];
        foreach (UtteranceFeature feature in features)
        {
            if (Belongs(feature, family) && rows[family].TryGetValue(feature.Hash, out int row))
                counts[row] = counts.GetValueOrDefault(row) + 1;
        }
        FeatureBag bag = new(new int[counts.Count + 1], new float[counts.Count + 1]);
        bag.Weights[0] = 1;
        double squares = 0;
        int next = 1;
        foreach ((int row, int count) in counts)
        {
            float weight = (1 + MathF.Log(count)) * rarity[family][row];
            bag.Rows[next] = row;
            bag.Weights[next++] = weight;
            squares += weight * weight;
        }
        float scale = (float)(1 / Math.Sqrt(Math.Max(squares, 1e-9)));
        for (int i = 1; i < next; i++)
            bag.Weights[i] *= scale;
        return bag;
    }

    private static bool Belongs(UtteranceFeature feature, int family) =>
        family == (int)FeatureFamily.Meaning ? feature is { Family: FeatureFamily.Words, Rank: 1 } : (int)feature.Family == family;

    public void Save(string path)
    {
        using BinaryWriter writer = new(File.Create(path));
        writer.Write(Magic);
        writer.Write(Families);
        for (int family = 0; family < Families; family++)
        {
            writer.Write(hashes[family].Length);
            writer.Write(MemoryMarshal.AsBytes<uint>(hashes[family]));
            writer.Write(MemoryMarshal.AsBytes<float>(rarity[family]));
        }
    }

    /// <exception cref="InvalidDataException">The file is no vocabulary.</exception>
    public static FeatureVocabulary Load(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        try
        {
            uint magic = reader.ReadUInt32();
            int families = reader.ReadInt32();
            if (magic != Magic || families is not (2 or 3))
                throw new InvalidDataException("not a feature vocabulary");
            uint[][] stored = new uint[families][];
            float[][] weights = new float[families][];
            for (int family = 0; family < families; family++)
            {
                int count = reader.ReadInt32();
                if (count < 1 || count > (reader.BaseStream.Length - reader.BaseStream.Position) / 8)
                    throw new InvalidDataException("a feature vocabulary that is cut short");
                stored[family] = new uint[count];
                weights[family] = new float[count];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(stored[family].AsSpan()));
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(weights[family].AsSpan()));
            }
            return new FeatureVocabulary(stored, weights);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("a feature vocabulary that is cut short", e);
        }
    }
}
