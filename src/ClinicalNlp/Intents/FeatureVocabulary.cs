using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ClinicalNlp.Intents;

/// <summary>The rows of one family that an utterance touches, each once, and their weights.</summary>
/// <remarks>Row 0 is in every bag with weight 1: the layer's bias, which also keeps an utterance of unknown words from being empty.</remarks>
public readonly record struct FeatureBag(int[] Rows, float[] Weights);

/// <summary>One word alone: its row with the bias, and the rows of its characters; without the bias, all together are of unit length.</summary>
/// <param name="Vector">Its row among the word vectors; 0 where it has none.</param>
public readonly record struct WordBag(FeatureBag Word, FeatureBag Characters, int Vector);

/// <summary>The features that training saw, their table rows and their weights; what was never seen has no row and is left out.</summary>
/// <remarks>
/// File: "CNIG", family count, then for each family its number, the row count, the hashes in row order and the weights, all little-endian
/// 32 bits. Older files begin with "CNIF" and have no family numbers: theirs are 0, 1 and, where there is a third, 2.
/// </remarks>
public sealed class FeatureVocabulary
{
    /// <summary>Words of an utterance that are looked at one by one.</summary>
    private const int MostSingleWords = 64;

    private const uint OldMagic = 0x46494E43;
    private const uint Magic = 0x47494E43;
    private readonly FeatureFamily[] families;
    private readonly uint[][] hashes;
    private readonly float[][] rarity;
    private readonly Dictionary<uint, int>[] rows;

    /// <param name="families">Those with trained rows first, <see cref="FeatureFamily.Meaning"/> last where there is one.</param>
    /// <param name="hashes">Per family the feature of each row; row 0 is the bias and its hash is not looked up.</param>
    /// <param name="rarity">Per family the inverse-document-frequency weight of each row.</param>
    public FeatureVocabulary(FeatureFamily[] families, uint[][] hashes, float[][] rarity)
    {
        this.families = families;
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

    /// <summary>In the order of the bags.</summary>
    public IReadOnlyList<FeatureFamily> Families => families;

    public bool Has(FeatureFamily family) => families.Contains(family);

    public int Rows(FeatureFamily family) => hashes[Place(family)].Length;

    public IReadOnlyList<uint> Hashes(FeatureFamily family) => hashes[Place(family)];

    public IReadOnlyList<float> Rarity(FeatureFamily family) => rarity[Place(family)];

    private int Place(FeatureFamily family) => Array.IndexOf(families, family);

    /// <summary>One bag per family: (1 + log count) · rarity, scaled to unit length without the bias.</summary>
    /// <param name="before">The turns before, oldest first; null: not known.</param>
    public FeatureBag[] Weigh(string text, IReadOnlyList<string>? before = null)
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.Extract(text, features, Has(FeatureFamily.Context) ? before : null);
        FeatureBag[] bags = new FeatureBag[families.Length];
        for (int place = 0; place < families.Length; place++)
            bags[place] = Weigh(features, place);
        return bags;
    }

    /// <summary>A bag for each of the first words; an utterance without words has one that is empty.</summary>
    public WordBag[] WeighWords(string text) => [.. FirstWords(text).Select(WeighWord)];

    /// <summary>A bag for each different word of the first ones, and for each of those in their order which it is.</summary>
    public (WordBag[] Words, long[] Order) WeighDistinctWords(string text)
    {
        Dictionary<string, long> numbers = new(StringComparer.Ordinal);
        List<WordBag> bags = [];
        List<long> order = [];
        foreach (string word in FirstWords(text))
        {
            if (numbers.TryAdd(word, bags.Count))
                bags.Add(WeighWord(word));
            order.Add(numbers[word]);
        }
        return ([.. bags], [.. order]);
    }

    private static IEnumerable<string> FirstWords(string text)
    {
        List<string> words = UtteranceFeatures.Words(text);
        return words.Count == 0 ? [""] : words.Take(MostSingleWords);
    }

    private WordBag WeighWord(string word)
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.ExtractWord(word, features);
        FeatureBag own = Rows(features, FeatureFamily.Words);
        FeatureBag grams = Rows(features, FeatureFamily.Characters);
        float squares = TensorPrimitives.SumOfSquares<float>(own.Weights) + TensorPrimitives.SumOfSquares<float>(grams.Weights);
        float length = MathF.Sqrt(Math.Max(squares, 1e-9f));
        TensorPrimitives.Divide(own.Weights, length, own.Weights);
        TensorPrimitives.Divide(grams.Weights, length, grams.Weights);
        int place = Place(FeatureFamily.Meaning);
        int vector = place < 0 ? 0 : rows[place].GetValueOrDefault(UtteranceFeatures.WordHash(word));
        return new WordBag(new FeatureBag([0, .. own.Rows], [1, .. own.Weights]), grams, vector);
    }

    private FeatureBag Rows(List<UtteranceFeature> features, FeatureFamily family)
    {
        int place = Place(family);
        List<int> found = [];
        foreach (UtteranceFeature feature in features)
        {
            if (feature.Family == family && rows[place].TryGetValue(feature.Hash, out int row))
                found.Add(row);
        }
        return new FeatureBag([.. found], [.. found.Select(row => rarity[place][row])]);
    }

    private FeatureBag Weigh(List<UtteranceFeature> features, int place)
    {
        OrderedDictionary<int, int> counts = [];
        foreach (UtteranceFeature feature in features)
        {
            if (Belongs(feature, families[place]) && rows[place].TryGetValue(feature.Hash, out int row))
                counts[row] = counts.GetValueOrDefault(row) + 1;
        }
        FeatureBag bag = new(new int[counts.Count + 1], new float[counts.Count + 1]);
        bag.Weights[0] = 1;
        double squares = 0;
        int next = 1;
        foreach ((int row, int count) in counts)
        {
            float weight = (1 + MathF.Log(count)) * rarity[place][row];
            bag.Rows[next] = row;
            bag.Weights[next++] = weight;
            squares += weight * weight;
        }
        float scale = (float)(1 / Math.Sqrt(Math.Max(squares, 1e-9)));
        for (int i = 1; i < next; i++)
            bag.Weights[i] *= scale;
        return bag;
    }

    private static bool Belongs(UtteranceFeature feature, FeatureFamily family) =>
        family == FeatureFamily.Meaning ? feature is { Family: FeatureFamily.Words, Rank: 1 } : feature.Family == family;

    public void Save(string path)
    {
        using BinaryWriter writer = new(File.Create(path));
        writer.Write(Magic);
        writer.Write(families.Length);
        for (int family = 0; family < families.Length; family++)
        {
            writer.Write((int)families[family]);
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
            int count = reader.ReadInt32();
            if (magic is not (Magic or OldMagic) || count is < 2 or > 4)
                throw new InvalidDataException("not a feature vocabulary");
            FeatureFamily[] found = new FeatureFamily[count];
            uint[][] stored = new uint[count][];
            float[][] weights = new float[count][];
            for (int family = 0; family < count; family++)
            {
                found[family] = (FeatureFamily)(magic == OldMagic ? family : reader.ReadInt32());
                if (!Enum.IsDefined(found[family]) || found.AsSpan(0, family).Contains(found[family]))
                    throw new InvalidDataException("a feature vocabulary of unknown families");
                int size = reader.ReadInt32();
                if (size < 1 || size > (reader.BaseStream.Length - reader.BaseStream.Position) / 8)
                    throw new InvalidDataException("a feature vocabulary that is cut short");
                stored[family] = new uint[size];
                weights[family] = new float[size];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(stored[family].AsSpan()));
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(weights[family].AsSpan()));
            }
            return new FeatureVocabulary(found, stored, weights);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("a feature vocabulary that is cut short", e);
        }
    }
}
