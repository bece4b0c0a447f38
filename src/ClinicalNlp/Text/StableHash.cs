namespace ClinicalNlp.Text;

/// <summary>Hashes that are the same on every machine and in every version: trained models depend on them.</summary>
internal static class StableHash
{
    /// <summary>Finaliser of SplitMix64: FNV alone leaves the low bits of short strings alike.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
