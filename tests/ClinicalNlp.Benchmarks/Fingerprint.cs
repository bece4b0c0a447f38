using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Models;
using ClinicalNlp.Training;

namespace ClinicalNlp.Benchmarks;

/// <summary>A hash of everything that a figure depends on: a figure measured with another one is measured again.</summary>
internal static class Fingerprint
{
    private static readonly string[] Programs =
    [
        .. new[] { typeof(ModelBundle), typeof(TrainingOptions), typeof(Cli.CommandLine) }.Select(type => Hash(type.Assembly.Location)),
    ];

    /// <param name="parts">Paths of files, whose contents count, and anything else, which counts as it is.</param>
    public static string Of(BenchOptions options, params IEnumerable<string> parts)
    {
        StringBuilder all = new($"{string.Join(' ', Programs)} quick {options.Quick}");
        // Recipes start from the newest encoder where there is one.
        if (NewestModels.Find(options.Models, "encoder") is { } encoder)
            all.Append(' ').Append(Hash(Path.Combine(encoder, ModelCard.FileName)));
        foreach (string part in parts)
            all.Append(' ').Append(File.Exists(part) ? Hash(part) : part);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..16];
    }

    private static string Hash(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
