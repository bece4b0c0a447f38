using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Audit;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Insights;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Annotation.Webhooks;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Adjudication;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.Audit;
using ClinicalNlp.Server.Comments;
using ClinicalNlp.Server.Concepts;
using ClinicalNlp.Server.Corrections;
using ClinicalNlp.Server.Demo;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.Events;
using ClinicalNlp.Server.Exchange;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.Health;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Inbox;
using ClinicalNlp.Server.Insights;
using ClinicalNlp.Server.LabelErrors;
using ClinicalNlp.Server.Lineage;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Server.Projects;
using ClinicalNlp.Server.Quality;
using ClinicalNlp.Server.Registry;
using ClinicalNlp.Server.Schemas;
using ClinicalNlp.Server.Snapshots;
using ClinicalNlp.Server.Training;
using ClinicalNlp.Server.Webhooks;
using ClinicalNlp.Server.Withdrawals;
using Microsoft.AspNetCore.Authentication;

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
            // What is taken is JsonBody's to say; this is where a body is no longer read at all.
            kestrel.Limits.MaxRequestBodySize = JsonBody.MaximumDiscarded + JsonBody.MaximumBytes;
        });

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(p =>
            AnnotationDatabase.Open(Path.Combine(options.DataDirectory, "clinicalnlp.db"), p.GetRequiredService<TimeProvider>())
        );
        services.AddSingleton<ProjectStore>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentListStore>();
        services.AddSingleton<CorrectionStore>();
        services.AddSingleton<SuggestionStore>();
        services.AddSingleton<InboxStore>();
        services.AddSingleton<SetAsideStore>();
        services.AddSingleton<IntentStore>();
        services.AddSingleton<SchemaStore>();
        services.AddSingleton<SchemaWorker>();
        services.AddSingleton<GuidelineStore>();
        services.AddSingleton<ArchiveStore>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<AssignmentStore>();
        services.AddSingleton<AssignmentSettingsStore>();
        services.AddSingleton<WorkQueueStore>();
        services.AddSingleton<HandoverStore>();
        services.AddSingleton<GoldQuestionStore>();
        services.AddSingleton<ReaderStore>();
        services.AddSingleton<BlindSourceStore>();
        services.AddSingleton<CommentStore>();
        services.AddSingleton<SeedStore>();
        services.AddSingleton<QualityStore>();
        services.AddSingleton<ProjectAgreement>();
        services.AddSingleton<AdjudicationStore>();
        services.AddSingleton<InsightStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton(p => new AnswerLog(p.GetRequiredService<AnnotationDatabase>(), options.AnswersKept));
        services.AddSingleton<AnswerStore>();
        services.AddSingleton<LineageStore>();
        services.AddSingleton<ReachStore>();
        services.AddSingleton<WithdrawalStore>();
        services.AddSingleton<ErasureStore>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<MembershipStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<KeyStore>();
        services.AddSingleton(p => new TerminologyStore(options.DataDirectory, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ConceptStore>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<WebhookTargets>();
        services.AddHostedService<WebhookSender>();
        services.AddSingleton<TrainingRunStore>();
        services.AddSingleton<LabelErrorStore>();
        services.AddSingleton<RegistryStore>();
        // One thread a run: the queue has a worker for every processor.
        services.AddSingleton(_ => new LiveModels(threads: 1));
        services.AddSingleton(p => new ModelRegistry(
            p.GetRequiredService<AnnotationDatabase>(),
            new ModelFolders(options.ModelsDirectory, Path.Combine(options.DataDirectory, "models")),
            p.GetRequiredService<LiveModels>().Slots
        ));
        services.AddSingleton<ServingModels>();
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton<InferenceQueue>();
        services.AddHttpContextAccessor();
        services.AddSingleton<GivenAnswers>();
        services.AddSingleton<Preannotation>();
        services.AddSingleton<HeldOutConfusion>();
        services.AddSingleton(new OwnCorpora(options.CorporaDirectory));
        services.AddSingleton<EntityRetraining>();
        services.AddSingleton<IntentRetraining>();
        services.AddSingleton(p => new TrainingWorker(
            p.GetRequiredService<AnnotationDatabase>(),
            p.GetRequiredService<ModelRegistry>(),
            new Dictionary<ModelTask, TaskTrainer>
            {
                [ModelTask.Entities] = p.GetRequiredService<EntityRetraining>(),
                [ModelTask.Intents] = p.GetRequiredService<IntentRetraining>(),
            }
        ));
        services.AddSingleton<RunStream>();
        services.AddSingleton<DemoProject>();
        services.AddSingleton<PreannotationStore>();
        services.AddSingleton<PreannotationWorker>();
        services.AddHostedService(p => p.GetRequiredService<PreannotationWorker>());
        services.AddSingleton<KnownPeople>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<Passwords>();
        var authentication = services
            .AddAuthentication(AccessHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, AccessHandler>(AccessHandler.SchemeName, null);
        options.OpenId?.Register(services, authentication);
        services.AddAuthorization();
        services.ConfigureHttpJsonOptions(o => JsonBody.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        ApiDocument.Add(services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<FailureMiddleware>();
        app.Use((RequestDelegate next) => context => SecurityHeaders.ApplyAsync(context, next));
        app.Use((RequestDelegate next) => context => WritePatience.ApplyAsync(context, next));
        app.UseRouting();
        app.UseWhen(
            c => c.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal),
            v1 => v1.Use((RequestDelegate next) => context => LoopbackGuard.RefuseCrossOriginAsync(context, next))
        );
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use((RequestDelegate next) => context => AccessGuard.CheckAsync(context, next));
        app.Use((RequestDelegate next) => context => BlindReadingGuard.CheckAsync(context, next));
        app.Use((RequestDelegate next) => context => WithdrawnGuard.CheckAsync(context, next));
        app.Use((RequestDelegate next) => context => JsonBody.CheckAsync(context, next));

        app.MapHealth();
        app.MapProblems();
        app.MapSignInLink();
        if (options.OpenId is not null)
        {
            OpenIdProvider.Map(app);
        }

        var api = app.MapGroup("/v1").RequireAuthorization();
        api.MapSignIn();
        api.MapMe();
        api.MapKeys();
        api.MapAccounts();
        api.MapMembers();
        api.MapExtract();
        api.MapIntents();
        api.MapProjects();
        api.MapDocuments();
        api.MapPreannotations();
        api.MapExchange();
        api.MapCorrections();
        api.MapAssignments();
        api.MapComments();
        api.MapAdjudication();
        api.MapQuality();
        api.MapInbox();
        api.MapProjectIntents();
        api.MapSchemas();
        api.MapSchemaJobs();
        api.MapGuidelines();
        api.MapSnapshots();
        api.MapTrainingRuns();
        api.MapLabelErrors();
        api.MapModels();
        api.MapInsights();
        api.MapLineage();
        api.MapConcepts();
        api.MapEvents();
        api.MapWebhooks();
        api.MapWithdrawals();
        api.MapAudit();
        WorkbenchFiles.Use(app, options.WebRoot);
        ApiDocument.Map(app);
        return app;
    }
}
