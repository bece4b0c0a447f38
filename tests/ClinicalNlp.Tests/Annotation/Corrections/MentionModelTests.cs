using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Corrections;

/// <summary>Discontinuous mentions, what is said of mentions, and relations between them.</summary>
public sealed class MentionModelTests : IDisposable
{
    // The code units before the words are more than the code points.
    private const string Text = "😀 No pain in the left and right knee; aspirin 81 mg for it.";
    private static readonly ModelStamp Model = new("clinical-entities", "1");

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly string documentId;
    private int revision;

    public MentionModelTests()
    {
        projectId = store
            .Projects.Create(
                "team",
                [new("PROBLEM"), new("MEDICATION"), new("DOSAGE"), new("ANATOMY")],
                [],
                TemporaryStore.Actor,
                [new RelationDefinition("HAS_DOSAGE", ["MEDICATION"], ["DOSAGE"]), new RelationDefinition("RELATED_TO")],
                [
                    new AttributeDefinition("negated"),
                    new AttributeDefinition("uncertain", Labels: ["PROBLEM"]),
                    new AttributeDefinition("severity", ["mild", "severe"], ["PROBLEM"]),
                    new AttributeDefinition("note"),
                ]
            )
            .Id;
        documentId = store.AddNote(projectId, Text);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Mentions_in_the_same_extent_that_differ_in_their_pieces_stand_beside_each_other()
    {
        var whole = Add("left and right knee", "ANATOMY");
        var left = Add("ANATOMY", "left", "knee");

        store.Reopen();
        var document = store.Documents.Get(documentId);

        Assert.Equal(2, document.Mentions.Count);
        Assert.Equal(Span("left and right knee"), left.Span);
        Assert.Equal(["left", "knee"], left.Place.Fragments!.Select(piece => piece.Of(Text)));
        Assert.Equal([whole, left], document.Mentions.OrderBy(mention => mention.Place.Fragments is not null));
        Refused("duplicate_mention", Adding("ANATOMY", "left", "knee"));
    }

    [Fact]
    public void Pieces_come_in_any_order_and_those_that_touch_are_one()
    {
        var mention = Add("ANATOMY", "knee", "left");
        Assert.Equal(["left", "knee"], mention.Place.Fragments!.Select(piece => piece.Of(Text)));

        var touching = new Change(CorrectionAction.Add, Label: "ANATOMY") { Fragments = [Span("left"), Span(" and right")] };
        Assert.Null(Apply(touching).Mentions.Single(other => other.Id != mention.Id).Place.Fragments);
    }

    [Fact]
    public void Pieces_that_overlap_or_do_not_make_the_span_are_refused()
    {
        Refused("span_out_of_range", Adding("ANATOMY", "left and", "and right"));
        Refused("span_out_of_range", Adding("ANATOMY", "left", "knee") with { Start = 0, End = 5 });
        Refused(
            "span_out_of_range",
            new Change(CorrectionAction.Add, Label: "ANATOMY") { Fragments = [new TextSpan(1, 3), Span("knee")] } // cuts the emoji
        );
        Refused("span_off_surface", Adding("ANATOMY", "left", "knee") with { Text = "right knee" });
        Assert.Single(Apply(Adding("ANATOMY", "left", "knee") with { Text = "left knee" }).Mentions);
    }

    [Fact]
    public void A_mention_is_resized_to_pieces_and_back()
    {
        var mention = Add("left and right knee", "ANATOMY");

        var pieces = new Change(CorrectionAction.Resize, mention.Id) { Fragments = [Span("left"), Span("knee")] };
        Assert.Equal("left knee", Apply(pieces).Mentions.Single().Place.Of(Text));

        var undone = Apply(Restored(mention));
        Assert.Equal(mention, undone.Mentions.Single());
    }

    [Fact]
    public void Annotating_sets_what_is_given_and_leaves_the_rest()
    {
        var pain = Add("pain", "PROBLEM");

        Apply(new Change(CorrectionAction.Annotate, pain.Id) { Assertion = new SpanAssertion(Negated: true, Uncertain: true) });
        Apply(new Change(CorrectionAction.Annotate, pain.Id) { Attributes = new Dictionary<string, string> { ["severity"] = "mild" } });
        Apply(new Change(CorrectionAction.Annotate, pain.Id) { Concepts = ["DOID:1", "R52"] });
        store.Reopen();

        var details = store.Documents.Get(documentId).Mentions.Single().Details;
        Assert.Equal(new SpanAssertion(Negated: true, Uncertain: true), details.Assertion);
        Assert.Equal("mild", details.Attributes["severity"]);
        Assert.Equal(["DOID:1", "R52"], details.Concepts);

        var last = store.Corrections.History(documentId).Items[^1].Changes.Single();
        Assert.Empty(last.FromDetails!.Concepts);
        Assert.Equal(details, last.Details);

        var cleared = Apply(
            new Change(CorrectionAction.Annotate, pain.Id)
            {
                Unasserted = true,
                Attributes = new Dictionary<string, string>(),
                Concepts = [],
            }
        );
        Assert.True(cleared.Mentions.Single().Details.IsNone);
    }

    [Fact]
    public void What_the_schema_does_not_have_cannot_be_said()
    {
        var aspirin = Add("aspirin", "MEDICATION");
        Refused("attribute_not_in_schema", Saying(aspirin, "severity", "mild")); // not of this label
        Refused("attribute_not_in_schema", Saying(aspirin, "colour", "red"));
        Refused("attribute_not_in_schema", Saying(aspirin, "negated", "true")); // an assertion
        Refused(
            "attribute_not_in_schema",
            new Change(CorrectionAction.Annotate, aspirin.Id) { Assertion = new SpanAssertion(false, Uncertain: true) }
        );
        Refused("concept_invalid", new Change(CorrectionAction.Annotate, aspirin.Id) { Concepts = ["a", "a"] });
        Refused("concept_invalid", new Change(CorrectionAction.Annotate, aspirin.Id) { Concepts = [" "] });
        Refused("no_changes", new Change(CorrectionAction.Annotate, aspirin.Id) { Concepts = [] });

        var pain = Add("pain", "PROBLEM");
        Refused("attribute_not_in_schema", Saying(pain, "severity", "terrible"));
        Apply(Saying(pain, "note", "anything"));
    }

    [Fact]
    public void Saying_something_of_a_suggestion_keeps_it()
    {
        var suggested = Suggest("pain", "PROBLEM");

        var document = Apply(new Change(CorrectionAction.Annotate, suggested.Id) { Assertion = new SpanAssertion(true) });

        Assert.Equal(MentionState.Accepted, document.Mentions.Single().State);
        Assert.Equal(
            [CorrectionAction.Accept, CorrectionAction.Annotate],
            store.Corrections.History(documentId).Items[^1].Changes.Select(change => change.Action)
        );
        var undone = Apply(Restored(suggested) with { Unasserted = true });
        Assert.Equal(suggested, undone.Mentions.Single());
    }

    [Fact]
    public void A_relation_joins_mentions_whose_labels_it_allows()
    {
        var (aspirin, dose, pain) = (Add("aspirin", "MEDICATION"), Add("81 mg", "DOSAGE"), Add("pain", "PROBLEM"));

        var relation = Apply(Relating(aspirin, dose, "HAS_DOSAGE")).Relations.Single();
        store.Reopen();

        Assert.Equal(relation, Assert.Single(store.Documents.Get(documentId).Relations));
        Refused("duplicate_relation", Relating(aspirin, dose, "HAS_DOSAGE"));
        Refused("relation_not_in_schema", Relating(dose, aspirin, "HAS_DOSAGE"));
        Refused("relation_not_in_schema", Relating(aspirin, pain, "CURES"));
        Refused("relation_to_itself", Relating(pain, pain, "RELATED_TO"));
        Refused("mention_not_found", Relating(pain, pain, "RELATED_TO") with { To = "nobody" });
        Refused("relation_not_found", new Change(CorrectionAction.Unrelate) { RelationId = "nobody" });
        Assert.Equal(2, Apply(Relating(aspirin, pain, "RELATED_TO")).Relations.Count);
    }

    [Fact]
    public void A_relation_that_was_taken_away_comes_back_under_its_own_id_and_no_other_can()
    {
        var (aspirin, dose) = (Add("aspirin", "MEDICATION"), Add("81 mg", "DOSAGE"));
        var relation = Apply(Relating(aspirin, dose, "HAS_DOSAGE")).Relations.Single();

        Assert.Empty(Apply(new Change(CorrectionAction.Unrelate) { RelationId = relation.Id }).Relations);
        Refused("never_so", Relating(aspirin, dose, "RELATED_TO") with { RelationId = relation.Id });
        Refused("never_so", Relating(aspirin, dose, "HAS_DOSAGE") with { RelationId = "nobody" });
        Assert.Equal(relation, Apply(Relating(aspirin, dose, "HAS_DOSAGE") with { RelationId = relation.Id }).Relations.Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mention_takes_its_relations_along_and_brings_them_back_in_whatever_order(bool lastFirst)
    {
        var (aspirin, dose) = (Add("aspirin", "MEDICATION"), Add("81 mg", "DOSAGE"));
        Apply(new Change(CorrectionAction.Annotate, aspirin.Id) { Concepts = ["DB00945"] });
        var before = Apply(Relating(aspirin, dose, "HAS_DOSAGE"));

        Assert.Empty(Apply(new Change(CorrectionAction.Remove, aspirin.Id)).Relations);
        Apply(new Change(CorrectionAction.Remove, dose.Id));
        Change[] back = lastFirst ? [Restored(dose), Restored(aspirin)] : [Restored(aspirin), Restored(dose)];
        Assert.Empty(Apply(back[0]).Relations);
        var after = Apply(back[1]);

        Assert.Equal(before.Mentions, after.Mentions);
        Assert.Equal(before.Relations, after.Relations);
    }

    [Fact]
    public void A_new_label_that_a_relation_does_not_allow_takes_it_along()
    {
        var (aspirin, dose) = (Add("aspirin", "MEDICATION"), Add("81 mg", "DOSAGE"));
        var before = Apply(Relating(aspirin, dose, "HAS_DOSAGE"), Relating(dose, aspirin, "RELATED_TO"));

        var relabelled = Apply(new Change(CorrectionAction.Relabel, aspirin.Id, Label: "PROBLEM"));
        Assert.Equal("RELATED_TO", Assert.Single(relabelled.Relations).Type);

        Assert.Equal(before.Relations, Apply(Restored(aspirin)).Relations);
    }

    [Fact]
    public void A_relation_that_a_person_took_away_does_not_come_back_with_its_mention()
    {
        var (aspirin, dose) = (Add("aspirin", "MEDICATION"), Add("81 mg", "DOSAGE"));
        var relation = Apply(Relating(aspirin, dose, "HAS_DOSAGE")).Relations.Single();
        Apply(new Change(CorrectionAction.Unrelate) { RelationId = relation.Id });

        Apply(new Change(CorrectionAction.Remove, aspirin.Id));

        Assert.Empty(Apply(Restored(aspirin)).Relations);
    }

    [Fact]
    public void Relating_suggestions_keeps_them()
    {
        var (aspirin, dose) = (Add("aspirin", "MEDICATION"), Suggest("81 mg", "DOSAGE"));

        var document = Apply(Relating(aspirin, dose, "HAS_DOSAGE"));

        Assert.DoesNotContain(document.Mentions, mention => mention.State == MentionState.Suggested);
        // A new run of the model finds no suggestion to take away.
        store.Suggestions.ReplaceMentions(documentId, Model, [], "system");
        Assert.Single(store.Documents.Get(documentId).Relations);
        // What is only suggested again has no relations.
        Assert.Empty(Apply(Restored(dose)).Relations);
    }

    [Fact]
    public void Suggestions_in_the_gap_of_a_mention_are_kept()
    {
        Add("ANATOMY", "left", "knee");

        Assert.Equal("right", Suggest("right", "ANATOMY").Place.Of(Text));
    }

    [Fact]
    public void A_document_comes_with_everything_and_its_snapshot_keeps_it()
    {
        var given = new NewDocument(
            Text,
            Spans:
            [
                Spanned("aspirin", "MEDICATION") with
                {
                    Id = "a",
                    Assertion = new SpanAssertion(false),
                    Concepts = ["DB00945"],
                },
                Spanned("81 mg", "DOSAGE") with
                {
                    Id = "b",
                },
                Spanned("pain in the left and right knee", "PROBLEM") with
                {
                    Fragments = [Span("pain"), Span("left"), Span("knee")],
                    Attributes = new Dictionary<string, string> { ["severity"] = "severe" },
                    Assertion = new SpanAssertion(true),
                },
            ]
        )
        {
            Relations = [new NewRelation("a", "b", "HAS_DOSAGE")],
        };

        string id = store.Documents.Add(projectId, [given], TemporaryStore.Actor)[0].Id;
        var document = store.Documents.Get(id).ToAnnotated();

        Assert.Equal("HAS_DOSAGE", Assert.Single(document.Relations).Type);
        Assert.Equal(["81 mg", "aspirin"], Named(document).Order());
        var pain = document.Spans.Single(span => span.Label == "PROBLEM");
        Assert.Equal(["pain", "left", "knee"], pain.Fragments!.Select(piece => piece.Of(Text)));
        Assert.Equal("severe", pain.Attributes!["severity"]);
        Assert.Equal(new SpanAssertion(true), pain.Assertion);
        Assert.Equal(["DB00945"], document.Spans.Single(span => span.Label == "MEDICATION").Concepts);
        Assert.Equal(
            Enumerable.Repeat(CorrectionAction.Add, 3).Append(CorrectionAction.Relate),
            store.Corrections.History(id).Items[0].Changes.Select(change => change.Action)
        );

        static IEnumerable<string> Named(AnnotatedDocument document) =>
            document.Spans.Where(span => span.Id is not null).Select(span => span.Span.Of(document.Text));
    }

    [Fact]
    public void A_document_whose_relation_leads_nowhere_is_refused_as_a_whole()
    {
        var given = new NewDocument(Text, Spans: [Spanned("pain", "PROBLEM") with { Id = "a" }])
        {
            Relations = [new NewRelation("a", "b", "RELATED_TO")],
        };
        var refused = Assert.Throws<UnusableInputException>(() => store.Documents.Add(projectId, [given], TemporaryStore.Actor));
        Assert.Equal(("mention_not_found", 1), (refused.Code, store.Lists.List(projectId).Items.Count));
    }

    [Fact]
    public void A_whole_annotation_replaces_pieces_details_and_relations()
    {
        var (aspirin, pain) = (Add("aspirin", "MEDICATION"), Add("pain", "PROBLEM"));
        Apply(Relating(aspirin, pain, "RELATED_TO"), Saying(pain, "severity", "mild"));

        var replacement = new Replacement(
            revision,
            [
                Spanned("aspirin", "MEDICATION") with
                {
                    Id = "x",
                    Concepts = ["DB00945"],
                },
                Spanned("pain", "PROBLEM"),
                Spanned("81 mg", "DOSAGE") with
                {
                    Id = "y",
                },
            ],
            null,
            Done: true
        )
        {
            Relations = [new NewRelation("x", "y", "HAS_DOSAGE"), new NewRelation("x", pain.Id, "RELATED_TO")],
        };
        var document = store.Corrections.Replace(documentId, replacement, TemporaryStore.Actor).Document;

        Assert.Equal(["RELATED_TO", "HAS_DOSAGE"], document.Relations.Select(relation => relation.Type));
        Assert.Equal(aspirin.Id, document.Mentions.Single(mention => mention.Details.Concepts.Count > 0).Id);
        Assert.Equal("mild", document.Mentions.Single(mention => mention.Label == "PROBLEM").Details.Attributes["severity"]);
        Assert.Equal(
            [CorrectionAction.Annotate, CorrectionAction.Add, CorrectionAction.Relate],
            store.Corrections.History(documentId).Items[^1].Changes.Select(change => change.Action)
        );
    }

    private DocumentMention Add(string words, string label) => Added(Adding(label, words));

    private DocumentMention Add(string label, string first, string second) => Added(Adding(label, first, second));

    private DocumentMention Added(Change change)
    {
        var before = store.Documents.Get(documentId).Mentions;
        return Apply(change).Mentions.Single(mention => before.All(other => other.Id != mention.Id));
    }

    private DocumentMention Suggest(string words, string label) =>
        store
            .Suggestions.ReplaceMentions(documentId, Model, [new Mention(Span(words), label, 0.8)], "system")
            .Mentions.Single(mention => mention.State == MentionState.Suggested);

    private Document Apply(params Change[] changes)
    {
        var outcome = store.Corrections.Apply(documentId, new CorrectionBatch(revision, changes), TemporaryStore.Actor);
        revision = outcome.Revision;
        return outcome.Document;
    }

    private void Refused(string code, Change change)
    {
        var before = store.Documents.Get(documentId);
        var refused = Assert.Throws<UnusableInputException>(() => Apply(change));
        Assert.Equal(code, refused.Code);
        Assert.Equivalent(before, store.Documents.Get(documentId));
    }

    private static Change Adding(string label, params string[] pieces) =>
        new(CorrectionAction.Add, Label: label) { Fragments = [.. pieces.Select(Span)] };

    private static Change Saying(DocumentMention mention, string name, string value) =>
        new(CorrectionAction.Annotate, mention.Id) { Attributes = new Dictionary<string, string> { [name] = value } };

    private static Change Relating(DocumentMention from, DocumentMention to, string type) =>
        new(CorrectionAction.Relate)
        {
            From = from.Id,
            To = to.Id,
            Type = type,
        };

    private static Change Restored(DocumentMention mention) =>
        new(CorrectionAction.Restore, mention.Id, Label: mention.Label, State: mention.State) { Fragments = mention.Place.Pieces };

    private static NewSpan Spanned(string words, string label) => new(Span(words).Start, Span(words).End, label, words);

    private static TextSpan Span(string words)
    {
        int start = Text.IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }
}
