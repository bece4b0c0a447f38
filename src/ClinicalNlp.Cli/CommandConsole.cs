using System.Text;

namespace ClinicalNlp.Cli;

/// <summary>Where a command reads and writes; tests give it memory.</summary>
/// <param name="Output">Results only, so that a pipe gets nothing else.</param>
/// <param name="Error">Progress, losses and errors.</param>
/// <param name="ErrorIsTerminal">Whether a progress line can be overwritten.</param>
internal sealed record CommandConsole(Stream Input, Stream Output, TextWriter Error, bool ErrorIsTerminal, TimeProvider Time)
{
    public static CommandConsole OfProcess() =>
        new(
            Console.OpenStandardInput(),
            Console.OpenStandardOutput(),
            new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true },
            !Console.IsErrorRedirected,
            TimeProvider.System
        );

    /// <summary>Writes to the file, whole or not at all, or to standard output for <c>-</c>.</summary>
    public void WriteTo(string path, Action<Stream> write)
    {
        if (path != "-")
        {
            Corpora.WholeFile.Write(path, stream => Buffered(stream, write));
            return;
        }
        Buffered(Output, write);
        Output.Flush();
    }

    private static void Buffered(Stream stream, Action<Stream> write)
    {
        // Not disposed: that would close standard output.
        var buffer = new BufferedStream(stream, 1 << 16);
        write(buffer);
        buffer.Flush();
    }
}
