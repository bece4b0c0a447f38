using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentTrainerTests
{
    private const int OutOfScope = 1;

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(30, false)]
    [InlineData(500, false)]
    public void Out_of_scope_utterances_are_made_only_where_real_ones_are_lacking(int real, bool made)
    {
        IntentExample[] examples =
        [
            .. Enumerable.Repeat(new IntentExample("refill my tablets", 0), 400),
            .. Enumerable.Repeat(new IntentExample("who won the match", OutOfScope), real),
        ];
        IntentRecipeSettings settings = new();
        Assert.Equal(made ? settings.OutOfScopeShare : 0, IntentTrainer.Made(settings, examples, OutOfScope));
    }
}
