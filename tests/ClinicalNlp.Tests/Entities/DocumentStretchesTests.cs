using ClinicalNlp.Entities;
using ClinicalNlp.Segmentation;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;
using ClinicalNlp.Training.Entities;

namespace ClinicalNlp.Tests.Entities;

/// <summary>Whatever the stretch, what comes out is what the whole text gives.</summary>
public sealed class DocumentStretchesTests(TrainedPillBox pillBox) : IClassFixture<TrainedPillBox>
{
    private static readonly EntitySettings Small = new() { Window = 12, Margin = 3 };

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(700)]
    public void Tokens_sentences_and_windows_are_those_of_the_whole(int length) =>
        Unicode.Holds(text => SameParts(text, length) && SameParts(string.Concat(Enumerable.Repeat(text + "\r\nNo pain. ", 80)), length));

    [Fact]
    public void Notes_in_stretches_are_the_notes()
    {
        Random random = new(11);
        for (int i = 0; i < 60; i++)
            Assert.True(SameParts(NoteText.Random(random, 400), 1 + random.Next(300)), $"note {i}");
    }

    [Fact]
    public void Flags_are_those_of_the_whole()
    {
        Random random = new(12);
        for (int i = 0; i < 20; i++)
        {
            string text = NoteText.Random(random, 600);
            TokenizedText whole = TokenizedText.Of(text);
            float[] expected = Flags(whole);
            int first = 0;
            foreach (TokenizedText stretch in new DocumentStretches(text, Small, 50).All())
            {
                float[] flags = Flags(stretch);
                int from = Math.Max(0, stretch.CoreStart - Small.Margin);
                int to = Math.Min(stretch.Tokens.Length, stretch.CoreEnd + Small.Margin);
                int shift = first - stretch.CoreStart;
                Assert.Equal(
                    expected[((from + shift) * ContextFlags.Width)..((to + shift) * ContextFlags.Width)],
                    flags[(from * ContextFlags.Width)..(to * ContextFlags.Width)]
                );
                first += stretch.CoreEnd - stretch.CoreStart;
            }
            Assert.Equal(whole.Tokens.Length, first);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Mentions_are_those_of_the_whole(double threshold)
    {
        EntitySettings settings = EntitySettings.FromJson(pillBox.Bundle.Card.Settings) with { Threshold = threshold };
        using EntityModel model = EntityModelParts.Load(pillBox.Bundle).Open(settings);
        Random random = new(13);
        for (int i = 0; i < 25; i++)
        {
            string text = NoteText.Random(random, 3000);
            IReadOnlyList<Mention> whole = ClinicalPipeline.Run(model, [text], 1, CancellationToken.None, int.MaxValue / 2)[0];
            foreach (int stretch in (int[])[1, 300, 1000])
            {
                IReadOnlyList<Mention> cut = ClinicalPipeline.Run(model, [text], 2, CancellationToken.None, stretch)[0];
                Assert.Equal(whole.Select(mention => (mention.Span, mention.Label)), cut.Select(mention => (mention.Span, mention.Label)));
                for (int m = 0; m < whole.Count; m++)
                    Assert.Equal(whole[m].Confidence, cut[m].Confidence, 1e-4);
            }
            if (i == 0)
                Assert.NotEmpty(whole);
        }
    }

    [Fact]
    public void A_short_form_defined_far_away_holds_in_every_stretch()
    {
        string filler = string.Concat(Enumerable.Repeat("Patient walked to the window and back again.\n", 400));
        string text = $"The ARF was old.\n{filler}Acute renal failure (ARF) was noted.\n{filler}Now ARF is better.";
        List<Mention> found = [new(At(text, "Acute renal failure"), "PROBLEM", 0.9)];
        List<Mention> spread = AbbreviationConsistency.Apply(() => new DocumentStretches(text, new EntitySettings(), 100).All(), found);
        Assert.Equal(["ARF", "Acute renal failure", "ARF", "ARF"], spread.Select(mention => mention.Span.Of(text)));
        Assert.All(spread, mention => Assert.Equal("PROBLEM", mention.Label));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("Qk1+/w8Z")]
    [InlineData("a.")]
    [InlineData(") ")]
    [InlineData("\u0301")]
    [InlineData("pain, ")]
    [InlineData("x\u2028")]
    [InlineData(" ")]
    public void Text_without_sentence_ends_is_worked_on_in_bounded_stretches(string unit)
    {
        string text = "Took aspirin.\n" + string.Concat(Enumerable.Repeat(unit, 300_000 / unit.Length));
        int most = 0;
        int end = 0;
        foreach (TokenizedText stretch in new DocumentStretches(text, new EntitySettings()).All())
        {
            most = Math.Max(most, stretch.Tokens.Length);
            Assert.All(stretch.Tokens[stretch.CoreStart..stretch.CoreEnd], token => Assert.True(token.Span.Start >= end));
            end = stretch.Tokens.Length == 0 ? end : stretch.Tokens[stretch.CoreEnd - 1].Span.End;
        }
        Assert.InRange(most, 1, DocumentStretches.DefaultLength + (3 * SentenceSplitter.LongestSentence));
        Assert.True(text.AsSpan(end).IsWhiteSpace());
        Assert.All(pillBox.Recognizer.Recognize(text), mention => Assert.False(mention.Span.IsEmpty));
    }

    private static float[] Flags(TokenizedText text)
    {
        float[] flags = new float[text.Tokens.Length * ContextFlags.Width];
        ContextFlags.Fill(text.Text, text.Tokens, text.Sentences, flags);
        return flags;
    }

    private static TextSpan At(string text, string surface)
    {
        int start = text.IndexOf(surface, StringComparison.Ordinal);
        return new TextSpan(start, start + surface.Length);
    }

    private static bool SameParts(string text, int length)
    {
        TokenizedText whole = TokenizedText.Of(text);
        List<Token> tokens = [];
        List<TextSpan> sentences = [];
        List<(int, int, int, int)> windows = [];
        foreach (TokenizedText stretch in new DocumentStretches(text, Small, length).All())
        {
            int shift = tokens.Count - stretch.CoreStart;
            tokens.AddRange(stretch.Tokens[stretch.CoreStart..stretch.CoreEnd]);
            int end = tokens.Count == 0 ? 0 : tokens[^1].Span.End;
            sentences.AddRange(stretch.Sentences.Where(s => s.Start >= (sentences.Count == 0 ? 0 : sentences[^1].End) && s.End <= end));
            windows.AddRange(
                stretch
                    .Windows(Small.Window, Small.Margin)
                    .Select(w => (w.Start + shift, w.CoreStart + shift, w.CoreEnd + shift, w.End + shift))
            );
        }
        return whole.Tokens.SequenceEqual(tokens)
            && whole.Sentences.SequenceEqual(sentences)
            && whole.Windows(Small.Window, Small.Margin).Select(w => (w.Start, w.CoreStart, w.CoreEnd, w.End)).SequenceEqual(windows);
    }
}

/// <summary>Notes put together at random from what makes splitting hard.</summary>
internal static class NoteText
{
    private static readonly string[] Pieces =
    [
        "Patient took aspirin 5 mg for chest pain",
        "started alpha-blocker because of cough",
        "Shortness of breath (SOB) on exertion",
        "SOB again",
        "MEDICATIONS:",
        "1.",
        "- ",
        "2) fever (38 C",
        "e.g.",
        "Dr.",
        "q.i.d.",
        "VITALS STABLE TODAY",
        "7.25",
        ")",
        "?",
        "and the rest of a line that goes on until the margin is",
    ];

    private static readonly string[] Joints = [" ", " ", " ", ". ", "\n", "\r\n", "\n\n", ": ", ", ", "", "   ", "! "];

    public static string Random(Random random, int pieces) =>
        string.Concat(Enumerable.Range(0, pieces).Select(_ => Pieces[random.Next(Pieces.Length)] + Joints[random.Next(Joints.Length)]));
}
