using ClinicalNlp.Models;

namespace ClinicalNlp.Cli;

/// <summary>Finds the model to use when none is named: the highest version under <c>models/</c> of the repository, or under <c>CLINICALNLP_MODELS</c>.</summary>
internal static class DefaultModels
{
    public const string Entities = "clinical-entities";
    public const string Intents = "care-intents";
    public const string Encoder = "encoder";
    private const string Variable = "CLINICALNLP_MODELS";

    /// <param name="given">The folder named on the command line, if any.</param>
    /// <exception cref="ModelBundleException">There is none, or it is damaged.</exception>
    public static ModelBundle Load(string? given, string name) => ModelBundle.Load(given ?? Newest(name));

    private static string Newest(string name) =>
        TryNewest(name)
        ?? throw new ModelBundleException(
            ModelBundleException.Missing,
            $"No version is here: name one with --model, or the folder of models with {Variable}.",
            Path.Combine(ModelsFolder(), name)
        );

    /// <summary>The folder of the highest version; null when there is none.</summary>
    public static string? TryNewest(string name)
    {
        var folder = Path.Combine(ModelsFolder(), name);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateDirectories(folder)
                .Where(version => !Path.GetFileName(version).Contains(ModelBundleWriter.TemporaryMark, StringComparison.Ordinal))
                .MaxBy(version => Path.GetFileName(version), Comparer<string?>.Create(CompareVersions))
            : null;
    }

    /// <summary>"10" is after "9", "1.10" after "1.9": runs of digits compare as numbers, the rest by character.</summary>
    internal static int CompareVersions(string? left, string? right)
    {
        ReadOnlySpan<char> a = left,
            b = right;
        while (a.Length > 0 && b.Length > 0)
        {
            var digitsA = Digits(a);
            var digitsB = Digits(b);
            var order = digitsA > 0 && digitsB > 0 ? CompareNumbers(a[..digitsA], b[..digitsB]) : a[0].CompareTo(b[0]);
            if (order != 0)
                return order;
            a = a[Math.Max(1, digitsA)..];
            b = b[Math.Max(1, digitsB)..];
        }
        return a.Length.CompareTo(b.Length);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.CompareTo(right, StringComparison.Ordinal);
    }

    private static string ModelsFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return given;
        return Path.Combine(ProgramHome.Around(AppContext.BaseDirectory) ?? AppContext.BaseDirectory, "models");
    }
}
