using ClinicalNlp.Models;

namespace ClinicalNlp.Tests;

/// <summary>Where the repository, and the public corpora beside it, lie on this machine.</summary>
public static class RepositoryPaths
{
    public static string Root { get; } =
        ProgramHome.Around(AppContext.BaseDirectory) ?? throw new InvalidOperationException("The tests run inside the repository.");

    /// <summary>The folder `shared` beside the repository, or the one CLINICALNLP_SHARED names; null where there is none.</summary>
    public static string? Shared { get; } =
        new[] { Environment.GetEnvironmentVariable("CLINICALNLP_SHARED"), Path.Combine(Root, "..", "shared") }.FirstOrDefault(
            Directory.Exists
        );

    /// <summary>A file or folder below `shared`; skips the test with a message where it is absent.</summary>
    public static string SharedOrSkip(params string[] parts)
    {
        var path = Path.Combine([Shared ?? "shared", .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"The public file {Path.Combine(parts)} is not on this machine.");
        return path;
    }
}
