namespace ClinicalNlp.Server.Hosting;

/// <summary>Headers of every answer: nothing loaded from elsewhere, nothing framed, no address with a token in it passed on.</summary>
public static class SecurityHeaders
{
    // 'unsafe-inline' for styles: the text editor of the workbench sets its styles by script.
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = Policy;
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            headers.CacheControl = "no-store"; // clinical text stays out of caches
        }
    }

    public static Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        Apply(context);
        return next(context);
    }
}
