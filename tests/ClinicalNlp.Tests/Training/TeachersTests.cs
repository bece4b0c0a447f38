using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Training;

public sealed class TeachersTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_student_learns_from_unlabelled_text_what_its_few_gold_documents_do_not_show()
    {
        // The teacher knows two drugs that the student's gold never names; both stand in the text.
        string[] rare = ["PX-101", "zolpidem"];
        PillBox.Train(folder["teacher"], [PillBox.Corpus(150, 1), PillBox.Corpus(100, 2, drugs: rare)]);
        Write(folder["notes.txt"], PillBox.Corpus(150, 3, drugs: rare));
        EntityCorpus gold = PillBox.Corpus(40, 4);
        EntityCorpus measured = PillBox.Corpus(60, 5, drugs: rare);
        double alone = Score(Train("alone", gold, [], []), measured);
        double taught = Score(Train("taught", gold, [folder["teacher"]], [folder["notes.txt"]]), measured);
        Assert.True(taught > Math.Max(0.9, alone), $"{alone} alone, {taught} taught");
        CardCorpus text = ModelBundle.Load(folder["taught"]).Card.Corpora[^1];
        Assert.Equal("notes.txt (text only)", text.Name);
        Assert.NotNull(text.Sha256);
    }

    [Fact]
    public void Text_that_quotes_what_is_measured_is_left_out()
    {
        PillBox.Train(folder["teacher"], [PillBox.Corpus(60, 1)]);
        AnnotatedDocument document = new("d", "Patient took aspirin 5 mg for chest pain and slept well.", []);
        Write(folder["notes.txt"], new EntityCorpus("notes", [document]));
        EntityCorpus gold = PillBox.Corpus(30, 4);
        string without = Hash(Train("without", gold, [], []));
        Assert.Equal(without, Hash(Train("quoting", gold, [folder["teacher"]], [folder["notes.txt"]], document.Text.ToUpperInvariant())));
        Assert.NotEqual(without, Hash(Train("other", gold, [folder["teacher"]], [folder["notes.txt"]], "Another text altogether.")));

        static string Hash(string model) => ModelBundle.Load(model).Card.Files[EntityRecognizer.ModelFile].Sha256;
    }

    [Fact]
    public void A_teacher_with_other_labels_is_refused()
    {
        PillBox.Train(folder["teacher"], [PillBox.Corpus(30, 1, ["PROBLEM"])]);
        Write(folder["notes.txt"], PillBox.Corpus(5, 3));
        UnusableInputException e = Assert.Throws<UnusableInputException>(() =>
            Train("m", PillBox.Corpus(30, 4), [folder["teacher"]], [folder["notes.txt"]])
        );
        Assert.Equal("other_labels", e.Code);
        Assert.False(Directory.Exists(folder["m"]));
    }

    private string Train(string name, EntityCorpus gold, string[] teachers, string[] texts, params string[] measured)
    {
        TrainingOptions options = new()
        {
            OutputDirectory = folder[name],
            ModelName = name,
            ModelVersion = "1",
            TeacherDirectories = teachers,
            RunningText = [.. texts.Select(path => new TextCorpus(Path.GetFileName(path), path))],
            MeasuredTexts = measured,
        };
        return EntityRecipe.Train([gold], [], options, PillBox.Small, PillBox.Quick, null, default).Directory;
    }

    private static double Score(string model, EntityCorpus corpus)
    {
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(model));
        EntityScorer scorer = new();
        foreach (AnnotatedDocument document in corpus.Documents)
            scorer.Add(document.Spans, recognizer.Recognize(document.Text));
        return scorer.Result.Micro.F1;
    }

    private static void Write(string path, EntityCorpus corpus) =>
        File.WriteAllLines(path, corpus.Documents.Select(document => document.Text));
}
