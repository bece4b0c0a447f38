using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;

namespace ClinicalNlp.Annotation.Insights;

/// <summary>Everything the log says of one document, without its text.</summary>
/// <param name="Batches">In their order.</param>
/// <param name="Turns">That have an intent or a suggestion.</param>
/// <param name="Asked">When models were asked, in their order.</param>
internal sealed record DocumentLog(
    string Id,
    string Kind,
    JsonObject? Meta,
    bool Done,
    IReadOnlyList<RecordedBatch> Batches,
    IReadOnlyList<DocumentMention> Mentions,
    IReadOnlyList<LoggedTurn> Turns,
    IReadOnlyList<AskedModel> Asked
)
{
    /// <summary>Whose working copy it is; null of a document itself.</summary>
    public string? Reader { get; init; }

    /// <summary>The document, also of a working copy.</summary>
    public string SourceId { get; init; } = Id;

    public Planted Planted { get; init; } = Planted.Nothing;

    public bool IsDialogue => Kind == Document.Dialogue;

    /// <summary>Whether the document says anything about the task.</summary>
    public bool Counts(ModelTask task) =>
        task == ModelTask.Intents ? IsDialogue : !IsDialogue || Mentions.Count > 0 || Asked.Any(asked => asked.Task == task);
}

/// <param name="State">Null while undecided.</param>
/// <param name="Model">Whose suggestion it is.</param>
internal sealed record LoggedTurn(int Index, string? Intent, IntentState? State, string? Suggested, ModelStamp? Model);

internal sealed record AskedModel(DateTimeOffset At, ModelStamp Model, ModelTask Task);
