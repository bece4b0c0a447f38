using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Annotation.Snapshots;

/// <summary>Splits documents by group with a seeded hash, so that a group falls on one side, and on the same side in the next snapshot.</summary>
internal static class GroupSplit
{
    /// <returns>The groups that are held out: about the fraction of them, at least one, and never all.</returns>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>: fewer than two groups.</exception>
    public static IReadOnlySet<string> HeldOut(IEnumerable<string> groups, double fraction, int seed)
    {
        var ordered = groups.Distinct().Select(group => (Group: group, Place: Place(group, seed))).OrderBy(item => item.Place).ToList();
        if (ordered.Count < 2)
        {
            throw new UnusableInputException(
                "too_little_data",
                $"a split needs finished documents of at least two groups (patients); there {(ordered.Count == 1 ? "is one" : "are none")}"
            );
        }

        int count = Math.Clamp(ordered.Count(item => item.Place < fraction), 1, ordered.Count - 1);
        return ordered.Take(count).Select(item => item.Group).ToHashSet();
    }

    /// <summary>A place in [0, 1) that depends on the group and seed alone.</summary>
    public static double Place(string group, int seed) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{group}"))) / (uint.MaxValue + 1.0);
}
