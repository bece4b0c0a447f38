using System.Diagnostics;
using ClinicalNlp.Annotation.Registry;

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
