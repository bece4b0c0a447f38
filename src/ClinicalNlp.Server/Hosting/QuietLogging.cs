using Microsoft.Extensions.Logging.Console;

namespace ClinicalNlp.Server.Hosting;

/// <summary>What reaches the log: our own lines, and warnings of the framework. Not configurable, because the framework's debug lines quote requests.</summary>
public static class QuietLogging
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
            o.UseUtcTimestamp = true;
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // Standard output is for the one line that a person or a script waits for: the address.
        logging.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.Services.PostConfigure<LoggerFilterOptions>(o =>
        {
            o.Rules.Clear();
            o.MinLevel = LogLevel.Warning;
            o.Rules.Add(new LoggerFilterRule(null, "ClinicalNlp", LogLevel.Information, null));
            // A start that fails is told in one line by Program.
            o.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None, null));
        });
    }
}
