using System.Text;
using ClinicalNlp.Cli;

namespace ClinicalNlp.Tests.Cli;

/// <summary>One command run inside the test, with its streams in memory.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    public static Task<CommandRun> Of(params string[] arguments) => WithInput("", arguments);

    public static async Task<CommandRun> WithInput(string input, string[] arguments, CancellationToken cancellation = default)
    {
        using var output = new MemoryStream();
        await using var error = new StringWriter();
        var console = new CommandConsole(
            new MemoryStream(Encoding.UTF8.GetBytes(input)),
            output,
            error,
            ErrorIsTerminal: false,
            TimeProvider.System
        );
        var code = await CommandLine.RunAsync(arguments, console, cancellation);
        return new CommandRun(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
