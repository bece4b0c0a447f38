namespace ClinicalNlp.Server.Hosting;

/// <summary>One line a request: method, route pattern, status, milliseconds. Never a body, a query or an identifier out of the path.</summary>
public sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            Log(log, KnownMethod(context.Request.Method), route, context.Response.StatusCode, time.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    // A method is free text of the client's; only the usual ones are repeated.
    private static string KnownMethod(string method) =>
        method is "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "PATCH" or "OPTIONS" ? method : "(other)";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} {Status} {Milliseconds:0.0} ms")]
    private static partial void Log(ILogger log, string method, string route, int status, double milliseconds);
}
