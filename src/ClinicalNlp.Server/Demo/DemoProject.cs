using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Demo;

/// <summary>Fills an empty database with something to look at: our own notes and transcripts, unannotated, for the models to mark up.</summary>
public sealed partial class DemoProject(
    ServerOptions options,
    ProjectStore projects,
    DocumentStore documents,
    PreannotationStore preannotations,
    ILogger<DemoProject> log
)
{
    private const string Actor = "demo";
    private const string Name = "Demo";

    /// <summary>Creates the project unless there is one already.</summary>
    public void Create()
    {
        var notes = Notes().ToList();
        var dialogues = Dialogues().ToList();
        if (!options.Demo || (notes.Count == 0 && dialogues.Count == 0) || projects.List(1).Items.Count > 0)
        {
            return;
        }

        var project = projects.Create(Name, DefaultSchema.Labels, Intents(), Actor);
        documents.Add(project.Id, [.. notes, .. dialogues], Actor);
        preannotations.Add(project.Id, PreannotationScope.Missing, Actor);
        LogCreated(log, notes.Count, dialogues.Count);
    }

    private IEnumerable<NewDocument> Notes()
    {
        // Not the held-out notes: the gate judges on them, and what is corrected here is learnt from.
        var file = Path.Combine(options.CorporaDirectory, "clinical-notes", "train.jsonl");
        return File.Exists(file)
            ? CorpusFormats
                .Find("jsonl")
                .Read(file)
                .Select(n => new NewDocument(
                    n.Text,
                    n.Id,
                    (string?)n.Meta?["kind"] ?? "note",
                    (string?)n.Meta?["group"],
                    n.Meta?.DeepClone().AsObject()
                ))
            : [];
    }

    private IEnumerable<NewDocument> Dialogues()
    {
        var file = Path.Combine(options.CorporaDirectory, "care-dialogues", "dialogues.jsonl");
        return File.Exists(file)
            ? DialogueFile
                .Read(file)
                .Select(d => new NewDocument(
                    null,
                    d.Id,
                    Group: (string?)d.Meta?["group"] ?? d.Id,
                    Meta: d.Meta?.DeepClone().AsObject(),
                    Turns: [.. d.Turns.Select(t => t with { Intent = null })]
                ))
            : [];
    }

    private List<IntentDefinition> Intents()
    {
        var file = Path.Combine(options.CorporaDirectory, "care-intents", "train.jsonl");
        return File.Exists(file)
            ?
            [
                .. UtteranceFile
                    .Read(file)
                    .Select(u => u.Intent)
                    .OfType<string>()
                    .Where(i => i != IntentPrediction.OutOfScope)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(i => new IntentDefinition(i)),
            ]
            : [];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo project created: {Notes} notes, {Dialogues} transcripts")]
    private static partial void LogCreated(ILogger log, int notes, int dialogues);
}
