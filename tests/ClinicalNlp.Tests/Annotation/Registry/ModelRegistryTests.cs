using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Annotation.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private const string Name = TemporaryModels.Name;

    private readonly TemporaryStore store = new();
    private readonly TemporaryModels models;

    public ModelRegistryTests()
    {
        models = new TemporaryModels(store);
        models.Ship(Name, "1");
        models.Registry.Start();
    }

    public void Dispose()
    {
        models.Dispose();
        store.Dispose();
    }

    [Fact]
    public void The_newest_shipped_version_is_put_in_use_first()
    {
        using var other = new TemporaryStore();
        using var shipped = new TemporaryModels(other);
        shipped.Ship(Name, "2");
        shipped.Ship(Name, "10");
        shipped.Registry.Start();

        Assert.Equal(new ModelStamp(Name, "10"), shipped.Slot.Serving);
        Assert.Equal([ModelState.Promoted, ModelState.Shipped], shipped.Registry.Store.List().Select(version => version.State));
    }

    [Fact]
    public void A_restart_loads_what_was_promoted_and_registers_nothing_twice()
    {
        models.AddRetrained("1.1");
        models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor);

        models.Restart(store);

        Assert.Equal(new ModelStamp(Name, "1.1"), models.Slot.Serving);
        Assert.Equal(2, models.Registry.Store.List().Count);
        Assert.Empty(models.Registry.Problems);
    }

    [Fact]
    public void Rolling_back_goes_further_back_each_time()
    {
        models.AddRetrained("1.1");
        models.AddRetrained("1.2");
        models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor);
        models.Registry.Promote(Name, "1.2", force: false, TemporaryStore.Actor);

        Assert.Equal("1.1", models.Registry.RollBack(Name, TemporaryStore.Actor).Version);
        Assert.Equal("1", models.Registry.RollBack(Name, TemporaryStore.Actor).Version);
        Assert.Equal(new ModelStamp(Name, "1"), models.Slot.Serving);
        Assert.Equal(
            "nothing_to_roll_back",
            Assert.Throws<UnusableInputException>(() => models.Registry.RollBack(Name, TemporaryStore.Actor)).Code
        );

        Assert.Equal(
            [PromotionKind.Rollback, PromotionKind.Rollback, PromotionKind.Promote, PromotionKind.Promote, PromotionKind.Initial],
            models.Registry.Store.History(ModelTask.Entities).Select(promotion => promotion.Kind)
        );
        Assert.Equal(
            [("1", ModelState.Promoted, true), ("1.1", ModelState.Retired, false), ("1.2", ModelState.Retired, false)],
            models.Registry.Store.List().Select(version => (version.Version, version.State, version.InUse))
        );
    }

    [Fact]
    public void A_refused_version_needs_force_and_force_is_recorded()
    {
        models.AddRetrained("1.1", TemporaryModels.Decision(passed: false));

        var refused = Assert.Throws<UnusableInputException>(() => models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor));
        Assert.Equal("gate_refused", refused.Code);
        Assert.Contains("PROBLEM 80.0 before, 60.0 after", refused.Reason, StringComparison.Ordinal);
        Assert.Equal("1", models.Registry.Store.InUse(ModelTask.Entities)!.Version);

        models.Registry.Promote(Name, "1.1", force: true, "session:ben");
        var promotion = models.Registry.Store.History(ModelTask.Entities)[0];
        Assert.Equal((true, "session:ben"), (promotion.Forced, promotion.Actor));
        var audit = store.Audit.List().Items[0];
        Assert.Equal(("model.promoted", "session:ben", true), (audit.Action, audit.Actor, audit.Details["forced"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_version_in_use_whose_folder_is_damaged_gives_way_to_the_one_before()
    {
        models.AddRetrained("1.1");
        models.AddRetrained("1.2");
        models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor);
        models.Registry.Promote(Name, "1.2", force: false, TemporaryStore.Actor);
        Directory.Delete(models.RetrainedDirectory("1.2"), recursive: true);
        File.AppendAllText(Path.Combine(models.RetrainedDirectory("1.1"), "model.onnx"), "x");

        models.Restart(store);

        Assert.Equal(new ModelStamp(Name, "1"), models.Slot.Serving);
        Assert.Equal(["model_missing", "model_damaged"], models.Registry.Problems.Select(problem => problem.Code));
        Assert.Equal(2, store.Audit.List().Items.Count(record => record.Action == "model.fallback"));
    }

    [Fact]
    public void A_damaged_version_is_not_promoted()
    {
        models.AddRetrained("1.1");
        File.Delete(Path.Combine(models.RetrainedDirectory("1.1"), "model.onnx"));
        int audited = store.Audit.List().Items.Count;

        var refused = Assert.ThrowsAny<UnusableInputException>(() =>
            models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor)
        );

        Assert.Equal("model_incomplete", refused.Code);
        Assert.Equal((new ModelStamp(Name, "1"), audited), (models.Slot.Serving, store.Audit.List().Items.Count));
    }

    [Fact]
    public void A_promotion_that_cannot_be_stored_swaps_nothing()
    {
        models.AddRetrained("1.1");
        TestSql.Execute(store.DatabasePath, "CREATE TRIGGER no BEFORE INSERT ON promotions BEGIN SELECT RAISE(ABORT, 'no'); END");

        Assert.ThrowsAny<Exception>(() => models.Registry.Promote(Name, "1.1", force: false, TemporaryStore.Actor));

        Assert.Equal((new ModelStamp(Name, "1"), 1), (models.Slot.Serving, models.Slot.Disposed));
        Assert.Equal("1", models.Registry.Store.InUse(ModelTask.Entities)!.Version);
    }

    [Fact]
    public void A_promotion_without_its_swap_is_healed_at_the_start()
    {
        models.AddRetrained("1.1");
        var version = models.Registry.Store.Get(Name, "1.1");
        // As if the process had died right after the commit.
        store.Database.Write(
            TemporaryStore.Actor,
            transaction => RegistryStore.Promote(transaction, version, PromotionKind.Promote, forced: false)
        );
        Assert.Equal("1", models.Slot.Serving!.Version);

        models.Restart(store);

        Assert.Equal("1.1", models.Slot.Serving!.Version);
    }

    [Fact]
    public void An_encoder_beside_the_models_is_nothing_to_complain_about()
    {
        models.Ship("encoder", "1", ModelCard.EncoderKind);

        models.Restart(store);

        Assert.Empty(models.Registry.Problems);
        Assert.Single(models.Registry.Store.List());
    }

    [Fact]
    public void A_foreign_or_damaged_shipped_folder_is_named_and_left_out()
    {
        models.Ship(Name, "2");
        File.WriteAllText(Path.Combine(models.ShippedDirectory("2"), "model.onnx"), "short");
        TemporaryModels.Write(models.ShippedDirectory("3"), "other", "3");

        models.Restart(store);

        Assert.Equal(["model_incomplete", "model_foreign"], models.Registry.Problems.Select(problem => problem.Code));
        Assert.Single(models.Registry.Store.List());
    }

    [Fact]
    public void Half_written_folders_are_cleared_and_version_numbers_are_not_given_twice()
    {
        models.AddRetrained("1.1");
        string half = models.RetrainedDirectory("1.2.tmp-0");
        Directory.CreateDirectory(half);
        Directory.CreateDirectory(models.RetrainedDirectory("1.7"));

        models.Restart(store);

        Assert.False(Directory.Exists(half));
        Assert.Equal(new ModelStamp(Name, "1.8"), models.Registry.NextVersion(models.Registry.Store.InUse(ModelTask.Entities)!));
    }

    [Fact]
    public void Unknown_versions_are_not_found_and_the_one_in_use_is_no_change()
    {
        Assert.Throws<RecordNotFoundException>(() => models.Registry.Promote(Name, "9", force: true, TemporaryStore.Actor));
        Assert.Throws<RecordNotFoundException>(() => models.Registry.RollBack("nothing", TemporaryStore.Actor));
        Assert.Equal(
            "no_changes",
            Assert.Throws<UnusableInputException>(() => models.Registry.Promote(Name, "1", force: true, TemporaryStore.Actor)).Code
        );
    }
}
