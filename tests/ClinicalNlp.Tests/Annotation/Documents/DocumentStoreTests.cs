using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Annotation.Documents;

public sealed class DocumentStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string projectId;

    public DocumentStoreTests() => projectId = store.CreateProject().Id;

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_document_comes_back_as_it_was_given()
    {
        const string Text = "\r\n\tNaïve 👩‍⚕️ note\uFFFC e\u0301nd ";
        var given = new NewDocument(Text, "ext-1", "progress", "patient-7", new JsonObject { ["ward"] = "Süd 3" });
        string id = store.Documents.Add(projectId, [given], TemporaryStore.Actor)[0].Id;
        store.Reopen();

        var document = store.Documents.Get(id);

        Assert.Equal((Text, "ext-1", "progress", "patient-7"), (document.Text, document.ExternalId, document.Kind, document.Group));
        Assert.Equal("Süd 3", document.Meta!["ward"]!.GetValue<string>());
        Assert.Equal((DocumentStatus.New, 0), (document.Status, document.Revision));
        Assert.Equal(id, store.Documents.FindByExternalId(projectId, "ext-1")!.Id);
    }

    [Theory]
    [InlineData("", "empty_text")]
    [InlineData(" \r\n\t", "empty_text")]
    [InlineData("a\0b", "nul_character")]
    [InlineData("a¤ b", "unpaired_surrogate")] // ¤ stands for half a pair, which no attribute can hold
    public void A_text_that_is_none_is_refused_and_none_of_the_call_is_stored(string text, string code)
    {
        var refused = Assert.Throws<UnusableInputException>(() =>
            store.Documents.Add(projectId, [new NewDocument("fine"), new NewDocument(text.Replace('¤', '\ud83d'))], TemporaryStore.Actor)
        );

        Assert.Equal(code, refused.Code);
        Assert.StartsWith("document 2", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(store.Lists.List(projectId).Items);
    }

    [Fact]
    public void Ten_megabytes_are_refused() =>
        Assert.Equal(
            "text_too_long",
            Assert.Throws<UnusableInputException>(() => store.AddNote(projectId, new string('a', 10_000_000))).Code
        );

    [Fact]
    public void A_dialogue_needs_turns()
    {
        foreach (var dialogue in new[] { new NewDocument(null, Turns: []), new NewDocument("text", Kind: Document.Dialogue) })
        {
            Assert.Equal(
                "no_turns",
                Assert.Throws<UnusableInputException>(() => store.Documents.Add(projectId, [dialogue], TemporaryStore.Actor)).Code
            );
        }
    }

    [Fact]
    public void An_external_id_is_given_once_in_a_project()
    {
        var given = new NewDocument("text", "ext-1");
        store.Documents.Add(projectId, [given], TemporaryStore.Actor);

        Assert.Equal(
            "external_id_taken",
            Assert.Throws<UnusableInputException>(() => store.Documents.Add(projectId, [given], TemporaryStore.Actor)).Code
        );
        store.Documents.Add(store.CreateProject("other").Id, [given], TemporaryStore.Actor);
    }

    [Fact]
    public void Imported_gold_is_done_and_in_the_log()
    {
        const string Text = "😀 asthma";
        var given = new NewDocument(Text, Spans: [new NewSpan(3, 9, "PROBLEM", "asthma")]);
        var added = store.Documents.Add(projectId, [given], "key:importer")[0];

        var document = store.Documents.Get(added.Id);

        Assert.Equal((1, 1, DocumentStatus.Done), (added.Revision, document.Revision, document.Status));
        Assert.Equal("asthma", document.Mentions[0].Span.Of(document.Text));
        var batch = Assert.Single(store.Corrections.History(added.Id).Items);
        Assert.Equal((BatchKind.Import, "key:importer"), (batch.Kind, batch.By));
    }

    [Fact]
    public void Gold_off_the_surface_is_refused_by_place()
    {
        var given = new NewDocument("asthma", Spans: [new NewSpan(0, 3, "PROBLEM", "ast"), new NewSpan(1, 4, "PROBLEM", "ast")]);
        var refused = Assert.Throws<UnusableInputException>(() => store.Documents.Add(projectId, [given], TemporaryStore.Actor));

        Assert.Equal("span_off_surface", refused.Code);
        Assert.StartsWith("document 1, span 2", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(store.Lists.List(projectId).Items);
    }

    [Fact]
    public void Turns_lie_in_the_text_in_order()
    {
        var given = new NewDocument(
            null,
            Turns: [new Turn("patient", "Hi\nthere 👋"), new Turn("bot", "Hello"), new Turn("patient", "refill", "refill")]
        );
        var document = store.Documents.Get(store.Documents.Add(projectId, [given], TemporaryStore.Actor)[0].Id);

        Assert.Equal(["Hi\nthere 👋", "Hello", "refill"], document.Turns.Select(turn => turn.Span.Of(document.Text)));
        Assert.Equal([null, null, "refill"], document.Turns.Select(turn => turn.Intent));
        Assert.Equal((Document.Dialogue, DocumentStatus.Done), (document.Kind, document.Status));
    }

    [Fact]
    public void Lists_are_filtered_and_paged()
    {
        var ids = store.AddNotes(projectId, "a", "b", "c", "d").Select(added => added.Id).ToList();
        store.Corrections.Complete(ids[1], 0, UndecidedSuggestions.Refuse, TemporaryStore.Actor);

        var first = store.Lists.List(projectId, limit: 3);
        Assert.Equal(ids[..3], first.Items.Select(item => item.Id));
        Assert.Equal([ids[3]], store.Lists.List(projectId, limit: 3, after: first.Next).Items.Select(item => item.Id));
        Assert.Equal([ids[1]], store.Lists.List(projectId, new(DocumentStatus.Done)).Items.Select(item => item.Id));
        Assert.Empty(store.Lists.List(projectId, new(Kind: Document.Dialogue)).Items);
        Assert.Equal(
            (3, 0, 1),
            store.Projects.Get(projectId).Documents is var counts ? (counts.New, counts.InProgress, counts.Done) : default
        );
        Assert.Throws<RecordNotFoundException>(() => store.Lists.List("nothing"));
    }

    [Fact]
    public void The_text_cannot_be_changed_underneath_its_spans()
    {
        store.AddNote(projectId, "text");
        Assert.ThrowsAny<Exception>(() => TestSql.Execute(store.DatabasePath, "UPDATE documents SET text = 'other'"));
    }
}
