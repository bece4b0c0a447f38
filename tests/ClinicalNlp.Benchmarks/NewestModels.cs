using ClinicalNlp.Cli;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary>The newest version of each shipped model.</summary>
internal static class NewestModels
{
    /// <summary>The folder of the newest version; null when there is none.</summary>
    public static string? Find(string models, string name)
    {
        string folder = Path.Combine(models, name);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateDirectories(folder)
                .Where(version => File.Exists(Path.Combine(version, ModelCard.FileName)))
                .MaxBy(version => Path.GetFileName(version), Comparer<string?>.Create(DefaultModels.CompareVersions))
            : null;
    }

    /// <exception cref="ModelBundleException">There is none, or it is damaged.</exception>
    public static ModelBundle Load(string models, string name) => ModelBundle.Load(Find(models, name) ?? Path.Combine(models, name, "1"));
}
