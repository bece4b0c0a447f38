using System.Diagnostics;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;

namespace ClinicalNlp.Tests.Annotation.Storage;

/// <summary><c>kill -9</c> at any moment: what was acknowledged is there, what was not is there whole or not at all.</summary>
public sealed class KillTests
{
    private const int Rounds = 5;

    [Fact]
    public void Corrections_that_were_acknowledged_survive()
    {
        using var store = new TemporaryStore();
        string documentId = store.AddNote(store.CreateProject().Id, string.Join(' ', Enumerable.Repeat("word", 20_000)));
        var random = new Random(2);
        int acknowledged = 0;
        for (int round = 0; round < Rounds; round++)
        {
            store.Database.Dispose();
            var lines = RunAndKill("corrections", store.Folder, documentId, random.Next(20, 300));
            store.Reopen();

            acknowledged = lines.Count == 0 ? acknowledged : int.Parse(lines[^1]);
            var document = store.Documents.Get(documentId);
            // The last one may have been stored and killed before it was acknowledged.
            Assert.InRange(document.Revision, acknowledged, acknowledged + 1);
            Assert.Equal(document.Revision * CrashWriter.ChangesPerBatch, document.Mentions.Count);
            Assert.Null(store.Audit.FirstBroken());
            acknowledged = document.Revision;
        }

        Assert.True(acknowledged > Rounds, "the child wrote too little for the test to mean anything");
    }

    [Fact]
    public void A_promotion_happened_or_did_not()
    {
        using var store = new TemporaryStore();
        using var models = new TemporaryModels(store);
        models.Ship("clinical-entities", "1");
        models.Registry.Start();
        models.AddRetrained("1.1");
        var random = new Random(3);
        for (int round = 0; round < Rounds; round++)
        {
            store.Database.Dispose();
            var lines = RunAndKill("promotions", store.Folder, "clinical-entities", random.Next(20, 300));
            store.Reopen();
            var again = models.Restart(store);

            var inUse = again.Store.InUse(ModelTask.Entities)!;
            Assert.Equal(inUse.Stamp, models.Slot.Serving);
            Assert.Single(again.Store.List(), version => version.InUse);
            Assert.Single(again.Store.List(), version => version.State == ModelState.Promoted);
            Assert.Empty(again.Problems);
            Assert.Null(store.Audit.FirstBroken());
            if (lines.Count > 0)
            {
                // Number of changes acknowledged; one more may have been stored.
                int stored = again.Store.History(ModelTask.Entities).Count;
                Assert.InRange(stored, int.Parse(lines[^1]), int.Parse(lines[^1]) + 1);
            }
        }
    }

    [Fact]
    public async Task A_change_of_the_schema_is_whole_or_begins_anew()
    {
        using var store = new TemporaryStore();
        string projectId = store.CreateProject().Id;
        string text = string.Join(' ', Enumerable.Repeat("word", 2_000));
        var documents = store.AddNotes(projectId, text, text, text).Select(document => document.Id).ToList();
        foreach (string id in documents)
        {
            var marks = Enumerable
                .Range(0, 2_000)
                .Select(i => new Change(CorrectionAction.Add, Start: i * 5, End: i * 5 + 4, Label: "PROBLEM"));
            store.Corrections.Apply(id, new CorrectionBatch(0, [.. marks]), TemporaryStore.Actor);
        }

        var random = new Random(4);
        for (int round = 0; round < Rounds; round++)
        {
            store.Database.Dispose();
            var lines = RunAndKill("schema", store.Folder, projectId, random.Next(20, 600));
            store.Reopen();
            var schema = new SchemaStore(store.Database);
            var jobs = new SchemaJobStore(store.Database);

            int version = Whole(schema);
            Assert.InRange(version, int.Parse(lines[^1]), int.Parse(lines[^1]) + 1);
            using (var worker = new SchemaWorker(store.Database, schema))
            {
                // What was asked for and not done is done now, once.
                worker.Start();
                foreach (var job in jobs.List(projectId).Items.Where(job => job.State == SchemaJobState.Waiting))
                {
                    var ended = await worker.WaitAsync(projectId, job.Id, TimeSpan.FromMinutes(1), default);
                    Assert.True(
                        ended.State == SchemaJobState.Done,
                        $"{ended.State} in round {round}: {ended.ErrorCode} {ended.ErrorReason}"
                    );
                }
            }

            Assert.Equal(Whole(schema) - 1, jobs.List(projectId, 1000).Items.Count(job => job.State == SchemaJobState.Done));
            Assert.Null(store.Audit.FirstBroken());
        }

        // Every mention of every document has the one label, and every document as many revisions as the schema.
        int Whole(SchemaStore schema)
        {
            var overview = schema.Overview(projectId);
            Assert.Equal(6_000, overview.Labels.Single(usage => usage.Decided > 0).Decided);
            Assert.All(documents, id => Assert.Equal(overview.Version, store.Documents.Get(id).Revision));
            return overview.Version;
        }
    }

    /// <summary>Lets a child work, kills it some time after its first acknowledgement, and returns its whole lines.</summary>
    private static List<string> RunAndKill(string mode, string folder, string subject, int milliseconds)
    {
        string program = Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "ClinicalNlp.Tests.exe" : "ClinicalNlp.Tests"
        );
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[CrashWriter.Variable] = $"{mode}|{folder}|{subject}";
        using var child = Process.Start(start)!;
        var lines = new List<string>();
        if (child.StandardOutput.ReadLine() is { } first)
        {
            lines.Add(first);
            Thread.Sleep(milliseconds);
        }

        child.Kill();
        string rest = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        // What follows the last line feed was cut off while it was printed.
        lines.AddRange(rest.Split('\n')[..^1]);
        return lines;
    }
}
