using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace ClinicalNlp.Server.Hosting;

/// <summary>Serves the built workbench; any address that is not the API's opens it, because its pages are addresses of its own.</summary>
public static class WorkbenchFiles
{
    private const string NotBuilt = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>ClinicalNlp</title>
        <body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
        <h1>The service is running; the workbench is not built</h1>
        <p><code>./run.sh</code> builds both. The API works without it: <a href="/docs">/docs</a>.</p></body></html>
        """;

    // Not an endpoint: a fallback route would also catch a GET of an API address that only takes POST, and hide its 405.
    public static void Use(WebApplication app, string webRoot)
    {
        var index = Path.Combine(webRoot, "index.html");
        if (Directory.Exists(webRoot))
        {
            app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(webRoot), OnPrepareResponse = SetCaching });
        }

        app.Use(
            async (context, next) =>
            {
                if (!IsPage(context))
                {
                    await next(context);
                    return;
                }

                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.Headers.CacheControl = "no-cache";
                if (File.Exists(index))
                {
                    await context.Response.SendFileAsync(index, context.RequestAborted);
                }
                else
                {
                    await context.Response.WriteAsync(NotBuilt, context.RequestAborted);
                }
            }
        );
    }

    private static bool IsPage(HttpContext context) =>
        context.GetEndpoint() is null
        && HttpMethods.IsGet(context.Request.Method)
        && !context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal)
        && !Path.HasExtension(context.Request.Path.Value); // a missing script is a 404, not a page

    // Vite puts a hash of the content into the names under /assets.
    private static void SetCaching(StaticFileResponseContext context) =>
        context.Context.Response.Headers.CacheControl = context.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
