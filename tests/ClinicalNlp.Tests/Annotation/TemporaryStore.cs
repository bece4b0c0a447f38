using ClinicalNlp.Annotation.Audit;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Tests.Annotation;

/// <summary>A real SQLite file in a folder of its own, gone when disposed.</summary>
internal sealed class TemporaryStore : IDisposable
{
    public const string Actor = "session:ana";

    private readonly bool keep;

    public TemporaryStore(Action<SqliteConnection>? afterOpen = null)
        : this(Path.Combine(Path.GetTempPath(), $"clinicalnlp-{Guid.NewGuid():N}"), keep: false, afterOpen) { }

    private TemporaryStore(string folder, bool keep, Action<SqliteConnection>? afterOpen)
    {
        Folder = folder;
        this.keep = keep;
        Directory.CreateDirectory(folder);
        // The same ids in every run: what goes by an id (seeds, splits, orders) is then the same too. Not for a second opener of
        // the file, whose ids must differ.
        var ids = keep ? null : new RecordIds(new Random(7).NextBytes);
        Database = AnnotationDatabase.Open(DatabasePath, Clock, readOnly: false, afterOpen, ids);
    }

    public string Folder { get; }

    public string DatabasePath => Path.Combine(Folder, "clinicalnlp.db");

    public SettableClock Clock { get; } = new();

    public AnnotationDatabase Database { get; private set; }

    public ProjectStore Projects => new(Database);

    public DocumentStore Documents => new(Database);

    public DocumentListStore Lists => new(Database);

    public CorrectionStore Corrections => new(Database);

    public SuggestionStore Suggestions => new(Database);

    public AuditStore Audit => new(Database);

    public Project CreateProject(string name = "demo") =>
        Projects.Create(
            name,
            [new LabelDefinition("PROBLEM", "#c00", "p"), new LabelDefinition("MEDICATION", Key: "m")],
            [new IntentDefinition("book_appointment"), new IntentDefinition("refill")],
            Actor
        );

    public string AddNote(string projectId, string text, string? group = null) =>
        Documents.Add(projectId, [new NewDocument(text, Group: group)], Actor)[0].Id;

    public IReadOnlyList<AddedDocument> AddNotes(string projectId, params string[] texts) =>
        Documents.Add(projectId, [.. texts.Select(text => new NewDocument(text))], Actor);

    /// <summary>A transcript whose turns a model has given intents; null gives none.</summary>
    public string AddTranscript(string projectId, params (string Speaker, string Text, string? Intent, double Confidence)[] turns)
    {
        string id = Documents
            .Add(projectId, [new NewDocument(null, Turns: [.. turns.Select(turn => new Turn(turn.Speaker, turn.Text))])], Actor)[0]
            .Id;
        Suggest(
            id,
            [
                .. turns
                    .Index()
                    .Where(turn => turn.Item.Intent is not null)
                    .Select(turn => new TurnPrediction(turn.Index, new IntentPrediction(turn.Item.Intent!, turn.Item.Confidence, []))),
            ]
        );
        return id;
    }

    public void Suggest(string documentId, (int Turn, string Intent, double Confidence) of) =>
        Suggest(documentId, [new TurnPrediction(of.Turn, new IntentPrediction(of.Intent, of.Confidence, []))]);

    public void Suggest(string documentId, (int Turn, string Intent, double Confidence, string Next, double NextConfidence) of) =>
        Suggest(
            documentId,
            [new TurnPrediction(of.Turn, new IntentPrediction(of.Intent, of.Confidence, [new IntentScore(of.Next, of.NextConfidence)]))]
        );

    /// <summary>The store of another process; its folder stays.</summary>
    public static TemporaryStore At(string folder) => new(folder, keep: true, afterOpen: null);

    private void Suggest(string documentId, IReadOnlyList<TurnPrediction> predictions) =>
        Suggestions.ReplaceIntents(documentId, new ModelStamp("care-intents", "1"), predictions, "model");

    /// <summary>Closes the file and opens it again, as a restart does.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Database = AnnotationDatabase.Open(DatabasePath, Clock);
    }

    public void Dispose()
    {
        Database.Dispose();
        if (!keep)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class SettableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
