using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Insights;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Insights;

/// <summary>A project where somebody works on notes that a model has marked.</summary>
internal sealed class Bench : IDisposable
{
    public const string Ana = TemporaryStore.Actor;

    public static readonly ModelStamp First = new("clinical-entities", "1");
    public static readonly ModelStamp Second = new("clinical-entities", "2");

    public Bench() => ProjectId = Store.CreateProject().Id;

    public TemporaryStore Store { get; } = new();

    public string ProjectId { get; }

    public ProjectInsights Insights(params CoverageKey[] groups) => new InsightStore(Store.Database).Of(ProjectId, groups);

    public TaskInsights Entities(params CoverageKey[] groups) => Insights(groups).Tasks.Single(task => task.Task == ModelTask.Entities);

    public string Note(string text, JsonObject? meta = null, string? kind = null) =>
        Store.Documents.Add(ProjectId, [new NewDocument(text, Kind: kind, Meta: meta)], Ana)[0].Id;

    public void Suggest(string id, ModelStamp model, params (string Words, string Label)[] suggestions)
    {
        string text = Store.Documents.Get(id).Text;
        Store.Suggestions.ReplaceMentions(
            id,
            model,
            [.. suggestions.Select(item => new Mention(Place(text, item.Words), item.Label, 0.9))],
            "system"
        );
    }

    public void After(double seconds) => Store.Clock.Now += TimeSpan.FromSeconds(seconds);

    public void Accept(string id, string words, string by = Ana) => Do(id, by, new Change(CorrectionAction.Accept, Mention(id, words).Id));

    public void Reject(string id, string words) => Do(id, Ana, new Change(CorrectionAction.Reject, Mention(id, words).Id));

    public Change Relabel(string id, string words, string label) => new(CorrectionAction.Relabel, Mention(id, words).Id, Label: label);

    public Change Resize(string id, string words, string to)
    {
        var span = Place(Store.Documents.Get(id).Text, to);
        return new Change(CorrectionAction.Resize, Mention(id, words).Id, span.Start, span.End);
    }

    public Change Add(string id, string words, string label)
    {
        var span = Place(Store.Documents.Get(id).Text, words);
        return new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Label: label);
    }

    public Change Restore(DocumentMention mention, MentionState state) =>
        new(CorrectionAction.Restore, mention.Id, mention.Span.Start, mention.Span.End, Label: mention.Label, State: state);

    public void Do(string id, string by, params Change[] changes) =>
        Store.Corrections.Apply(id, new CorrectionBatch(Store.Documents.Get(id).Revision, changes), by);

    public void Complete(string id, string by = Ana, UndecidedSuggestions rest = UndecidedSuggestions.Refuse) =>
        Store.Corrections.Complete(id, Store.Documents.Get(id).Revision, rest, by);

    public DocumentMention Mention(string id, string words)
    {
        var document = Store.Documents.Get(id);
        return document.Mentions.Single(mention => mention.Span.Of(document.Text) == words);
    }

    public void Dispose() => Store.Dispose();

    private static TextSpan Place(string text, string words)
    {
        int start = text.IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }
}
