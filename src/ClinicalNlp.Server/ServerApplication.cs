using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server;

/// <summary>The service put together: what is registered, the order a request passes through, and the features.</summary>
public static class ServerApplication
{
    /// <param name="configure">For tests: what else to register.</param>
    public static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production }
        );
        QuietLogging.Configure(builder.Logging);
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = JsonBody.MaximumBytes;
        });

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(o => JsonBody.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        ApiDocument.Add(services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<FailureMiddleware>();
        app.Use((RequestDelegate next) => context => SecurityHeaders.ApplyAsync(context, next));
        app.UseRouting();
        app.Use((RequestDelegate next) => context => JsonBody.CheckAsync(context, next));
        WorkbenchFiles.Use(app, options.WebRoot);
        ApiDocument.Map(app);
        return app;
    }
}
