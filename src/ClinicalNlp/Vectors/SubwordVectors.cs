using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Vectors;

/// <summary>
/// One vector a word, learnt from running text without labels; words that were never seen get the mean of their character n-grams
/// (subword skip-gram, Bojanowski et al. 2017). Thread-safe.
/// </summary>
/// <remarks>
/// <c>vectors.bin</c>, little endian: magic "CNVECT", version (uint16), width, words, buckets (int32 each); per word its UTF-8 length
/// (byte), UTF-8 and frequency (float32); then of all words and buckets the scales (float32) and the rows as signed bytes.
/// </remarks>
internal sealed class SubwordVectors
{
    public const string FileName = "vectors.bin";
    public const int LongestWord = 40;

    private const ushort Version = 1;
    private static readonly byte[] Magic = "CNVECT"u8.ToArray();

    private readonly Dictionary<string, int> _numbers;
    private readonly string[] _words;
    private readonly float[] _frequencies;
    private readonly QuantizedTable _table;
    private readonly float _gain;

    /// <param name="table">Words, then the buckets of n-grams.</param>
    private SubwordVectors(string[] words, float[] frequencies, QuantizedTable table)
    {
        _words = words;
        _frequencies = frequencies;
        _table = table;
        _numbers = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i++)
            _numbers[words[i]] = i;
        _gain = Gain(table, words.Length);
    }

    /// <summary>Columns of a vector.</summary>
    public int Width => _table.Width;

    public int Buckets => _table.Rows - _words.Length;

    /// <summary>The stored words in their normal form, the most frequent first.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Quantises each row to signed bytes with one scale.</summary>
    /// <param name="words">Normal forms (<see cref="Normalise"/>).</param>
    /// <param name="wordVectors">[words, width], what <see cref="Fill"/> shall answer for them.</param>
    /// <param name="bucketVectors">[buckets, width], one for each hash of a character n-gram.</param>
    public static SubwordVectors Create(
        int width,
        string[] words,
        float[] frequencies,
        ReadOnlySpan<float> wordVectors,
        ReadOnlySpan<float> bucketVectors
    )
    {
        var table = QuantizedTable.Of([.. wordVectors, .. bucketVectors], width);
        return new SubwordVectors(words, frequencies, table);
    }

    /// <exception cref="InvalidDataException">Not such a file, another version, or cut short.</exception>
    public static SubwordVectors Load(string path)
    {
        using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 16), Encoding.UTF8);
        try
        {
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
                throw new InvalidDataException($"{Path.GetFileName(path)} holds no word vectors: it does not start with CNVECT");
            var version = reader.ReadUInt16();
            if (version != Version)
                throw new InvalidDataException(
                    $"{Path.GetFileName(path)} is version {version} of the word vectors; supported is {Version}"
                );
            var (width, count, buckets) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            if (width is < 1 or > 4096 || count < 0 || buckets < 0 || (long)width * ((long)count + buckets) > reader.BaseStream.Length)
                throw new InvalidDataException(
                    $"{Path.GetFileName(path)}: {count} words and {buckets} n-grams of width {width} do not fit in it"
                );
            var words = new string[count];
            var frequencies = new float[count];
            for (var i = 0; i < count; i++)
            {
                words[i] = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadByte()));
                frequencies[i] = reader.ReadSingle();
            }
            var table = new QuantizedTable(width, new float[count + buckets], new sbyte[(count + buckets) * width]);
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(table.Scales.AsSpan()));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(table.Values.AsSpan()));
            return new SubwordVectors(words, frequencies, table);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} is cut short", e);
        }
    }

    public void Save(string path)
    {
        using var writer = new BinaryWriter(new BufferedStream(File.Create(path), 1 << 16), Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Width);
        writer.Write(_words.Length);
        writer.Write(Buckets);
        for (var i = 0; i < _words.Length; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(_words[i]);
            writer.Write((byte)bytes.Length);
            writer.Write(bytes);
            writer.Write(_frequencies[i]);
        }
        writer.Write(MemoryMarshal.AsBytes(_table.Scales.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(_table.Values.AsSpan()));
    }

    /// <summary>
    /// The vector of a token in any case, scaled so that the columns of known words have a mean square of 1; the mean of its n-grams
    /// when it is unknown.
    /// </summary>
    public void Fill(ReadOnlySpan<char> word, Span<float> vector)
    {
        vector = vector[..Width];
        FillAsLearnt(word, vector);
        TensorPrimitives.Multiply(vector, _gain, vector);
    }

    /// <summary>The vector in the scale it was trained in; to continue the training.</summary>
    internal void FillAsLearnt(ReadOnlySpan<char> word, Span<float> vector)
    {
        Span<char> buffer = stackalloc char[LongestWord + 2];
        var normal = Normalise(word, buffer);
        vector.Clear();
        if (_numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(normal, out var number))
        {
            _table.AddTo(number, vector);
            return;
        }
        Span<int> grams = stackalloc int[MostGrams];
        var count = Grams(buffer[..(normal.Length + 2)], Buckets, grams);
        foreach (var gram in grams[..count])
            _table.AddTo(_words.Length + gram, vector);
        if (count > 1)
            TensorPrimitives.Divide(vector, count, vector);
    }

    public bool Knows(ReadOnlySpan<char> word) => NumberOf(word) >= 0;

    /// <summary>Share of the pretraining text that this word is; 0 when unknown. For smooth inverse frequency (Arora et al. 2017).</summary>
    public float Frequency(ReadOnlySpan<char> word) => NumberOf(word) is >= 0 and var number ? _frequencies[number] : 0;

    /// <summary>The vector of one n-gram bucket; to continue the training.</summary>
    internal void FillBucket(int bucket, Span<float> vector)
    {
        vector.Clear();
        _table.AddTo(_words.Length + bucket, vector);
    }

    private static float Gain(QuantizedTable table, int words)
    {
        var squares = 0.0;
        for (var word = 0; word < words; word++)
        {
            var values = table.Values.AsSpan(word * table.Width, table.Width);
            foreach (var value in values)
                squares += (double)table.Scales[word] * table.Scales[word] * value * value;
        }
        return squares > 0 ? (float)Math.Sqrt((double)words * table.Width / squares) : 1;
    }

    private int NumberOf(ReadOnlySpan<char> word)
    {
        Span<char> buffer = stackalloc char[LongestWord + 2];
        return _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Normalise(word, buffer), out var number) ? number : -1;
    }

    /// <summary>The n-grams of a marked word (<c>&lt;word&gt;</c>): 3 to 5 characters, so at most 3 (40 + 2) - 9.</summary>
    internal const int MostGrams = 3 * (LongestWord + 2);

    private const int ShortestGram = 3;
    private const int LongestGram = 5;

    /// <summary>
    /// Lower case; the digits of a number become 0, so that 12.5 and 37.0 are one word. <paramref name="buffer"/> receives the word
    /// between its marks.
    /// </summary>
    internal static ReadOnlySpan<char> Normalise(ReadOnlySpan<char> word, Span<char> buffer)
    {
        if (word.Length > LongestWord)
            word = word[..LongestWord];
        buffer[0] = '<';
        var number = word.Length > 0 && char.IsAsciiDigit(word[0]);
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            buffer[i + 1] =
                number && char.IsAsciiDigit(c) ? '0'
                : c == '’' ? '\''
                : char.ToLowerInvariant(c);
        }
        buffer[word.Length + 1] = '>';
        return buffer.Slice(1, word.Length);
    }

    /// <summary>Buckets of the n-grams of a marked word, without the whole of it; how many.</summary>
    internal static int Grams(ReadOnlySpan<char> marked, int buckets, Span<int> grams)
    {
        if (buckets == 0)
            return 0;
        var count = 0;
        for (var start = 0; start + ShortestGram <= marked.Length; start++)
        {
            var hash = 0xcbf29ce484222325UL;
            for (var at = start; at < marked.Length && at - start < LongestGram; at++)
            {
                hash = (hash ^ marked[at]) * 0x100000001b3;
                if (at - start + 1 >= ShortestGram && at - start + 1 < marked.Length)
                    grams[count++] = (int)(StableHash.Mix(hash) % (ulong)buckets);
            }
        }
        return count;
    }
}
