using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Storage;

/// <summary>A database that an earlier program filled.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Mentions_and_their_log_are_carried_over_and_can_still_be_taken_back()
    {
        string path = Path.Combine(folder, "clinicalnlp.db");
        TestSql.Execute(path, Script("0001_initial.sql") + "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;" + Filled);

        using var store = TemporaryStore.At(folder);
        var document = store.Documents.Get("d");

        var mention = Assert.Single(document.Mentions);
        Assert.Equal(("m2", new TextSpan(10, 16), MentionState.Added), (mention.Id, mention.Span, mention.State));
        Assert.Empty(document.Relations);
        var removed = store.Corrections.History("d").Items[^1].Changes.Single();
        Assert.Equal((CorrectionAction.Remove, "m1", "HTN"), (removed.Action, removed.MentionId, removed.Span!.Value.Of(document.Text)));

        var back = new Change(CorrectionAction.Restore, "m1", 0, 3, Label: "PROBLEM", State: MentionState.Added);
        var related = new Change(CorrectionAction.Relate)
        {
            From = "m1",
            To = "m2",
            Type = "RELATED_TO",
        };
        var negated = new Change(CorrectionAction.Annotate, "m2") { Assertion = new(true) };
        var after = store.Corrections.Apply("d", new CorrectionBatch(2, [back, related, negated]), "ana").Document;
        Assert.Equal((2, 1), (after.Mentions.Count, after.Relations.Count));
        Assert.ThrowsAny<Exception>(() => TestSql.Execute(path, "DELETE FROM corrections"));
    }

    private const string Filled = """
        INSERT INTO schema_version VALUES (1);
        INSERT INTO projects (id, name, created_at, created_by) VALUES ('p', 'old', 0, 'ana');
        INSERT INTO project_labels VALUES ('p', 0, 'PROBLEM', NULL, NULL, NULL);
        INSERT INTO documents VALUES ('d', 'p', NULL, 'note', NULL, NULL, 'HTN and   asthma', 'in_progress', 2, 0, 'ana', 0);
        INSERT INTO mentions VALUES ('m2', 'd', 10, 16, 'PROBLEM', 'added', NULL, NULL, NULL);
        INSERT INTO correction_batches VALUES ('d', 1, 0, 'corrections', 'ana', 0, NULL, ''), ('d', 2, 1, 'corrections', 'ana', 0, NULL, '');
        INSERT INTO corrections (document_id, revision, position, action, mention_id, span_start, span_end, label) VALUES
            ('d', 1, 0, 'add', 'm1', 0, 3, 'PROBLEM'), ('d', 1, 1, 'add', 'm2', 10, 16, 'PROBLEM'), ('d', 2, 0, 'remove', 'm1', 0, 3, 'PROBLEM');
        """;

    private static string Script(string name)
    {
        var assembly = typeof(AnnotationDatabase).Assembly;
        string resource = assembly.GetManifestResourceNames().Single(candidate => candidate.EndsWith(name, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
