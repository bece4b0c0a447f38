using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;
using Dapper;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Annotation.Schemas;

/// <summary>What a merge changes without a line in the log, and what taking it back makes of that.</summary>
public sealed class MergedRowsTests : IDisposable
{
    private const string Words = "one two three 💊 four five six";

    private static readonly ModelStamp Model = new("m", "1");

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly SchemaStore schema;

    public MergedRowsTests()
    {
        projectId = store
            .Projects.Create(
                "p",
                [new LabelDefinition("A"), new LabelDefinition("B"), new LabelDefinition("C"), new LabelDefinition("D")],
                [],
                TemporaryStore.Actor
            )
            .Id;
        schema = new SchemaStore(store.Database);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Suggestions_that_were_renamed_or_dropped_come_back()
    {
        string id = store.AddNote(projectId, Words);
        Suggest(id, Model, ("A", 0, 3), ("B", 0, 3), ("B", 4, 7), ("C", 8, 13));
        var before = Rows();
        Change(Merge);
        Assert.Equal(["A one suggested", "A two suggested", "C three suggested"], Marks(id));

        var undone = Change(Undo(2));

        Assert.Equal((2, 0, 1), (undone.Suggestions, undone.Mentions, undone.Documents));
        Assert.Empty(undone.NotRestored);
        Assert.Equal(before, Rows());
        // Nothing of the merge is remembered any more, but merging again is.
        Assert.Equal(0, Remembered());
        Change(Undo(3));
        Assert.Equal(2, Remembered());
    }

    [Fact]
    public void Mentions_and_archived_duplicates_of_the_same_number_both_come_back()
    {
        // The first row of the mentions is relabelled; the first row of the archive is another mention's.
        string id = store.AddNote(projectId, Words);
        Work(id, Add(0, 3, "B"), Add(4, 7, "A"), Add(4, 7, "B"), Add(8, 13, "B"));
        var before = Rows();
        Assert.Equal(1, Change(Merge).Duplicates);

        Assert.Empty(Change(Undo(2)).NotRestored);

        Assert.Equal(before, Rows());
    }

    [Fact]
    public void What_was_decided_or_suggested_anew_since_stays_and_is_counted()
    {
        string id = store.AddNote(projectId, Words);
        string other = store.AddNote(projectId, Words);
        Suggest(id, Model, ("B", 0, 3), ("B", 4, 7), ("B", 8, 13), ("B", 17, 21));
        Suggest(other, Model, ("B", 0, 3));
        Change(Merge);
        store.Clock.Now += TimeSpan.FromSeconds(1);
        Work(id, new Change(CorrectionAction.Accept, At(id, 0).Id), new Change(CorrectionAction.Reject, At(id, 4).Id));
        // Another version answers: one place again, one no longer, and one that is new.
        Suggest(other, new ModelStamp("m", "2"), ("B", 0, 3), ("B", 22, 26));

        var effect = Change(Undo(2));

        Assert.Equal(["A one accepted", "B three suggested", "B four suggested"], Marks(id));
        Assert.Equal(["A one suggested", "A five suggested"], Marks(other));
        Assert.Equal(
            [
                new NotRestored("suggestion", NotRestoredReason.Decided, 1),
                new NotRestored("suggestion", NotRestoredReason.Removed, 1),
                new NotRestored("suggestion", NotRestoredReason.Replaced, 1),
                new NotRestored("suggestion", NotRestoredReason.CameSince, 1),
            ],
            effect.NotRestored
        );
    }

    [Fact]
    public void A_suggestion_that_went_does_not_come_back_to_a_finished_document()
    {
        string id = store.AddNote(projectId, Words);
        Suggest(id, Model, ("A", 0, 3), ("B", 0, 3));
        Change(Merge);
        Work(id, new Change(CorrectionAction.Accept, At(id, 0).Id));
        store.Corrections.Complete(id, store.Documents.Get(id).Revision, UndecidedSuggestions.Refuse, TemporaryStore.Actor);

        Assert.Equal([new NotRestored("suggestion", NotRestoredReason.Replaced, 1)], Change(Undo(2)).NotRestored);
        Assert.Equal(["A one accepted"], Marks(id));
    }

    [Fact]
    public void What_was_rejected_under_one_name_may_be_suggested_under_the_other_again()
    {
        string id = store.AddNote(projectId, Words);
        Suggest(id, Model, ("B", 0, 3), ("A", 4, 7), ("A", 8, 13), ("B", 8, 13), ("A", 17, 21));
        foreach (int start in new[] { 0, 4, 8, 8, 17 })
        {
            Work(id, new Change(CorrectionAction.Reject, At(id, start).Id));
        }

        // A was rejected where B stands: the merge forgets that.
        Work(id, Add(17, 21, "B"));
        var before = Rows();
        Change(Merge);
        Assert.Equal(["A 0", "A 4", "A 8"], Rejections());

        Change(Undo(2));

        Assert.Equal(before, Rows());
        Assert.Equal(["A 4", "A 8", "A 17", "B 0", "B 8"], Rejections());
        Suggest(id, Model, ("A", 0, 3), ("B", 0, 3), ("A", 4, 7), ("B", 4, 7));
        Assert.Equal(["A one suggested", "B two suggested", "B four added"], Marks(id));
    }

    [Fact]
    public void Seeds_follow_their_suggestions_but_not_where_they_were_accepted()
    {
        string id = store.AddNote(projectId, Words);
        string copy = store.AddNote(projectId, Words);
        Suggest(copy, Model, ("B", 0, 3), ("B", 4, 7));
        Execute("UPDATE documents SET source_id = @id WHERE id = @copy", new { id, copy });
        Seed(copy, At(copy, 0).Id, "B", "C");
        Seed(copy, At(copy, 4).Id, "B", "A");
        Change(Merge);
        Assert.Equal(["A C", "A A"], Seeds());
        Work(copy, new Change(CorrectionAction.Accept, At(copy, 0).Id));

        Change(Undo(2));

        Assert.Equal(["A C", "B A"], Seeds());
        Assert.Equal(["A one accepted", "B two suggested"], Marks(copy));
    }

    [Fact]
    public void What_was_said_of_a_suggestion_goes_when_its_document_is_erased()
    {
        string id = store.AddNote(projectId, Words);
        Suggest(id, Model, ("B", 0, 3), ("A", 4, 7), ("B", 4, 7));
        Execute("UPDATE mentions SET details = @said", new { said = """{"attributes":{},"concepts":["quokka"]}""" });
        Change(Merge);
        Assert.Equal(2, Query("SELECT id FROM merged_suggestions WHERE details LIKE '%quokka%'").Count);
        new WithdrawalStore(store.Database).Withdraw(id, WithdrawalReason.Duplicate, "ben");

        new ErasureStore(store.Database).Erase(id, "ben");

        Assert.Empty(Query("SELECT id FROM merged_suggestions WHERE details IS NOT NULL"));
    }

    [Fact]
    public void The_name_may_have_changed_since()
    {
        string id = store.AddNote(projectId, Words);
        Suggest(id, Model, ("A", 0, 3), ("B", 0, 3), ("B", 4, 7), ("B", 8, 13), ("A", 8, 13), ("B", 17, 21));
        Work(id, new Change(CorrectionAction.Reject, At(id, 17).Id));
        Change(Merge);
        Change(new SchemaChange(SchemaChangeKind.Rename, ["A"], "Z"));

        Assert.Empty(Change(Undo(2)).NotRestored);

        Assert.Equal(["B one suggested", "Z one suggested", "B two suggested", "B three suggested", "Z three suggested"], Marks(id));
        Assert.Equal(["B 17"], Rejections());
    }

    /// <summary>Whatever was suggested, rejected, decided and seeded: a merge and its taking back leave it as it was.</summary>
    [Fact]
    public void A_merge_that_is_taken_back_at_once_leaves_no_trace() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static void Run(int seed)
    {
        using var tests = new MergedRowsTests();
        var random = new System.Random(seed);
        var places = new (int Start, int End)[] { (0, 3), (0, 7), (4, 7), (8, 13), (17, 21) };
        var ids = Enumerable.Range(0, 3).Select(_ => tests.store.AddNote(tests.projectId, Words)).ToList();
        foreach (string id in ids)
        {
            tests.Suggest(id, Model, [.. Some(0.5)]);
            foreach (var mention in tests.store.Documents.Get(id).Mentions)
            {
                var action = random.Next(5) switch
                {
                    0 => CorrectionAction.Accept,
                    1 => CorrectionAction.Reject,
                    _ => (CorrectionAction?)null,
                };
                if (action is { } decided)
                {
                    tests.Work(id, new Change(decided, mention.Id));
                }
                else if (random.Next(4) == 0)
                {
                    tests.Seed(id, mention.Id, mention.Label, "ABCD"[random.Next(4)].ToString());
                }
            }

            var taken = tests
                .store.Documents.Get(id)
                .Mentions.Select(mention => (mention.Span.Start, mention.Span.End, mention.Label))
                .ToHashSet();
            tests.Work(
                id,
                [
                    .. Some(0.2)
                        .Where(item => taken.Add((item.Start, item.End, item.Label)))
                        .Select(item => Add(item.Start, item.End, item.Label)),
                ]
            );
        }

        tests.Execute("UPDATE documents SET source_id = @source WHERE id IN @copies", new { source = ids[0], copies = ids.Skip(1) });
        var before = tests.Rows();
        string[] from = random.Next(2) == 0 ? ["A", "B"] : ["A", "B", "C"];
        tests.Change(new SchemaChange(SchemaChangeKind.Merge, from, random.Next(3) == 0 ? "NEW" : from[random.Next(from.Length)]));

        var undone = tests.Change(Undo(2));

        Assert.Empty(undone.NotRestored);
        Assert.Equal(before, tests.Rows());
        Assert.Equal(0, tests.Remembered());

        IEnumerable<(string Label, int Start, int End)> Some(double share) =>
            from place in places
            from label in new[] { "A", "B", "C", "D" }
            where random.NextDouble() < share
            select (label, place.Start, place.End);
    }

    private static SchemaChange Merge { get; } = new(SchemaChangeKind.Merge, ["A", "B"], "A");

    private static SchemaChange Undo(int version) => new(SchemaChangeKind.TakeBack, []) { Undoes = version };

    private static Change Add(int start, int end, string label) => new(CorrectionAction.Add, Start: start, End: end, Label: label);

    private SchemaChangeEffect Change(SchemaChange change)
    {
        var preview = schema.Preview(projectId, change);
        var effect = schema.Change(projectId, change, schema.Overview(projectId).Version, "ben");
        Assert.Equivalent(preview, effect, strict: true);
        return effect;
    }

    private void Work(string id, params Change[] changes)
    {
        if (changes.Length > 0)
        {
            store.Corrections.Apply(id, new CorrectionBatch(store.Documents.Get(id).Revision, changes), TemporaryStore.Actor);
        }
    }

    private void Suggest(string id, ModelStamp model, params (string Label, int Start, int End)[] mentions) =>
        store.Suggestions.ReplaceMentions(
            id,
            model,
            [.. mentions.Select(mention => new Mention(new TextSpan(mention.Start, mention.End), mention.Label, 0.9))],
            "model"
        );

    private DocumentMention At(string id, int start) => store.Documents.Get(id).Mentions.First(mention => mention.Span.Start == start);

    private void Seed(string copy, string mention, string label, string original) =>
        Execute(
            """
            INSERT INTO seeded_suggestions (mention_id, copy_id, kind, span_start, span_end, label, original_start, original_end, original_label)
            VALUES (@mention, @copy, 'label', 0, 3, @label, 0, 3, @original)
            """,
            new
            {
                mention,
                copy,
                label,
                original,
            }
        );

    private List<string> Marks(string id)
    {
        var document = store.Documents.Get(id);
        return
        [
            .. document.Mentions.Select(mention =>
                $"{mention.Label} {mention.Place.Of(document.Text)} {mention.State.ToString().ToLowerInvariant()}"
            ),
        ];
    }

    private List<string> Rejections() => Query("SELECT label || ' ' || span_start FROM rejections ORDER BY label, span_start");

    private List<string> Seeds() => Query("SELECT label || ' ' || original_label FROM seeded_suggestions ORDER BY mention_id");

    private int Remembered() =>
        Query(
            "SELECT id FROM merged_suggestions UNION ALL SELECT label FROM merged_rejections UNION ALL SELECT label FROM merged_seeds"
        ).Count;

    /// <summary>Everything that a merge may change, as it lies in the file.</summary>
    private List<string> Rows() =>
        [
            .. Query(
                """
                SELECT 'mention ' || document_id || ' ' || span_start || ' ' || span_end || ' ' || label || ' ' || state || ' ' || id || ' '
                    || coalesce(confidence, '') || coalesce(model_name, '') || coalesce(details, '') AS line FROM mentions
                UNION ALL SELECT 'rejection ' || document_id || ' ' || span_start || ' ' || span_end || ' ' || label FROM rejections
                UNION ALL SELECT 'seed ' || mention_id || ' ' || label || ' ' || original_label FROM seeded_suggestions
                UNION ALL SELECT 'archived ' || id FROM archived_mentions
                ORDER BY line
                """
            ),
        ];

    private List<string> Query(string sql) => store.Database.Read(connection => connection.Query<string>(sql).ToList());

    private void Execute(string sql, object parameters) =>
        store.Database.Write(
            "test",
            transaction =>
            {
                transaction.Connection.Execute(sql, parameters);
                transaction.OnlyProgress();
            }
        );
}
