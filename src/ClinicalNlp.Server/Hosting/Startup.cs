using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Server.Demo;
using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Hosting;

/// <summary>What happens between "started" and "answers": the order matters, and is written down here once.</summary>
public static partial class Startup
{
    /// <summary>Returns the line to print last.</summary>
    public static async Task<string> StartAsync(WebApplication app)
    {
        var services = app.Services;

        // Loading a model waits for the disk and for ONNX Runtime; filling a database waits for other parts of it.
        var loading = Task.Run(services.GetRequiredService<ServingModels>().Start);
        services.GetRequiredService<DemoProject>().Create();
        await loading;
        foreach (var problem in services.GetRequiredService<ModelRegistry>().Problems)
        {
            LogProblem(app.Logger, problem.Model, problem.Code, problem.Reason);
        }

        services.GetRequiredService<AnswerLog>().Start();
        services.GetRequiredService<TrainingWorker>().Start();
        services.GetRequiredService<SchemaWorker>().Start();
        await app.StartAsync();
        return SignInLink.Create(services.GetRequiredService<SessionStore>(), app.Urls.First());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} cannot be used, {Code}: {Reason}")]
    private static partial void LogProblem(ILogger log, string model, string code, string reason);
}
