using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Terms;

/// <summary>Which dictionaries a sequence of tokens is a term of: drug names, diseases, units and whatever a hospital adds.</summary>
/// <remarks>
/// Terms are kept as 48-bit hashes, not as words: with 150,000 of them a look-up of anything else answers by mistake once in
/// 2·10⁹. File, little-endian: "CNTM", version, dictionary count (32 bits each), the names (length-prefixed UTF-8), then twice a
/// count and ascending 64-bit entries (hash · 2^16 + bits): first tokens with the lengths of their terms, and terms with their
/// dictionaries; at the end the SHA-256 of all before it.
/// </remarks>
internal sealed class TermDictionary
{
    public const string FileName = "terms.bin";
    public const int Version = 2;
    public const int MaximumDictionaries = 16;

    /// <summary>Tokens of the longest term, hyphens and possessives not counted.</summary>
    public const int MaximumTokens = 8;

    private const uint Magic = 0x4D544E43;

    private readonly HashedBits starts;
    private readonly HashedBits terms;

    /// <param name="names">One a dictionary, in the order of the bits.</param>
    /// <param name="starts">By <see cref="TermHash.Key"/> of a first token: bit n is set when a term of n tokens (two or more) starts so.</param>
    /// <param name="terms">By <see cref="TermHash.Key"/> of a sequence: bit d is set when dictionary d has the term.</param>
    public TermDictionary(IReadOnlyList<string> names, HashedBits starts, HashedBits terms)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, MaximumDictionaries);
        Names = names;
        this.starts = starts;
        this.terms = terms;
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>See the constructor.</summary>
    public HashedBits Starts => starts;

    /// <summary>See the constructor.</summary>
    public HashedBits Terms => terms;

    /// <summary>Distinct terms over all dictionaries.</summary>
    public int Count => terms.Sorted.Length;

    /// <summary>Bit n: a term of n tokens, two or more, starts with this token.</summary>
    public ushort Lengths(ulong firstToken) => starts[TermHash.Key(firstToken)];

    /// <summary>Bit d: dictionary d has this sequence (see <see cref="TermHash.Append"/>).</summary>
    public ushort Dictionaries(ulong sequence) => terms[TermHash.Key(sequence)];

    public void Save(string path)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Names.Count);
        foreach (string name in Names)
            writer.Write(name);
        foreach (HashedBits table in (HashedBits[])[starts, terms])
        {
            writer.Write(table.Sorted.Length);
            writer.Write(MemoryMarshal.AsBytes<ulong>(table.Sorted));
        }
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        File.WriteAllBytes(path, stream.ToArray());
    }

    /// <exception cref="InvalidDataException">The file is no term dictionary, of another version, or damaged; the message says which.</exception>
    public static TermDictionary Load(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        using BinaryReader reader = new(new MemoryStream(bytes), Encoding.UTF8);
        try
        {
            if (reader.ReadUInt32() != Magic)
                throw new InvalidDataException("not a term dictionary");
            int version = reader.ReadInt32();
            if (version != Version)
                throw new InvalidDataException($"a term dictionary of version {version}; supported is {Version}");
            int body = bytes.Length - SHA256.HashSizeInBytes;
            if (body < 0 || !SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body)))
                throw new InvalidDataException("a term dictionary that is damaged or cut short: its checksum is wrong");
            int count = reader.ReadInt32();
            if (count is < 1 or > MaximumDictionaries)
                throw new InvalidDataException($"a term file with {count} dictionaries; 1 to {MaximumDictionaries} are supported");
            string[] names = new string[count];
            for (int i = 0; i < count; i++)
                names[i] = reader.ReadString();
            HashedBits first = Table(reader, body);
            HashedBits whole = Table(reader, body);
            if (reader.BaseStream.Position != body)
                throw new InvalidDataException("a term dictionary with something behind its terms");
            return new TermDictionary(names, first, whole);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("a term dictionary that is cut short", e);
        }
    }

    private static HashedBits Table(BinaryReader reader, int end)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count > (end - reader.BaseStream.Position) / sizeof(ulong))
            throw new InvalidDataException("a term dictionary that is cut short");
        ulong[] entries = new ulong[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(entries.AsSpan()));
        return HashedBits.Of(entries);
    }
}
