using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Annotation.Documents;

public sealed class DocumentListStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string project;
    private readonly string[] ids;

    public DocumentListStoreTests()
    {
        project = store.CreateProject().Id;
        ids =
        [
            .. store
                .Documents.Add(
                    project,
                    [
                        new NewDocument("one", ExternalId: "ÄRZTE-1", Kind: "letter", Group: "pt-7"),
                        new NewDocument("two", ExternalId: "note-2", Group: "pt-7"),
                        new NewDocument("three", ExternalId: "note-3", Group: "pt-8"),
                        new NewDocument("four"),
                    ],
                    "boss"
                )
                .Select(added => added.Id),
        ];
        store.Corrections.Replace(ids[1], new(0, [], null, Done: true), "ana");
    }

    public void Dispose() => store.Dispose();

    private string[] Listed(DocumentFilter filter) => [.. store.Lists.List(project, filter).Items.Select(item => item.Id)];

    [Fact]
    public void A_text_is_sought_in_ids_and_groups_in_any_case_of_any_alphabet()
    {
        Assert.Equal([ids[0]], Listed(new(Text: "ärzte")));
        Assert.Equal([ids[0], ids[1]], Listed(new(Text: " PT-7 ")));
        Assert.Equal([ids[1]], Listed(new(DocumentStatus.Done, Text: "pt-7")));
        Assert.Equal([ids[0]], Listed(new(Kind: "letter", Text: "pt-7")));
        // One without an external id goes by its own.
        Assert.Equal([ids[3]], Listed(new(Text: ids[3])));
        Assert.Empty(Listed(new(Text: "%")));
        Assert.Equal(4, Listed(new(Text: "  ")).Length);
    }

    [Fact]
    public void A_list_goes_both_ways_from_any_document_of_it()
    {
        var newest = store.Lists.List(project, limit: 3, descending: true);
        Assert.Equal([ids[3], ids[2], ids[1]], newest.Items.Select(item => item.Id));
        Assert.Equal([ids[0]], store.Lists.List(project, after: newest.Next, descending: true).Items.Select(item => item.Id));
        Assert.Equal([ids[1]], store.Lists.List(project, limit: 1, after: ids[2], descending: true).Items.Select(item => item.Id));
        Assert.Equal([ids[3]], store.Lists.List(project, limit: 1, after: ids[2]).Items.Select(item => item.Id));
    }

    [Fact]
    public void Counts_are_by_kind_and_status_of_what_passes()
    {
        Assert.Equal(
            [
                new DocumentCount("letter", DocumentStatus.New, 1),
                new DocumentCount("note", DocumentStatus.Done, 1),
                new DocumentCount("note", DocumentStatus.New, 2),
            ],
            store.Lists.Count(project)
        );
        Assert.Equal([new DocumentCount("note", DocumentStatus.New, 1)], store.Lists.Count(project, new(DocumentStatus.New, Text: "note")));
        Assert.Throws<RecordNotFoundException>(() => store.Lists.Count("nothing"));
    }

    [Fact]
    public void Chosen_documents_come_whole_and_in_their_order_and_one_that_is_not_there_is_named()
    {
        Assert.Equal(["one", "three"], store.Lists.All(project, only: [ids[2], ids[0]]).Select(document => document.Text));
        Assert.Equal(["two"], store.Lists.All(project, new(DocumentStatus.Done), [ids[2], ids[1]]).Select(document => document.Text));
        Assert.Empty(store.Lists.All(project, only: []));
        var other = store.AddNote(store.CreateProject("other").Id, "elsewhere");
        var missing = Assert.Throws<UnusableInputException>(() => store.Lists.All(project, only: [ids[0], other]));
        Assert.Contains("document 2 of those named", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Working_copies_are_in_no_list_and_say_whose_they_are()
    {
        new AssignmentStore(store.Database).Assign(project, [ids[2]], ["ana"], 1, "boss");
        var copy = new WorkQueueStore(store.Database).Next(project, "ana")!.CopyId!;
        Assert.Equal(4, store.Lists.List(project).Items.Count);
        Assert.Equal(4, store.Lists.Count(project).Sum(count => count.Documents));
        Assert.Equal("ana", store.Documents.Get(copy).Reader);
        Assert.Null(store.Documents.Get(ids[2]).Reader);
    }
}
