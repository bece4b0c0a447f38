using ClinicalNlp.Annotation.Training;

namespace ClinicalNlp.Tests.Annotation.Training;

public sealed class OwnCorporaTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Intents_are_judged_by_both_held_out_files_and_neither_is_trained_on()
    {
        folder.Write("care-intents/train.jsonl", """{"text":"hi","intent":"greeting"}""");
        folder.Write("care-intents/heldout.jsonl", """{"text":"hello","intent":"greeting"}""");
        folder.Write("care-intents/heldout-2.jsonl", """{"text":"bye now","intent":"goodbye"}""");
        var (train, heldOut) = new OwnCorpora(folder.Path).ReadIntents();
        Assert.Equal(["hi"], train.SelectMany(corpus => corpus.Utterances).Select(utterance => utterance.Text));
        Assert.Equal(["hello", "bye now"], heldOut.Select(utterance => utterance.Text));
    }

    [Fact]
    public void Without_the_folder_there_is_nothing_to_judge_by() =>
        Assert.Empty(new OwnCorpora(folder.File("none")).ReadIntents().HeldOut);
}
