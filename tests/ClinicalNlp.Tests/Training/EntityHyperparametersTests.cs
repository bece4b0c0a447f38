using ClinicalNlp.Training.Entities;

namespace ClinicalNlp.Tests.Training;

public sealed class EntityHyperparametersTests
{
    [Theory]
    [InlineData(1, 100)] // a handful of documents: as often as is sensible
    [InlineData(9, 45)]
    [InlineData(36, 12)]
    [InlineData(67, 6)]
    [InlineData(500, 6)]
    public void Few_documents_are_read_more_often(long stepsOfAnEpoch, int epochs) =>
        Assert.Equal(epochs, EntityHyperparameters.FromEncoder.EpochsOf(stepsOfAnEpoch));

    [Fact]
    public void A_base_model_is_tuned_by_epochs_alone() =>
        Assert.Equal(EntityHyperparameters.FineTuning.Epochs, EntityHyperparameters.FineTuning.EpochsOf(1));
}
