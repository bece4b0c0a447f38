using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Insights;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Insights;

/// <summary>A real database, small enough that every figure is worked out by hand.</summary>
public sealed class InsightStoreTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    /// <summary>One suggestion each: kept, another label, another edge, taken away; and one mention that was missed.</summary>
    private string Corrected()
    {
        string id = bench.Note("aspirin for headache and fever with nausea", new JsonObject { ["sex"] = "female", ["age"] = 34 });
        bench.Suggest(
            id,
            Bench.First,
            ("aspirin", "MEDICATION"),
            ("headache", "MEDICATION"),
            ("fever with", "PROBLEM"),
            ("and", "PROBLEM")
        );
        bench.After(10);
        bench.Accept(id, "aspirin");
        bench.After(20);
        bench.Do(id, Bench.Ana, bench.Relabel(id, "headache", "PROBLEM"), bench.Resize(id, "fever with", "fever"));
        bench.After(390);
        bench.Do(id, Bench.Ana, new Change(CorrectionAction.Reject, bench.Mention(id, "and").Id), bench.Add(id, "nausea", "PROBLEM"));
        bench.After(4);
        bench.Complete(id);
        return id;
    }

    private string AllRight()
    {
        string id = bench.Note("metformin daily", new JsonObject { ["gender"] = "male", ["AGE"] = "81" });
        bench.Suggest(id, Bench.First, ("metformin", "MEDICATION"));
        bench.After(30);
        bench.Accept(id, "metformin");
        bench.After(10);
        bench.Complete(id);
        return id;
    }

    [Fact]
    public void What_became_of_suggestions_is_counted_by_label_version_and_week()
    {
        Corrected();
        bench.Store.Clock.Now = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);
        AllRight();

        var acceptance = bench.Entities().Acceptance;

        Assert.Equal(new AcceptanceCounts(2, 1, 1, 1, 1), acceptance.All.Counts);
        Assert.Equal(0.4, acceptance.All.Rate.Value);
        Assert.Equal(
            [("MEDICATION", new AcceptanceCounts(2, 1, 0, 0, 0)), ("PROBLEM", new AcceptanceCounts(0, 0, 1, 1, 1))],
            acceptance.Labels.Select(label => (label.Name, label.Counts))
        );
        Assert.Equal(["clinical-entities 1"], acceptance.Versions.Select(version => version.Name));
        // 22 November 2026 is a Sunday, the 30th a Monday.
        Assert.Equal(
            [("2026-11-16", new AcceptanceCounts(1, 1, 1, 1, 1)), ("2026-11-30", new AcceptanceCounts(1, 0, 0, 0, 0))],
            acceptance.Weeks.Select(week => (week.Name, week.Counts))
        );
        Assert.Equal(3, acceptance.Cells.Count);
    }

    [Fact]
    public void Suggestions_are_scored_against_finished_documents()
    {
        Corrected();
        AllRight();
        string open = bench.Note("ibuprofen");
        bench.Suggest(open, Bench.First, ("ibuprofen", "MEDICATION"));
        bench.Accept(open, "ibuprofen");

        var version = Assert.Single(bench.Entities().Scores);

        Assert.Equal((Bench.First, 2), (version.Model, version.Documents));
        Assert.Equal((2, 3, 3), (version.All.Right, version.All.Wrong, version.All.Missed));
        Assert.Equal(0.4, version.All.F1.Value);
        Assert.Equal((0.25, 1.0), (version.All.F1.Low, version.All.F1.High));
        Assert.Equal(["MEDICATION", "PROBLEM"], version.Labels.Select(label => label.Label));
        Assert.Equal((2.0 / 3, 1.0, 0.8), (version.Labels[0].Precision.Value, version.Labels[0].Recall.Value, version.Labels[0].F1.Value));
        Assert.Equal((0, 2, 3), (version.Labels[1].Right, version.Labels[1].Wrong, version.Labels[1].Missed));
        Assert.Equal(0, version.Labels[1].F1.Value);
    }

    [Fact]
    public void What_was_undone_does_not_count()
    {
        string id = bench.Note("gout, asthma");
        bench.Suggest(id, Bench.First, ("gout", "PROBLEM"), ("asthma", "PROBLEM"));
        var (gout, asthma) = (bench.Mention(id, "gout"), bench.Mention(id, "asthma"));
        bench.Reject(id, "gout");
        bench.Reject(id, "asthma");
        bench.Do(id, Bench.Ana, bench.Restore(gout, MentionState.Suggested), bench.Restore(asthma, MentionState.Accepted));

        var entities = bench.Entities();

        Assert.Equal(new AcceptanceCounts(1, 0, 0, 0, 0), entities.Acceptance.All.Counts);
        Assert.Equal(new LabelShare("PROBLEM", 1, 1, 1), entities.Labels.Single(label => label.Label == "PROBLEM"));
    }

    [Fact]
    public void Gold_that_was_brought_along_is_no_miss_of_any_model()
    {
        bench.Store.Documents.Add(bench.ProjectId, [new NewDocument("had gout", Spans: [new NewSpan(4, 8, "PROBLEM")])], Bench.Ana);
        string byHand = bench.Note("asthma");
        bench.Do(byHand, Bench.Ana, bench.Add(byHand, "asthma", "PROBLEM"));
        bench.Complete(byHand);

        var entities = bench.Entities();

        Assert.Equal(new AcceptanceCounts(0, 0, 0, 0, 0), entities.Acceptance.All.Counts);
        Assert.Null(entities.Acceptance.All.Rate.Value);
        Assert.Empty(entities.Scores);
        Assert.Equal((2, 2, 0), (entities.Documents, entities.Done, entities.Unscored));
        Assert.Equal([new("PROBLEM", 2, 2, 0), new("MEDICATION", 0, 0, 0)], entities.Labels);
        Assert.Equal((0, 1, 0), (bench.Insights().People[0].Accepted, bench.Insights().People[0].Added, bench.Insights().Time.Pauses));
    }

    [Fact]
    public void A_version_that_found_nothing_is_scored_for_it_too()
    {
        string id = bench.Note("gout");
        bench.Suggest(id, Bench.First);
        bench.Do(id, Bench.Ana, bench.Add(id, "gout", "PROBLEM"));
        bench.Complete(id);

        var entities = bench.Entities();

        Assert.Equal((0, 0, 1), (entities.Scores[0].All.Right, entities.Scores[0].All.Wrong, entities.Scores[0].All.Missed));
        Assert.Equal(new AcceptanceCounts(0, 0, 0, 0, 1), entities.Acceptance.Versions.Single().Counts);
    }

    [Fact]
    public void A_document_that_cannot_be_laid_at_one_versions_door_is_not_scored()
    {
        string two = bench.Note("gout, asthma");
        bench.Suggest(two, Bench.First, ("gout", "PROBLEM"));
        bench.Accept(two, "gout");
        bench.Suggest(two, Bench.Second, ("asthma", "PROBLEM"));
        bench.Accept(two, "asthma");
        bench.Complete(two);
        string begun = bench.Note("gout, asthma");
        bench.Do(begun, Bench.Ana, bench.Add(begun, "gout", "PROBLEM"));
        bench.After(1);
        bench.Suggest(begun, Bench.First, ("asthma", "PROBLEM"));
        bench.Accept(begun, "asthma");
        bench.Complete(begun);
        string replaced = bench.Note("gout");
        bench.Suggest(replaced, Bench.First, ("gout", "MEDICATION"));
        bench.Suggest(replaced, Bench.Second, ("gout", "PROBLEM"));
        bench.Accept(replaced, "gout");
        bench.Complete(replaced);

        var entities = bench.Entities();

        Assert.Equal(2, entities.Unscored);
        Assert.Equal(Bench.Second, Assert.Single(entities.Scores).Model);
        Assert.Equal([2, 2], entities.Acceptance.Versions.Select(version => version.Counts.Accepted));
    }

    [Fact]
    public void Time_is_that_between_saves_without_the_pauses()
    {
        Corrected();
        AllRight();

        var insights = bench.Insights();

        // The first note: 20 s for two decisions, a pause, 4 s to complete it. The second: 30 s to read and decide, 10 s to complete.
        Assert.Equal((2, 3, 64, 1), (insights.Time.Documents, insights.Time.Decisions, insights.Time.Seconds, insights.Time.Pauses));
        Assert.Equal(new Spread(24, 28, 32, 36, 40), insights.Time.PerDocument);
        Assert.Equal(new Spread(10, 10, 10, 20, 30), insights.Time.PerDecision);
        Assert.Equal([24, 40], insights.Time.DocumentSeconds);
        var ana = Assert.Single(insights.People);
        Assert.Equal(
            (Bench.Ana, 2, 1, 1, 1, 1, 0, 2),
            (ana.Person, ana.Accepted, ana.Rejected, ana.Relabelled, ana.Resized, ana.Added, ana.Removed, ana.Completed)
        );
        Assert.Equal(insights.Time.PerDocument, ana.Time.PerDocument);
    }

    [Fact]
    public void Each_persons_time_is_their_own()
    {
        string[] notes = [bench.Note("gout"), bench.Note("asthma")];
        bench.Suggest(notes[0], Bench.First, ("gout", "PROBLEM"));
        bench.Suggest(notes[1], Bench.First, ("asthma", "PROBLEM"));
        bench.Accept(notes[0], "gout");
        bench.After(7);
        bench.Accept(notes[1], "asthma", by: "ben");
        bench.After(3);
        bench.Complete(notes[0]);
        bench.After(60);
        bench.Complete(notes[1], by: "ben");

        var people = bench.Insights().People;

        Assert.Equal(["ben", Bench.Ana], people.Select(person => person.Person));
        Assert.Equal([63.0, 10.0], people.Select(person => person.Time.Seconds));
        Assert.Equal(36.5, bench.Insights().Time.PerDocument!.Median);
    }

    [Fact]
    public void Groups_are_counted_and_too_few_items_say_so()
    {
        Corrected();
        AllRight();
        string[] words = [.. Enumerable.Range(0, 20).Select(index => $"word{index:00}")];
        string many = bench.Note(
            string.Join(' ', words),
            new JsonObject
            {
                ["sex"] = "male",
                ["age"] = 40.5,
                ["site"] = new string('x', 41),
            }
        );
        bench.Suggest(many, Bench.First, [.. words.Select(word => (word, "PROBLEM"))]);
        bench.Complete(many, rest: UndecidedSuggestions.Accept);
        bench.Note("open", kind: "letter");

        var groups = bench.Entities().Groups.ToDictionary(group => group.Name);

        Assert.Equal(["sex", "age", "language", "site", "noteType"], bench.Entities().Groups.Select(group => group.Name));
        Assert.Equal(
            [("male", 2, 2, 21, false), ("female", 1, 1, 4, true), (null, 1, 0, 0, true)],
            groups["sex"].Values.Select(value => (value.Value, value.Documents, value.Done, value.Items, value.TooFew))
        );
        Assert.Equal([1.0, 0.25, null], groups["sex"].Values.Select(value => value.F1.Value));
        Assert.Equal(["18–39", "40–64", "80+", null], groups["age"].Values.Select(value => value.Value));
        Assert.Equal((3, 0), (groups["age"].Stated, groups["language"].Stated));
        Assert.Equal(["others", null], groups["site"].Values.Select(value => value.Value));
        Assert.Contains("letter", groups["noteType"].Values.Select(value => value.Value));
    }

    [Fact]
    public void A_group_is_one_however_files_write_it()
    {
        foreach (string sex in new[] { "F", "female", "Female", "woman", "m", "MALE", "x" })
        {
            bench.Note("gout", new JsonObject { ["sex"] = sex, ["site"] = sex.Length > 1 ? "North" : "NORTH" });
        }

        var groups = bench.Entities().Groups.ToDictionary(group => group.Name);

        Assert.Equal([("female", 4), ("male", 2), ("x", 1)], groups["sex"].Values.Select(value => (value.Value, value.Documents)));
        Assert.Equal([("NORTH", 7)], groups["site"].Values.Select(value => (value.Value, value.Documents)));
    }

    [Fact]
    public void Groups_can_be_named_by_whoever_asks()
    {
        bench.Note("gout", new JsonObject { ["ward"] = "3b" });

        var group = Assert.Single(bench.Entities(CoverageKey.Parse("ward: unit | ward")!).Groups);

        Assert.Equal(("ward", 1, "3b"), (group.Name, group.Stated, group.Values[0].Value));
        Assert.Equal(["ward"], CoverageKey.Parse("ward")!.Keys);
        Assert.Null(CoverageKey.Parse(":ward"));
        Assert.Null(CoverageKey.Parse("ward:|"));
    }

    [Fact]
    public void Intents_of_turns_are_read_alike()
    {
        string id = bench
            .Store.Documents.Add(
                bench.ProjectId,
                [new NewDocument(null, Turns: [.. Enumerable.Range(0, 4).Select(index => new Turn("patient", $"turn {index}"))])],
                Bench.Ana
            )[0]
            .Id;
        bench.Store.Suggestions.ReplaceIntents(
            id,
            new ModelStamp("care-intents", "1"),
            [.. Enumerable.Range(0, 3).Select(turn => new TurnPrediction(turn, new IntentPrediction("refill", 0.8, [])))],
            "system"
        );
        bench.Do(
            id,
            Bench.Ana,
            new Change(CorrectionAction.Accept, Turn: 0),
            new Change(CorrectionAction.Intent, Turn: 1, Intent: "book_appointment"),
            new Change(CorrectionAction.Reject, Turn: 2),
            new Change(CorrectionAction.Intent, Turn: 3, Intent: "refill")
        );
        bench.Complete(id);

        var insights = bench.Insights();
        var intents = insights.Tasks.Single(task => task.Task == ModelTask.Intents);

        Assert.Equal(new AcceptanceCounts(1, 1, 0, 1, 1), intents.Acceptance.All.Counts);
        var all = intents.Scores.Single().All;
        Assert.Equal((1, 2, 2), (all.Right, all.Wrong, all.Missed));
        Assert.Equal([new("book_appointment", 1, 1, 0), new("refill", 2, 1, 0)], intents.Labels);
        Assert.Equal(0, insights.Tasks.Single(task => task.Task == ModelTask.Entities).Documents);
    }

    [Fact]
    public void The_learning_curve_starts_where_the_project_began()
    {
        for (int note = 0; note < 5; note++)
        {
            string id = bench.Note("gout");
            bench.Suggest(id, Bench.First, ("gout", "PROBLEM"));
            bench.Accept(id, "gout");
            bench.Complete(id);
        }

        var snapshot = new SnapshotStore(bench.Store.Database).Create(bench.ProjectId, ModelTask.Entities, Bench.Ana);
        Trained("1.1", "1", snapshot.Id, new BeforeAfter(0.5, 0.75), support: 8);
        Trained("1.2", "1.1", snapshot.Id, new BeforeAfter(0.75, 0.625), support: 8);

        var curve = bench.Entities().LearningCurve;

        Assert.Equal(["1", "1.1", "1.2"], curve.Select(point => point.Model.Version));
        // How many of the five are held out hangs on their ids, which are drawn; one correction was made on each.
        int learntFrom = snapshot.Train.Documents;
        Assert.InRange(learntFrom, 1, 4);
        Assert.Equal([0, learntFrom, learntFrom], curve.Select(point => point.Documents));
        Assert.Equal([0, learntFrom, learntFrom], curve.Select(point => point.Corrections));
        Assert.Equal([0.5, 0.75, 0.625], curve.Select(point => point.Score.Value));
        Assert.Equal([null, true, false], curve.Select(point => point.Passed));
        Assert.All(curve, point => Assert.True(point.Score.Low < point.Score.Value && point.Score.Value < point.Score.High));
        Assert.Equal(8, curve[1].HeldOutItems);
    }

    [Fact]
    public void A_mention_in_pieces_is_another_than_the_whole_extent()
    {
        string id = bench.Note("left and right knee pain");
        bench.Suggest(id, Bench.First, ("left and right knee", "PROBLEM"));
        var mention = bench.Mention(id, "left and right knee");
        bench.Do(
            id,
            Bench.Ana,
            new Change(CorrectionAction.Resize, mention.Id, 0, 19) { Fragments = [new TextSpan(0, 4), new TextSpan(15, 19)] }
        );
        bench.Complete(id);

        var entities = bench.Entities();

        Assert.Equal(new AcceptanceCounts(0, 0, 1, 0, 0), entities.Acceptance.All.Counts);
        Assert.Equal((0, 1, 1), (entities.Scores[0].All.Right, entities.Scores[0].All.Wrong, entities.Scores[0].All.Missed));
    }

    [Fact]
    public void Readings_are_judged_and_timed_and_counted_in_their_document()
    {
        string source = Corrected();
        string copy = AllRight();
        MakeReading(copy, source, "ben");

        var insights = bench.Insights();

        Assert.Equal((1, 1), (insights.Tasks[0].Documents, insights.Tasks[0].Scores.Single().Documents));
        Assert.Equal(5, insights.Tasks[0].Acceptance.All.Decided);
        Assert.Equal(2, insights.Tasks[0].Acceptance.All.Counts.Accepted);
        Assert.Equal(2, insights.Time.Documents);
        Assert.Equal(("female", 1), (insights.Tasks[0].Groups[0].Values[0].Value, insights.Tasks[0].Groups[0].Values[0].Documents));
    }

    [Fact]
    public void What_was_planted_says_nothing_of_a_model_and_an_annotator_sees_no_figure_that_tells_it()
    {
        string source = bench.Note("aspirin for headache and fever");
        string copy = bench.Note("aspirin for headache and fever");
        bench.Suggest(copy, Bench.First, ("aspirin", "MEDICATION"), ("headache and", "PROBLEM"));
        MakeReading(copy, source, Bench.Ana);
        TestSql.Execute(
            bench.Store.DatabasePath,
            $"""
            INSERT INTO seeded_suggestions (mention_id, copy_id, kind, span_start, span_end, label, original_start, original_end, original_label)
            SELECT id, document_id, 'edge', span_start, span_end, label, 12, 20, label FROM mentions
            WHERE document_id = '{copy}' AND label = 'PROBLEM'
            """
        );
        bench.Accept(copy, "aspirin");
        bench.Reject(copy, "headache and");
        bench.Do(copy, Bench.Ana, bench.Add(copy, "headache", "PROBLEM"));
        bench.Complete(copy);

        var task = bench.Entities();
        Assert.Equal((1, 1, 0), (task.Acceptance.All.Decided, task.Acceptance.All.Counts.Accepted, task.Acceptance.All.Counts.Missed));
        Assert.Equal(1, task.Scores.Single().All.F1.Value);

        var own = new InsightStore(bench.Store.Database).Of(bench.ProjectId, blind: Bench.Ana);
        Assert.Equal(0, own.Tasks[0].Acceptance.All.Decided);
        Assert.Equal((1, 1), (own.People.Single().Rejected, own.People.Single().Completed));
        Assert.Empty(new InsightStore(bench.Store.Database).Of(bench.ProjectId, blind: "ben").People);
    }

    [Fact]
    public void A_project_that_is_not_there_is_not_found() =>
        Assert.Throws<RecordNotFoundException>(() => new InsightStore(bench.Store.Database).Of("none"));

    private void MakeReading(string copy, string source, string reader) =>
        TestSql.Execute(
            bench.Store.DatabasePath,
            $"UPDATE documents SET source_id = '{source}', assignee = '{reader}' WHERE id = '{copy}'"
        );

    private void Trained(string version, string parent, string snapshotId, BeforeAfter overall, int support)
    {
        var label = new GateLabel("PROBLEM", overall.Before, overall.After, support, null, false);
        var corpus = new GateCorpus("project", 1, overall, [label]);
        string gate = StoredJson.Write(new GateDecision(overall.After > overall.Before, [], overall, [label], corpus, null));
        TestSql.Execute(
            bench.Store.DatabasePath,
            $"""
            INSERT INTO model_versions (name, version, task, origin, fingerprint, parent, snapshot_id, state, gate, created_at, created_by)
            VALUES ('clinical-entities', '{version}', 'entities', 'retrained', 'x', '{StoredJson.Write(
                new ModelStamp("clinical-entities", parent)
            )}',
                '{snapshotId}', 'candidate', '{gate}', 0, 'system')
            """
        );
    }
}
