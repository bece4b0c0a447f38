using System.CommandLine;
using System.Globalization;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;
using ClinicalNlp.Training;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp terminology import|list|remove</c>: the terminologies that concepts of mentions are chosen from.</summary>
internal static class TerminologyVerb
{
    public static Command Command(CommandConsole console) =>
        new("terminology", "The terminologies of a service: a house imports those that it has a licence for.")
        {
            Import(console),
            List(console),
            Remove(console),
        };

    private static Command Import(CommandConsole console)
    {
        var name = Name();
        var version = new Option<string>("--version") { Description = "Which release it is, as people will read it.", Required = true };
        var licence = new Option<string>("--licence", "--license")
        {
            Description = "Under which licence the house has it, as people will read it.",
            Required = true,
        };
        var kind = new Option<string?>("--kind")
        {
            Description =
                $"What it is about: {string.Join(", ", Enum.GetValues<TerminologyKind>().Select(StoredNames.Of))}. By its name when not given.",
        };
        var data = Data();
        var files = new Argument<string[]>("FILE")
        {
            Description =
                "JSON lines with id, name and synonyms (or abbr and expansions), CSV or TSV with the columns code, name and synonyms (several with | between), or OBO.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "import",
            "Reads a terminology into the data folder, in place of the one of that name. The service may be running."
        )
        {
            name,
            version,
            licence,
            kind,
            data,
            files,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                string called = parsed.GetRequiredValue(name);
                var asked = new NewTerminology(
                    called,
                    parsed.GetRequiredValue(version),
                    parsed.GetRequiredValue(licence),
                    KindOf(parsed.GetValue(kind), called)
                );
                var line = new ProgressLine(console);
                try
                {
                    var (now, before) = new TerminologyStore(parsed.GetRequiredValue(data), console.Time).Import(
                        asked,
                        parsed.GetRequiredValue(files),
                        Reporter(line, console.Time),
                        cancellation
                    );
                    line.EndLine();
                    console.Error.WriteLine(
                        Invariant(
                            $"{now.Name} {now.Version} ({StoredNames.Of(now.Kind)}): {now.Concepts:N0} concepts with {now.Names:N0} names"
                        ) + (before is null ? "" : Invariant($", in place of {before.Version} with {before.Concepts:N0}"))
                    );
                }
                catch
                {
                    line.EndLine();
                    throw;
                }
            }
        );
        return command;
    }

    private static Command List(CommandConsole console)
    {
        var data = Data();
        var command = new Command("list", "What was imported.") { data };
        command.Runs(
            (parsed, _) =>
                console.WriteTo(
                    "-",
                    stream =>
                    {
                        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                        foreach (var each in new TerminologyStore(parsed.GetRequiredValue(data), console.Time).List())
                            writer.WriteLine(
                                Invariant(
                                    $"{each.Name}\t{each.Version}\t{StoredNames.Of(each.Kind)}\t{each.Concepts} concepts\t{each.Names} names\t{each.Licence}\t{each.ImportedAt:yyyy-MM-dd}"
                                )
                            );
                    }
                )
        );
        return command;
    }

    private static Command Remove(CommandConsole console)
    {
        var name = Name();
        var data = Data();
        var command = new Command("remove", "Takes a terminology away. Concepts that mentions have stay as they are.") { name, data };
        command.Runs(
            (parsed, _) =>
            {
                var gone = new TerminologyStore(parsed.GetRequiredValue(data), console.Time).Remove(parsed.GetRequiredValue(name));
                console.Error.WriteLine(Invariant($"{gone.Name} {gone.Version} with {gone.Concepts:N0} concepts is removed"));
            }
        );
        return command;
    }

    private static Option<string> Name() =>
        new("--name") { Description = "What it is called; it stands before the codes in annotations.", Required = true };

    private static Option<string> Data() => new("--data", "--out") { Description = "The data folder of the service.", Required = true };

    private static TerminologyKind KindOf(string? given, string name) =>
        given is null ? TerminologyKinds.Guess(name)
        : StoredNames.TryParse(given, out TerminologyKind kind) ? kind
        : throw new UnusableInputException(
            "invalid_option",
            $"--kind is not one of {string.Join(", ", Enum.GetValues<TerminologyKind>().Select(StoredNames.Of))}."
        );

    /// <summary>Turns counts into reports with rate and time left, by the clock since the phase began.</summary>
    private static Action<string, long, long> Reporter(ProgressLine line, TimeProvider time)
    {
        string? phase = null;
        long began = 0;
        return (now, done, total) =>
        {
            if (now != phase)
                (phase, began) = (now, time.GetTimestamp());
            double seconds = time.GetElapsedTime(began).TotalSeconds;
            double rate = seconds > 0.5 ? done / seconds : 0; // before that it is noise
            line.Report(
                new TrainingProgress(
                    now,
                    done,
                    total,
                    now == "reading" ? "bytes" : "rows",
                    rate,
                    rate > 0 && total > 0 ? TimeSpan.FromSeconds((total - done) / rate) : null
                )
            );
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
