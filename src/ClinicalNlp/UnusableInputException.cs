namespace ClinicalNlp;

/// <summary>Input that cannot be used: what was found, what is supported, and where. The message never carries clinical text.</summary>
/// <param name="code">A stable snake_case code, the same over REST and in tests, for example <c>span_off_surface</c>.</param>
/// <param name="file">The file, when there is one.</param>
/// <param name="line">The line, counted from 1, when there is one.</param>
public class UnusableInputException(string code, string reason, string? file = null, int? line = null)
    : Exception(
        file is null ? reason
        : line is null ? $"{file}: {reason}"
        : $"{file}:{line}: {reason}"
    )
{
    public string Code { get; } = code;
    public string Reason { get; } = reason;
    public string? File { get; } = file;
    public int? Line { get; } = line;

    /// <summary>
    /// Of <c>span_off_surface</c>: the words that the file has for the span, and those that stand in the text at its offsets. They are clinical text,
    /// for the console of the person whose file it is; they are no part of the message, which may be logged.
    /// </summary>
    public (string Given, string Found)? Surfaces { get; init; }
}
