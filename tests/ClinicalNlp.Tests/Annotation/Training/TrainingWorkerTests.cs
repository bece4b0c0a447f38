using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Annotation.Training;

public sealed class TrainingWorkerTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly TemporaryModels models;
    private readonly ScriptedTrainer trainer = new();
    private readonly string projectId;
    private TrainingWorker worker;

    public TrainingWorkerTests()
    {
        models = new TemporaryModels(store);
        models.Ship(TemporaryModels.Name, "1");
        models.Registry.Start();
        projectId = store.CreateProject().Id;
        store.Documents.Add(
            projectId,
            [.. Enumerable.Range(0, 10).Select(i => new NewDocument($"asthma {i}", Spans: [new NewSpan(0, 6, "PROBLEM")]))],
            TemporaryStore.Actor
        );
        worker = NewWorker();
        worker.Start();
    }

    private TrainingRunStore Runs => new(store.Database);

    public void Dispose()
    {
        trainer.Released.Set();
        worker.Dispose();
        models.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task A_better_candidate_is_promoted_and_swapped_in()
    {
        trainer.Released.Set();
        var run = await Finish(
            worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities, Minutes: 2, Seed: 7), TemporaryStore.Actor)
        );

        Assert.Equal((RunState.Succeeded, null), (run.State, run.ErrorCode));
        var version = models.Registry.Store.InUse(ModelTask.Entities)!;
        Assert.Equal(("1.1", ModelState.Promoted), (version.Version, version.State));
        Assert.Equal(new ModelStamp(TemporaryModels.Name, "1.1"), models.Slot.Serving);
        Assert.Equal((run.SnapshotId, run.Id), (version.SnapshotId, version.RunId));
        Assert.True(version.Gate!.Passed);
        Assert.Equal((0.5, 0.6), (version.Gate.Overall.Before, version.Gate.Overall.After));
        Assert.Equal((2, 7, TrainingWorker.Workers), (trainer.Options!.Minutes, trainer.Options.Seed, trainer.Options.Workers));
        Assert.Equal(models.ShippedDirectory("1"), trainer.Options.BaseModelDirectory);
    }

    [Fact]
    public async Task A_candidate_that_is_not_wanted_yet_waits()
    {
        trainer.Released.Set();
        await Finish(worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities, AutoPromote: false), TemporaryStore.Actor));

        Assert.Equal(ModelState.Candidate, models.Registry.Store.Get(TemporaryModels.Name, "1.1").State);
        Assert.Equal("1", models.Slot.Serving!.Version);
        models.Registry.Promote(TemporaryModels.Name, "1.1", force: false, TemporaryStore.Actor);
        Assert.Equal("1.1", models.Slot.Serving!.Version);
    }

    [Fact]
    public async Task A_worse_candidate_is_refused_with_its_reasons()
    {
        trainer.After = 0.4;
        trainer.Released.Set();
        var run = await Finish(worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor));

        Assert.Equal(RunState.Refused, run.State);
        var version = models.Registry.Store.Get(TemporaryModels.Name, "1.1");
        Assert.Equal(ModelState.Refused, version.State);
        Assert.Contains("no gain", version.Gate!.Reasons[0], StringComparison.Ordinal);
        Assert.Equal("1", models.Slot.Serving!.Version);
    }

    [Fact]
    public async Task A_running_run_can_be_cancelled_and_leaves_nothing()
    {
        var run = worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor);
        trainer.Entered.Wait();
        Assert.Equal(
            "training_in_progress",
            Assert
                .Throws<UnusableInputException>(() =>
                    worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor)
                )
                .Code
        );

        worker.Cancel(run.Id, TemporaryStore.Actor);
        run = await Finish(run);

        Assert.Equal(RunState.Cancelled, run.State);
        Assert.Single(models.Registry.Store.List());
        Assert.False(Directory.Exists(models.RetrainedDirectory("1.1")));
        Assert.Equal("state_conflict", Assert.Throws<UnusableInputException>(() => worker.Cancel(run.Id, TemporaryStore.Actor)).Code);
    }

    [Fact]
    public async Task Runs_wait_for_each_other_and_a_waiting_one_can_be_cancelled()
    {
        string other = store.CreateProject("other").Id;
        store.Documents.Add(
            other,
            [.. Enumerable.Range(0, 4).Select(i => new NewDocument($"asthma {i}", Spans: [new NewSpan(0, 6, "PROBLEM")]))],
            TemporaryStore.Actor
        );
        var first = worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor);
        trainer.Entered.Wait();
        var second = worker.Enqueue(new NewTrainingRun(other, ModelTask.Entities), TemporaryStore.Actor);

        Assert.Equal(RunState.Queued, Runs.Get(second.Id).State);
        Assert.Equal(RunState.Cancelled, worker.Cancel(second.Id, TemporaryStore.Actor).State);
        trainer.Released.Set();
        Assert.Equal(RunState.Succeeded, (await Finish(first)).State);
        Assert.Equal([second.Id, first.Id], Runs.List().Items.Select(run => run.Id));
    }

    [Fact]
    public async Task Progress_is_told_and_stored()
    {
        var run = worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor);
        trainer.Entered.Wait();
        Assert.Equal("training", Runs.Get(run.Id).Progress!.Phase);
        trainer.Released.Set();

        var states = new List<RunState>();
        await foreach (var item in worker.Events.Follow(Runs.Get(run.Id)))
        {
            states.Add(item.Run.State);
        }

        Assert.Equal(RunState.Succeeded, states[^1]);
        // One who comes after the end is told the end and no more.
        await foreach (var item in worker.Events.Follow(Runs.Get(run.Id)))
        {
            Assert.Equal(RunState.Succeeded, item.Run.State);
        }
    }

    [Theory]
    [InlineData(false, "internal_error")]
    [InlineData(true, "storage_full")]
    public async Task A_failure_is_shown_without_what_the_model_was_reading(bool full, string code)
    {
        trainer.Failure = full ? new IOException("disk", 28) : new InvalidOperationException("asthma 3");
        trainer.Released.Set();
        var run = await Finish(worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor));

        Assert.Equal((RunState.Failed, code), (run.State, run.ErrorCode));
        Assert.DoesNotContain("asthma", run.ErrorReason, StringComparison.Ordinal);
        Assert.Single(models.Registry.Store.List());
    }

    [Fact]
    public void A_stop_in_the_middle_is_shown_as_interrupted()
    {
        var run = worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor);
        trainer.Entered.Wait();
        worker.Dispose();

        Assert.Equal(RunState.Interrupted, Runs.Get(run.Id).State);
        worker = NewWorker();
    }

    [Fact]
    public async Task A_killed_run_is_shown_as_interrupted_leaves_nothing_and_what_was_queued_goes_on()
    {
        worker.Dispose();
        string snapshotId = new SnapshotStore(store.Database).Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Id;
        var run = Runs.Create(new NewTrainingRun(projectId, ModelTask.Entities), snapshotId, 1, 1, TemporaryStore.Actor);
        // As a killed process leaves it: the row says running, the bundle is whole, and nothing was registered.
        Runs.Start(run.Id, new ModelStamp(TemporaryModels.Name, "1"), new ModelStamp(TemporaryModels.Name, "1.1"), "system");
        TemporaryModels.Write(models.RetrainedDirectory("1.1"), TemporaryModels.Name, "1.1");
        var next = new NewTrainingRun(store.CreateProject("other").Id, ModelTask.Entities);
        var queued = Runs.Create(next, snapshotId, 1, 1, TemporaryStore.Actor);
        trainer.Released.Set();

        models.Restart(store);
        worker = NewWorker();
        worker.Start();

        Assert.Equal(RunState.Interrupted, Runs.Get(run.Id).State);
        Assert.Equal(RunState.Succeeded, (await Finish(queued)).State);
        Assert.Equal("1.1", models.Slot.Serving!.Version);
    }

    [Fact]
    public async Task A_restart_keeps_what_was_trained_and_drops_what_a_killed_search_left()
    {
        trainer.Released.Set();
        await Finish(worker.Enqueue(new NewTrainingRun(projectId, ModelTask.Entities), TemporaryStore.Actor));
        string trained = models.RetrainedDirectory("1.1");
        Assert.True(File.Exists(Path.Combine(trained, ModelCard.FileName)));
        string left = Path.Combine(models.Registry.ScratchDirectory("a-search"), "fold-1");
        Directory.CreateDirectory(left);

        for (int restart = 0; restart < 2; restart++)
        {
            worker.Dispose();
            models.Restart(store);
            worker = NewWorker();
            worker.Start();

            Assert.False(Directory.Exists(left));
            Assert.True(File.Exists(Path.Combine(trained, ModelCard.FileName)));
            Assert.Equal("1.1", models.Slot.Serving!.Version);
        }

        // What comes next starts from it, and it can be gone back to.
        Assert.Equal(RunState.Succeeded, (await Finish(worker.Enqueue(new(projectId, ModelTask.Entities), TemporaryStore.Actor))).State);
        Assert.Equal(trained, trainer.Options!.BaseModelDirectory);
        models.Registry.RollBack(TemporaryModels.Name, TemporaryStore.Actor);
        Assert.Equal("1.1", models.Slot.Serving!.Version);
    }

    [Fact]
    public void Runs_that_cannot_be_are_refused_at_once()
    {
        string empty = store.CreateProject("empty").Id;
        string snapshot = new SnapshotStore(store.Database).Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Id;

        Assert.Equal("too_little_data", Refused(new NewTrainingRun(empty, ModelTask.Entities)));
        Assert.Equal("snapshot_mismatch", Refused(new NewTrainingRun(empty, ModelTask.Entities, snapshot)));
        Assert.Equal("bad_minutes", Refused(new NewTrainingRun(projectId, ModelTask.Entities, Minutes: 0)));
        Assert.Equal("model_missing", Refused(new NewTrainingRun(projectId, ModelTask.Intents)));
        Assert.Empty(Runs.List().Items);
    }

    private string Refused(NewTrainingRun asked) =>
        Assert.ThrowsAny<UnusableInputException>(() => worker.Enqueue(asked, TemporaryStore.Actor)).Code;

    private TrainingWorker NewWorker() =>
        new(store.Database, models.Registry, new Dictionary<ModelTask, TaskTrainer> { [ModelTask.Entities] = trainer });

    private async Task<TrainingRun> Finish(TrainingRun run)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var item in worker.Events.Follow(Runs.Get(run.Id), patience.Token))
        {
            run = item.Run;
        }

        Assert.Equal(run.State, Runs.Get(run.Id).State);
        return run;
    }

    /// <summary>Writes a bundle that verifies, when it is let go on, and scores as it was told.</summary>
    private sealed class ScriptedTrainer : TaskTrainer
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Released { get; } = new();

        public double After { get; set; } = 0.6;

        public Exception? Failure { get; set; }

        public TrainingOptions? Options { get; private set; }

        public override double OwnMargin => 0.01;

        public override void Train(
            RetrainingJob job,
            TrainingOptions options,
            IProgress<TrainingProgress> progress,
            CancellationToken cancellationToken
        )
        {
            Options = options;
            progress.Report(new TrainingProgress("training", 1, 2, "documents", 1, TimeSpan.FromSeconds(1)));
            Entered.Set();
            Released.Wait(cancellationToken);
            if (Failure is not null)
            {
                throw Failure;
            }

            TemporaryModels.Write(options.OutputDirectory, options.ModelName, options.ModelVersion);
        }

        public override HeldOutScores Score(string modelDirectory, RetrainingJob job, CancellationToken cancellationToken)
        {
            Assert.NotEmpty(job.Side(SnapshotSide.HeldOut));
            double score = modelDirectory == Options!.OutputDirectory ? After : 0.5;
            return new HeldOutScores(new HeldOutScore("project", 2, score, new Dictionary<string, LabelScore>()), null);
        }
    }
}
