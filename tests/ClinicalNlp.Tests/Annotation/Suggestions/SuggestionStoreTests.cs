using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Suggestions;

public sealed class SuggestionStoreTests : IDisposable
{
    private const string Text = "HTN and asthma on lisinopril";
    private static readonly ModelStamp First = new("clinical-entities", "1");
    private static readonly ModelStamp Second = new("clinical-entities", "1.1");

    private readonly TemporaryStore store = new();
    private readonly string documentId;

    public SuggestionStoreTests() => documentId = store.AddNote(store.CreateProject().Id, Text);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Suggestions_are_stamped_and_move_no_revision()
    {
        var document = Suggest(First, ("HTN", "PROBLEM"), ("lisinopril", "MEDICATION"), ("asthma", "GENE"), ("asthma", "problem"));

        Assert.Equal(["HTN", "lisinopril"], Words(document));
        Assert.All(document.Mentions, mention => Assert.Equal((First, 0.75), (mention.Model, mention.Confidence)));
        Assert.Equal((0, DocumentStatus.New), (document.Revision, document.Status));
        Assert.Equal(2, store.Lists.List(document.ProjectId).Items[0].OpenSuggestions);
    }

    [Fact]
    public void A_suggestion_that_stays_keeps_its_id()
    {
        string id = Suggest(First, ("HTN", "PROBLEM"), ("asthma", "PROBLEM")).Mentions[0].Id;

        var document = Suggest(Second, ("HTN", "PROBLEM"), ("lisinopril", "MEDICATION"));

        Assert.Equal(["HTN", "lisinopril"], Words(document));
        Assert.Equal((id, Second), (document.Mentions[0].Id, document.Mentions[0].Model));
    }

    [Fact]
    public void What_people_decided_stays_decided()
    {
        var mentions = Suggest(First, ("HTN", "PROBLEM"), ("asthma", "PROBLEM"), ("lisinopril", "MEDICATION")).Mentions;
        Apply(0, new Change(CorrectionAction.Accept, mentions[0].Id), new Change(CorrectionAction.Reject, mentions[1].Id));

        var document = Suggest(
            Second,
            ("HTN and", "MEDICATION"),
            ("HTN", "MEDICATION"),
            ("asthma", "PROBLEM"),
            ("lisinopril", "MEDICATION")
        );

        Assert.Equal(
            [("HTN", MentionState.Accepted), ("lisinopril", MentionState.Suggested)],
            document.Mentions.Select(mention => (mention.Span.Of(Text), mention.State))
        );
        // Only this label was rejected there.
        Assert.Contains(("asthma", "MEDICATION"), Pairs(Suggest(Second, ("asthma", "MEDICATION"))));
    }

    [Fact]
    public void What_was_removed_relabelled_or_resized_is_not_suggested_as_it_was()
    {
        var mentions = Suggest(First, ("HTN", "PROBLEM"), ("asthma", "PROBLEM")).Mentions;
        Apply(
            0,
            new Change(CorrectionAction.Relabel, mentions[0].Id, Label: "MEDICATION"),
            new Change(CorrectionAction.Accept, mentions[1].Id)
        );
        Apply(1, new Change(CorrectionAction.Remove, mentions[0].Id), new Change(CorrectionAction.Remove, mentions[1].Id));

        Assert.Empty(Suggest(First, ("HTN", "PROBLEM"), ("HTN", "MEDICATION"), ("asthma", "PROBLEM")).Mentions);

        var span = Span("asthma");
        Apply(2, new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Label: "PROBLEM"));
        Assert.Equal(["asthma"], Words(store.Documents.Get(documentId)));
    }

    [Fact]
    public void Marking_what_is_suggested_accepts_it()
    {
        Suggest(First, ("asthma", "PROBLEM"));
        var span = Span("asthma");

        var document = Apply(0, new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Label: "PROBLEM"));

        Assert.Equal((MentionState.Accepted, First), (document.Mentions[0].State, document.Mentions[0].Model));
        Assert.Equal(CorrectionAction.Accept, store.Corrections.History(documentId).Items[0].Changes[0].Action);
    }

    [Fact]
    public void A_done_document_gets_none()
    {
        store.Corrections.Complete(documentId, 0, UndecidedSuggestions.Refuse, TemporaryStore.Actor);
        Assert.Equal("document_done", Assert.Throws<UnusableInputException>(() => Suggest(First, ("HTN", "PROBLEM"))).Code);
    }

    private Document Suggest(ModelStamp model, params (string Words, string Label)[] mentions) =>
        store.Suggestions.ReplaceMentions(
            documentId,
            model,
            [.. mentions.Select(mention => new Mention(Span(mention.Words), mention.Label, 0.75))],
            "system"
        );

    private Document Apply(int revision, params Change[] changes) =>
        store.Corrections.Apply(documentId, new CorrectionBatch(revision, changes), TemporaryStore.Actor).Document;

    private static TextSpan Span(string words)
    {
        int start = Text.IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }

    private static IEnumerable<string> Words(Document document) => document.Mentions.Select(mention => mention.Span.Of(document.Text));

    private static IEnumerable<(string, string)> Pairs(Document document) =>
        document.Mentions.Select(mention => (mention.Span.Of(document.Text), mention.Label));
}
