using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Tests.Training;
using ClinicalNlp.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Entities;

/// <summary>One small model, trained once for the whole class.</summary>
public sealed class TrainedPillBox : IDisposable
{
    private readonly ScratchFolder folder = new();

    public TrainedPillBox()
    {
        PillBox.Train(folder["m"], [PillBox.Corpus(200, 1)]);
        Bundle = ModelBundle.Load(folder["m"]);
        Recognizer = EntityRecognizer.Load(Bundle, threads: 2);
    }

    public ModelBundle Bundle { get; }
    public EntityRecognizer Recognizer { get; }

    public void Dispose()
    {
        Recognizer.Dispose();
        folder.Dispose();
    }
}

public sealed class EntityRecognizerTests(TrainedPillBox pillBox) : IClassFixture<TrainedPillBox>
{
    private readonly EntityRecognizer recognizer = pillBox.Recognizer;

    [Fact]
    public void Offsets_slice_the_original_text()
    {
        const string text =
            "👩‍⚕️ Cafe\u0301:\r\nPatient took aspirin 5 mg for chest pain.\r\n\tStarted alpha-blocker because of cough \uFFFC.";
        IReadOnlyList<Mention> mentions = recognizer.Recognize(text);
        Assert.Equal(["aspirin", "5 mg", "chest pain", "alpha-blocker", "cough"], mentions.Select(mention => mention.Span.Of(text)));
        Assert.Equal(["MEDICATION", "DOSAGE", "PROBLEM", "MEDICATION", "PROBLEM"], mentions.Select(mention => mention.Label));
    }

    [Fact]
    public void What_is_judged_of_a_mention_that_was_found_is_its_confidence()
    {
        string text = string.Join(
            '\n',
            Enumerable.Repeat("Patient took aspirin 5 mg for chest pain. No fever today; continue warfarin 10 mg.", 60)
        );
        IReadOnlyList<Mention> found = recognizer.Recognize(text);
        IReadOnlyList<SpanProbabilities?> judged = recognizer.Judge(text, [.. found.Select(mention => mention.Span)]);
        Assert.True(found.Count > 100);
        foreach ((Mention mention, SpanProbabilities? there) in found.Zip(judged))
        {
            Assert.Equal(mention.Span, there!.Span);
            Assert.Equal(mention.Confidence, there.Labels[recognizer.Labels.ToList().IndexOf(mention.Label)], 4);
            Assert.InRange(there.Labels.Sum() + there.Outside, 0, 1.0001);
        }
    }

    [Fact]
    public void A_span_that_is_nothing_is_outside_and_one_that_cuts_a_word_is_not_judged()
    {
        const string text = "😀 Patient took aspirin 5 mg for chest pain.";
        TextSpan[] spans = [Of("Patient took"), Of("aspirin"), Of("spirin"), Of("chest pain"), Of("pain")];
        IReadOnlyList<SpanProbabilities?> judged = recognizer.Judge(text, spans);
        Assert.InRange(judged[0]!.Outside, 0.9, 1);
        Assert.InRange(judged[1]!.Outside, 0, 0.1);
        Assert.Null(judged[2]);
        int problem = recognizer.Labels.ToList().IndexOf("PROBLEM");
        Assert.True(judged[3]!.Labels[problem] > judged[4]!.Labels[problem]);

        TextSpan Of(string words)
        {
            int start = text.IndexOf(words, StringComparison.Ordinal);
            return new TextSpan(start, start + words.Length);
        }
    }

    [Fact]
    public void Confidence_is_a_probability()
    {
        IReadOnlyList<Mention> sure = recognizer.Recognize("Patient took aspirin 5 mg for chest pain.");
        Assert.All(sure, mention => Assert.InRange(mention.Confidence, 0.5, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t ")]
    [InlineData("😀")]
    [InlineData("…")]
    public void Texts_without_a_finding_give_none(string text)
    {
        Assert.All(recognizer.Recognize(text), mention => Assert.False(mention.Span.IsEmpty));
    }

    [Fact]
    public void A_long_document_is_stitched_without_seams()
    {
        EntityCorpus corpus = PillBox.Corpus(400, 9);
        string text = string.Join("\n", corpus.Documents.Select(document => document.Text));
        IReadOnlyList<Mention> mentions = recognizer.Recognize(text);
        int expected = corpus.Documents.Sum(document => document.Spans.Count);
        Assert.InRange(mentions.Count, expected * 0.97, expected * 1.03);
        for (int i = 1; i < mentions.Count; i++)
            Assert.True(mentions[i - 1].Span.End <= mentions[i].Span.Start);
    }

    [Fact]
    public void One_endless_sentence_is_cut_without_losing_what_lies_on_the_cut()
    {
        string text = string.Concat(Enumerable.Repeat("took aspirin for shortness of breath and ", 300));
        int found = recognizer.Recognize(text).Count(mention => mention.Span.Of(text) is "aspirin" or "shortness of breath");
        Assert.InRange(found, 580, 600);
    }

    [Fact]
    public async Task Many_at_once_give_what_each_gives_alone()
    {
        string[] texts = [.. PillBox.Corpus(300, 5).Documents.Select(document => document.Text)];
        IReadOnlyList<IReadOnlyList<Mention>> together = recognizer.Recognize(texts);
        IReadOnlyList<Mention>[] alone = await Task.WhenAll(texts.Select(text => Task.Run(() => recognizer.Recognize(text))));
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(
                alone[i].Select(mention => (mention.Span, mention.Label)),
                together[i].Select(mention => (mention.Span, mention.Label))
            );
        }
    }

    [Fact]
    public void Cancelling_stops_the_work()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => recognizer.Recognize(["aspirin"], source.Token));
    }

    [Fact]
    public void A_card_beside_another_network_is_refused()
    {
        using ScratchFolder folder = new();
        ModelBundleWriter.Write(
            pillBox.Bundle.Card with
            {
                Labels = ["ONE"],
            },
            folder["m"],
            directory => File.Copy(pillBox.Bundle.PathOf(EntityRecognizer.ModelFile), Path.Combine(directory, EntityRecognizer.ModelFile))
        );
        ModelBundleException e = Assert.Throws<ModelBundleException>(() => EntityRecognizer.Load(ModelBundle.Load(folder["m"])));
        Assert.Equal(ModelBundleException.Foreign, e.Code);
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        using ScratchFolder folder = new();
        ModelBundleWriter.Write(
            pillBox.Bundle.Card,
            folder["m"],
            directory => File.WriteAllText(Path.Combine(directory, EntityRecognizer.ModelFile), "no network")
        );
        Assert.Throws<ModelBundleException>(() => EntityRecognizer.Load(ModelBundle.Load(folder["m"])));
    }

    [Fact]
    public void Rules_can_be_switched_off_in_the_settings()
    {
        Assert.True(EntitySettings.FromJson(pillBox.Bundle.Card.Settings).Abbreviations);
    }
}
