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
    public void Notes_and_reports_are_read_each_with_its_labels_and_reports_come_less_often()
    {
        folder.Write("clinical-notes/train.jsonl", """{"id":"n","text":"gout","spans":[{"start":0,"end":4,"label":"PROBLEM"}]}""");
        folder.Write("case-reports/train.jsonl", """{"id":"r","text":"a man","spans":[]}""");
        folder.Write("case-reports/heldout.jsonl", """{"id":"h","text":"rash","spans":[{"start":0,"end":4,"label":"TEST"}]}""");
        var own = new OwnCorpora(folder.Path).ReadDocuments();
        Assert.Equal(["clinical-notes", "case-reports"], own.Select(corpus => corpus.Name));
        Assert.Equal([1, 1], own.Select(corpus => corpus.Train.Count));
        Assert.Equal([0, 1], own.Select(corpus => corpus.HeldOut.Count));
        Assert.Equal(["PROBLEM"], own[0].Labels);
        Assert.Equal(["TEST"], own[1].Labels);
        Assert.True(own[1].Share < own[0].Share);
        Assert.NotNull(own[1].Sha256);
    }

    [Fact]
    public void Without_the_folder_there_is_nothing_to_judge_by() =>
        Assert.Empty(new OwnCorpora(folder.File("none")).ReadIntents().HeldOut);
}
