using System.Numerics;

namespace ClinicalNlp.Terms;

/// <summary>48-bit hashes with 16 bits each: a table with open addressing that is read without a lock, at most a third full.</summary>
internal sealed class HashedBits
{
    /// <summary>Key above, bits below; 0 is a free slot, for no entry has no bits.</summary>
    private readonly ulong[] slots;
    private readonly int shift;

    private HashedBits(ulong[] sorted)
    {
        Sorted = sorted;
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, sorted.Length * 3));
        slots = new ulong[size];
        shift = 48 - BitOperations.Log2((uint)size);
        foreach (ulong entry in sorted)
        {
            int at = (int)(entry >> 16 >> shift);
            while (slots[at] != 0)
                at = (at + 1) & (size - 1);
            slots[at] = entry;
        }
    }

    /// <summary>The entries as a file keeps them: key · 2^16 + bits, ascending.</summary>
    public ulong[] Sorted { get; }

    public Dictionary<ulong, ushort> ToDictionary() => Sorted.ToDictionary(entry => entry >> 16, entry => (ushort)entry);

    public static HashedBits Of(IReadOnlyDictionary<ulong, ushort> bits)
    {
        ulong[] sorted = [.. bits.Where(entry => entry.Value != 0).Select(entry => (entry.Key << 16) | entry.Value)];
        Array.Sort(sorted);
        return new HashedBits(sorted);
    }

    /// <exception cref="InvalidDataException">The entries are not what <see cref="Sorted"/> is.</exception>
    public static HashedBits Of(ulong[] sorted)
    {
        for (int i = 0; i < sorted.Length; i++)
        {
            if ((ushort)sorted[i] == 0 || (i > 0 && sorted[i] >> 16 <= sorted[i - 1] >> 16))
                throw new InvalidDataException($"a term file whose entry {i} is out of order");
        }
        return new HashedBits(sorted);
    }

    /// <summary>The bits of a key; 0 when it is not there.</summary>
    public ushort this[ulong key]
    {
        get
        {
            int at = (int)(key >> shift);
            while (true)
            {
                ulong slot = slots[at];
                if (slot == 0)
                    return 0;
                if (slot >> 16 == key)
                    return (ushort)slot;
                at = (at + 1) & (slots.Length - 1);
            }
        }
    }
}
