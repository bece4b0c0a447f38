namespace ClinicalNlp.Models;

/// <summary>A model folder that cannot be used: <c>model_missing</c>, <c>model_incomplete</c>, <c>model_damaged</c> or <c>model_foreign</c>.</summary>
/// <param name="directory">The bundle folder.</param>
/// <param name="bundleFile">The file within it that is at fault, when one is.</param>
public sealed class ModelBundleException(string code, string reason, string directory, string? bundleFile = null)
    : UnusableInputException(code, reason, bundleFile is null ? directory : Path.Combine(directory, bundleFile))
{
    public const string Missing = "model_missing";
    public const string Incomplete = "model_incomplete";
    public const string Damaged = "model_damaged";
    public const string Foreign = "model_foreign";

    public string Directory { get; } = directory;
    public string? BundleFile { get; } = bundleFile;
}
