namespace ClinicalNlp.Models;

/// <summary>The repository that a programme runs in: beside it lie the shipped models and our own corpora.</summary>
public static class ProgramHome
{
    private const string Mark = "ClinicalNlp.sln";

    /// <summary>The folder itself or the nearest above it that is the repository; null when the programme was published elsewhere.</summary>
    public static string? Around(string folder)
    {
        for (var candidate = new DirectoryInfo(folder); candidate is not null; candidate = candidate.Parent)
        {
            if (File.Exists(Path.Combine(candidate.FullName, Mark)))
                return candidate.FullName;
        }
        return null;
    }
}
