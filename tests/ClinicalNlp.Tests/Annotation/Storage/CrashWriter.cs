using System.Runtime.CompilerServices;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;

namespace ClinicalNlp.Tests.Annotation.Storage;

/// <summary>The child that <see cref="KillTests"/> kills: this same program, told by an environment variable to write instead of to test.</summary>
internal static class CrashWriter
{
    public const string Variable = "CLINICALNLP_TEST_CRASH_WRITER";
    public const int ChangesPerBatch = 3;

    /// <remarks>
    /// Until it returns the runtime holds back every other thread that is the first to call a method of this assembly: what the threads of a
    /// store or a worker call (a clock, say) must have been called here before.
    /// </remarks>
    [ModuleInitializer]
    internal static void WriteWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is [var mode, var folder, var subject])
        {
            Environment.SetEnvironmentVariable(Variable, null);
            using var store = TemporaryStore.At(folder);
            if (mode == "corrections")
            {
                WriteCorrections(store, subject);
            }
            else if (mode == "schema")
            {
                ChangeSchema(store, subject);
            }
            else
            {
                WritePromotions(store, subject);
            }

            Environment.Exit(0);
        }
    }

    private static void WriteCorrections(TemporaryStore store, string documentId)
    {
        int revision = store.Documents.Get(documentId).Revision;
        while (true)
        {
            var changes = Enumerable
                .Range(revision * ChangesPerBatch, ChangesPerBatch)
                .Select(word => new Change(CorrectionAction.Add, Start: word * 5, End: word * 5 + 4, Label: "PROBLEM"));
            revision = store.Corrections.Apply(documentId, new CorrectionBatch(revision, [.. changes]), TemporaryStore.Actor).Revision;
            Acknowledge(revision);
        }
    }

    private static void WritePromotions(TemporaryStore store, string name)
    {
        using var models = new TemporaryModels(store);
        models.Registry.Start();
        while (true)
        {
            if (models.Registry.Store.InUse(ModelTask.Entities)!.Version == "1")
            {
                models.Registry.Promote(name, "1.1", force: true, TemporaryStore.Actor);
            }
            else
            {
                models.Registry.RollBack(name, TemporaryStore.Actor);
            }

            Acknowledge(models.Registry.Store.History(ModelTask.Entities).Count);
        }
    }

    /// <summary>Renames one label back and forth, as jobs; acknowledges the version after each.</summary>
    private static void ChangeSchema(TemporaryStore store, string projectId)
    {
        var schema = new SchemaStore(store.Database);
        using var worker = new SchemaWorker(store.Database, schema);
        worker.Start();
        while (true)
        {
            var overview = schema.Overview(projectId);
            string now = overview.Labels.Single(usage => usage.Decided > 0).Label.Name;
            var change = new SchemaChange(SchemaChangeKind.Rename, [now], now == "PROBLEM" ? "FINDING" : "PROBLEM");
            var job = worker.Enqueue(projectId, change, overview.Version, TemporaryStore.Actor);
            worker.WaitAsync(projectId, job.Id, TimeSpan.FromMinutes(1), default).GetAwaiter().GetResult();
            Acknowledge(schema.Overview(projectId).Version);
        }
    }

    private static void Acknowledge(int number)
    {
        Console.Out.Write($"{number}\n");
        Console.Out.Flush();
    }
}
