using System.Globalization;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary>What the command line of the benchmarks says, and where things lie on this machine.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Corpora">The public corpora; null where they are not on this machine.</param>
/// <param name="Work">An ignored folder for trained models, splits, logs and results.</param>
/// <param name="Results">The file that measurements are added to, and that the report reads.</param>
/// <param name="Quick">Our own corpora only, and little of them: seconds instead of minutes, and figures that mean nothing.</param>
/// <param name="Again">Measure also what is in the results already.</param>
internal sealed record BenchOptions(
    string Root,
    string? Corpora,
    string Work,
    string Results,
    IReadOnlyList<int> Seeds,
    bool Quick,
    bool Again,
    string? Report
)
{
    private const string SharedVariable = "CLINICALNLP_SHARED";

    public string Models => Path.Combine(Root, "models");

    /// <summary>Where the peers' programs of this project lie.</summary>
    public string Peers => Path.Combine(Root, "bench");

    /// <exception cref="UnusableInputException"><c>invalid_option</c>.</exception>
    public static BenchOptions Parse(IEnumerable<string> arguments)
    {
        string root =
            ProgramHome.Around(AppContext.BaseDirectory)
            ?? throw new InvalidOperationException("The benchmarks run inside the repository.");
        string? shared = new[] { Environment.GetEnvironmentVariable(SharedVariable), Path.Combine(root, "..", "shared") }.FirstOrDefault(
            Directory.Exists
        );
        string? corpora = shared is null ? null : Path.GetFullPath(Path.Combine(shared, "corpora"));
        string work = Path.Combine(root, "artifacts", "bench");
        BenchOptions options = new(root, Directory.Exists(corpora) ? corpora : null, work, "", [1, 2, 3], false, false, null);
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? option))
        {
            options = option switch
            {
                "--quick" => options with { Quick = true, Seeds = [1] },
                "--again" => options with { Again = true },
                "--seeds" => options with { Seeds = Numbers(Value()) },
                "--results" => options with { Results = Path.GetFullPath(Value()) },
                "--report" => options with { Report = Path.GetFullPath(Value()) },
                _ => throw Invalid($"There is no option {option}; see ./bench.sh --help."),
            };

            string Value() => rest.TryDequeue(out string? value) ? value : throw Invalid($"{option} needs a value.");
        }
        return options.Results.Length > 0
            ? options
            : options with
            {
                Results = Path.Combine(work, options.Quick ? "quick.json" : "results.json"),
            };
    }

    private static int[] Numbers(string list)
    {
        List<int> numbers = [];
        foreach (string part in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw Invalid($"--seeds {list} is not a list of numbers.");
            numbers.Add(number);
        }
        return numbers.Count > 0 ? [.. numbers] : throw Invalid("--seeds names no seed.");
    }

    private static UnusableInputException Invalid(string message) => new("invalid_option", message);
}
