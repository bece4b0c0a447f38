using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Server.Hosting;

/// <summary>Requests do not wait for the end of a long change of a schema: they are told to come again.</summary>
public static class WritePatience
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    public static async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        // In an asynchronous method, so that it ends with the request.
        AnnotationDatabase.WaitAtMost(AtMost);
        await next(context);
    }
}
