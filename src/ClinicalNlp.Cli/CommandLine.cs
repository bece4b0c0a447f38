using System.CommandLine;
using System.CommandLine.Help;

namespace ClinicalNlp.Cli;

/// <summary>The verbs, and what every one of them shares: exit codes and how an error is said.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Unusable input or options; standard error names file, line and reason.</summary>
    public const int Unusable = 2;

    /// <summary>Interrupted, as a shell counts it.</summary>
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(string[] arguments, CommandConsole console, CancellationToken cancellation = default)
    {
        var root = new Command("clinicalnlp", "Clinical NLP on this machine.")
        {
            new HelpOption(),
            new VersionOption(),
            PretrainVerb.Command(console),
            TrainVerb.Command(console),
            ExtractVerb.Command(console),
            ClassifyVerb.Command(console),
            EvaluateVerb.Command(console),
            CalibrateVerb.Command(console),
            ConvertVerb.Command(console),
            AuditVerb.Command(console),
            AgreementVerb.Command(console),
            TerminologyVerb.Command(console),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await console.Error.WriteLineAsync($"clinicalnlp: usage: {error.Message}");
            return Unusable;
        }
        var output = new StringWriter();
        try
        {
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TimeSpan.FromSeconds(30), // long enough to remove what is half written
                    Output = output,
                    Error = console.Error,
                },
                cancellation
            );
            console.WriteTo("-", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(output.ToString()))); // help and version
            return code;
        }
        catch (OperationCanceledException)
        {
            await console.Error.WriteLineAsync("clinicalnlp: interrupted; nothing half written is left");
            return Interrupted;
        }
        catch (UnusableInputException exception)
        {
            await console.Error.WriteLineAsync($"clinicalnlp: {exception.Code}: {exception.Message}");
            return Unusable;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"clinicalnlp: {exception.Message}");
            return Failed;
        }
    }

    /// <summary>Runs a verb off the thread that listens for Ctrl-C.</summary>
    public static void Runs(this Command command, Action<ParseResult, CancellationToken> verb) =>
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(
                    () =>
                    {
                        verb(parsed, cancellation);
                        return Done;
                    },
                    cancellation
                )
        );
}
