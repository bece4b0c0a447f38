using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Entities;

/// <summary>
/// What a word by itself contributes to the network's first layer: its hashed table rows and its pretrained vector, times that layer's
/// weights. A word has the same contribution wherever it stands, so it is computed once and kept. Thread-safe.
/// </summary>
/// <remarks>
/// <c>words.bin</c>, little endian: magic "CNWORD", features version (uint16), tables (int32), per table rows and width (int32 each), a
/// scale a row (float32) and the rows as signed bytes; then inputs and outputs (int32 each) and the first layer's weights for words
/// (float32, [inputs, outputs]).
/// </remarks>
internal sealed class WordEncoder
{
    public const string FileName = "words.bin";

    /// <summary>Words kept, about a kilobyte each: more than a hospital's notes repeat.</summary>
    private const int MostKept = 40_000;

    private static readonly byte[] Magic = "CNWORD"u8.ToArray();

    private readonly QuantizedTable[] tables;
    private readonly float[] weights;
    private readonly SubwordVectors? vectors;
    private readonly ConcurrentDictionary<string, float[]> kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, float[]>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private int keptCount;

    /// <param name="weights">[table widths and vector width, width].</param>
    public WordEncoder(QuantizedTable[] tables, float[] weights, int width, SubwordVectors? vectors)
    {
        int inputs = tables.Sum(table => table.Width) + (vectors?.Width ?? 0);
        if (weights.Length != inputs * width)
            throw new InvalidDataException(
                $"{FileName} has weights for {weights.Length / Math.Max(1, width)} inputs a word, {inputs} are expected"
            );
        this.tables = tables;
        this.weights = weights;
        this.vectors = vectors;
        Width = width;
        lookup = kept.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Columns of a contribution: the first layer's maps side by side.</summary>
    public int Width { get; }

    public IReadOnlyList<QuantizedTable> Tables => tables;

    public ReadOnlySpan<float> Weights => weights;

    public SubwordVectors? Vectors => vectors;

    /// <summary>The contribution of a word, to be read only.</summary>
    public ReadOnlySpan<float> this[ReadOnlySpan<char> word]
    {
        get
        {
            if (lookup.TryGetValue(word, out float[]? known))
                return known;
            float[] contribution = Compute(word);
            // Rare words beyond the bound are computed again each time.
            if (Volatile.Read(ref keptCount) < MostKept && lookup.TryAdd(word, contribution))
                Interlocked.Increment(ref keptCount);
            return contribution;
        }
    }

    /// <exception cref="InvalidDataException">Not such a file, other word features, or cut short.</exception>
    public static WordEncoder Load(string path, SubwordVectors? vectors)
    {
        using BinaryReader reader = new(new BufferedStream(File.OpenRead(path), 1 << 16), Encoding.UTF8);
        try
        {
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
                throw new InvalidDataException($"{FileName} does not start with CNWORD");
            int version = reader.ReadUInt16();
            if (version != WordFeatures.Version)
                throw new InvalidDataException($"{FileName} was made for word features {version}; supported are {WordFeatures.Version}");
            int count = reader.ReadInt32();
            if (count != WordFeatures.Tables.Count)
                throw new InvalidDataException($"{FileName} has {count} tables; {WordFeatures.Tables.Count} are expected");
            QuantizedTable[] loaded = new QuantizedTable[count];
            for (int t = 0; t < count; t++)
            {
                (int rows, int columns) = (reader.ReadInt32(), reader.ReadInt32());
                if (rows != WordFeatures.Tables[t].Rows || columns != WordFeatures.Tables[t].Width)
                    throw new InvalidDataException($"{FileName}: table {t} is {rows} by {columns}");
                float[] scales = new float[rows];
                sbyte[] values = new sbyte[rows * columns];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(scales.AsSpan()));
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                loaded[t] = new QuantizedTable(columns, scales, values);
            }
            (int inputs, int width) = (reader.ReadInt32(), reader.ReadInt32());
            if (inputs < 1 || width < 1 || (long)inputs * width * sizeof(float) > reader.BaseStream.Length)
                throw new InvalidDataException($"{FileName}: weights of {inputs} by {width} do not fit in it");
            float[] map = new float[inputs * width];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(map.AsSpan()));
            return new WordEncoder(loaded, map, width, vectors);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"{FileName} is cut short", e);
        }
    }

    public void Save(string path)
    {
        using BinaryWriter writer = new(new BufferedStream(File.Create(path), 1 << 16), Encoding.UTF8);
        writer.Write(Magic);
        writer.Write((ushort)WordFeatures.Version);
        writer.Write(tables.Length);
        foreach (QuantizedTable table in tables)
        {
            writer.Write(table.Rows);
            writer.Write(table.Width);
            writer.Write(MemoryMarshal.AsBytes(table.Scales.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(table.Values.AsSpan()));
        }
        writer.Write(weights.Length / Width);
        writer.Write(Width);
        writer.Write(MemoryMarshal.AsBytes(weights.AsSpan()));
    }

    private float[] Compute(ReadOnlySpan<char> word)
    {
        Span<int> rows = stackalloc int[WordFeatures.Slots];
        WordFeatures.Fill(word, rows);
        Span<float> input = stackalloc float[weights.Length / Width];
        input.Clear();
        int slot = 0;
        int column = 0;
        for (int t = 0; t < tables.Length; t++)
        {
            Span<float> part = input.Slice(column, tables[t].Width);
            for (int end = slot + WordFeatures.Tables[t].Slots; slot < end; slot++)
            {
                if (rows[slot] != 0)
                    tables[t].AddTo(rows[slot], part);
            }
            column += part.Length;
        }
        vectors?.Fill(word, input[column..]);
        float[] contribution = new float[Width];
        for (int i = 0; i < input.Length; i++)
        {
            if (input[i] != 0)
                TensorPrimitives.MultiplyAdd(weights.AsSpan(i * Width, Width), input[i], contribution, contribution);
        }
        return contribution;
    }
}
