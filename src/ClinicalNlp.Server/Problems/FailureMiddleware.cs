using System.Globalization;
using System.Text.Json;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Problems;

/// <summary>Turns every failure into a problem detail. It logs the type of an unforeseen exception and never its message: messages may quote clinical text.</summary>
public sealed partial class FailureMiddleware(RequestDelegate next, ILogger<FailureMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer. 499 is what the request log shows.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception e) when (context.Response.HasStarted)
        {
            LogBroken(log, e.GetType().Name, context.TraceIdentifier);
            context.Abort();
            return;
        }
        catch (Exception e)
        {
            var (code, detail, members) = Explain(e, context);
            if (code == "internal_error")
            {
                LogUnforeseen(log, e.GetType().FullName!, Origin(e), context.TraceIdentifier);
            }

            context.Response.Clear();
            SecurityHeaders.Apply(context);
            if (e is ProblemException { RetryAfterSeconds: { } seconds })
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }
            else if (code == "schema_changing")
            {
                context.Response.Headers.RetryAfter = "2";
            }

            await ProblemAnswer.WriteAsync(context, code, detail, members);
            return;
        }

        if (!context.Response.HasStarted && context.Response.ContentType is null && CodeOfStatus(context.Response.StatusCode) is { } status)
        {
            await ProblemAnswer.WriteAsync(context, status);
        }
    }

    private static (string Code, string? Detail, IReadOnlyDictionary<string, object?>? Members) Explain(Exception e, HttpContext context) =>
        e switch
        {
            ProblemException p => (p.Code, p.Reason, p.Members),
            // Not its own message: that one quotes the id, and an id of a request may be anything.
            RecordNotFoundException n => (n.Code, $"There is no {n.Kind} by this name.", null),
            UnusableInputException u => (u.Code, u.Reason, null),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ("text_too_long", JsonBody.TooLongDetail, null),
            BadHttpRequestException { InnerException: JsonException json } => JsonBody.Explain(json, context),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ("unsupported_media_type", null, null),
            BadHttpRequestException bad => ("invalid_value", BadParameter.Explain(bad, context), null),
            JsonException json => JsonBody.Explain(json, context),
            OperationCanceledException => ("shutting_down", null, null),

            _ => ("internal_error", "The trace id finds the failure in the server's log.", null),
        };

    private static string? CodeOfStatus(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => "not_found",
            StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
            StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
            _ => null,
        };

    /// <summary>Where it was thrown: type and method names are ours and safe to log, unlike the message.</summary>
    private static string Origin(Exception e) =>
        new System.Diagnostics.StackTrace(e).GetFrame(0)?.GetMethod() is { } method
            ? $"{method.DeclaringType?.FullName}.{method.Name}"
            : "?";

    [LoggerMessage(Level = LogLevel.Error, Message = "Unforeseen {Exception} in {Origin}, trace {TraceId}")]
    private static partial void LogUnforeseen(ILogger log, string exception, string origin, string traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer broke off with {Exception}, trace {TraceId}")]
    private static partial void LogBroken(ILogger log, string exception, string traceId);
}
