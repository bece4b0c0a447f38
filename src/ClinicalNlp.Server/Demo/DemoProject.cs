using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Demo;

/// <summary>Fills an empty database with something to look at: our own notes and transcripts, unannotated, for the models to mark up.</summary>
public sealed partial class DemoProject(
    ServerOptions options,
    ProjectStore projects,
    DocumentStore documents,
    DocumentListStore lists,
    Preannotation preannotation,
    ILogger<DemoProject> log
) : BackgroundService
{
    private const string Actor = "demo";
    private const string Name = "Demo";

    private static readonly LabelDefinition[] Labels =
    [
        new("PROBLEM", "#c1443c", "p", "Diseases, signs, symptoms, findings."),
        new("MEDICATION", "#2a6f97", "m", "Drugs and classes of drugs."),
        new("DOSAGE", "#5a8f3c", "d", "How much: strength, amount."),
        new("ROUTE", "#7a5195", "r", "How it is given."),
        new("FREQUENCY", "#b5651d", "f", "How often."),
        new("DURATION", "#8a6d3b", "u", "For how long."),
        new("TEST", "#00798c", "t", "Examinations and measurements."),
        new("LAB_VALUE", "#4f6d7a", "v", "What a test said."),
        new("PROCEDURE", "#a23b72", "o", "What was done."),
        new("ANATOMY", "#6b705c", "b", "Parts of the body standing on their own."),
        new("AGE", "#555b6e", "g", "Ages."),
        new("DATE", "#9a8c98", "e", "Dates and times."),
    ];

    /// <summary>Creates the project unless there is one already.</summary>
    public void Create()
    {
        var notes = Notes().ToList();
        var dialogues = Dialogues().ToList();
        if (!options.Demo || (notes.Count == 0 && dialogues.Count == 0) || projects.List(1).Items.Count > 0)
        {
            return;
        }

        var project = projects.Create(Name, Labels, Intents(), Actor);
        documents.Add(project.Id, [.. notes, .. dialogues], Actor);
        LogCreated(log, notes.Count, dialogues.Count);
    }

    /// <summary>Marks up what has no suggestions yet, after the service has started, one document after the other.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.Demo || projects.FindByName(Name) is not { } project)
        {
            return;
        }

        var (marked, failed) = (0, 0);
        foreach (
            var document in lists
                .List(project.Id, new DocumentFilter(DocumentStatus.New), limit: 1000)
                .Items.Where(d => d.OpenSuggestions == 0)
        )
        {
            try
            {
                await preannotation.SuggestAsync(document.Id, replace: false, Actor, stoppingToken);
                marked++;
            }
            catch (UnusableInputException)
            {
                failed++; // no model yet, or somebody finished the document meanwhile: suggestions can be asked for at any time
            }
        }

        if (marked + failed > 0)
        {
            LogMarked(log, marked, failed);
        }
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo project marked up: {Marked} documents, {Failed} left without suggestions")]
    private static partial void LogMarked(ILogger log, int marked, int failed);
}
