using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using ClinicalNlp.Urgency;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Urgency;

public sealed class RedFlagFinderTests
{
    [Theory]
    [InlineData("crushing chest pain, left arm numb", "chest_pain")]
    [InlineData("my face is drooping", "stroke_signs")]
    [InlineData("kms", "self_harm")]
    [InlineData("gonna unalive myself", "self_harm")]
    [InlineData("lips swelling after peanuts", "anaphylaxis")]
    [InlineData("the bleeding won’t stop", "severe_bleeding")]
    [InlineData("can't breathe", "breathing_trouble")]
    [InlineData("cannot breath", "breathing_trouble")]
    [InlineData("wife passed out", "loss_of_consciousness")]
    [InlineData("took too many pills", "poisoning")]
    [InlineData("fever and a stiff neck", "sepsis_signs")]
    [InlineData("20 weeks pregnant and bleeding", "pregnancy_emergency")]
    [InlineData("my 3 week old has a fever", "child_in_danger")]
    [InlineData("my husband hits me", "violence")]
    [InlineData("please send an ambulance", "emergency")]
    public void A_sign_that_is_there_is_urgent(string text, string flag)
    {
        var found = Assert.Single(RedFlagFinder.Find(text), f => f.Flag == flag);
        Assert.Equal(RedFlagLevel.Urgent, found.Level);
        Assert.Null(found.Reason);
        Assert.NotEmpty(found.Spans);
    }

    [Theory]
    [InlineData("no chest pain", "negated")]
    [InlineData("no cough, fever or chest pain", "negated")]
    [InlineData("denies chest pain", "negated")]
    [InlineData("what are the signs of a stroke?", "asked")]
    [InlineData("what if i get chest pain on the treadmill", "hypothetical")]
    [InlineData("my grandfather had a stroke in 1990", "past")]
    [InlineData("subscription to the stroke magazine please", "topic")]
    public void A_sign_that_is_only_named_is_mentioned_with_the_reason(string text, string reason)
    {
        var found = Assert.Single(RedFlagFinder.Find(text));
        Assert.Equal((RedFlagLevel.Mentioned, reason), (found.Level, found.Reason));
        Assert.Contains(reason, RedFlagFinder.Reasons);
    }

    [Theory]
    [InlineData("I had a stroke in 1990 and now my face is drooping", "stroke_signs")]
    [InlineData("my dad had a stroke in 1990 and i cant breathe well", "breathing_trouble")]
    [InlineData("no fever, chest hurts", "chest_pain")]
    [InlineData("no sleep at all last night because of this terrible chest pain", "chest_pain")]
    [InlineData("dad had a heart attack years ago but today he has chest pain again", "chest_pain")]
    [InlineData("he stopped breathing", "breathing_trouble")]
    public void A_cue_that_belongs_to_something_else_takes_nothing_away(string text, string flag) =>
        Assert.Contains(RedFlagFinder.Find(text), f => f.Flag == flag && f.Level == RedFlagLevel.Urgent);

    [Theory]
    [InlineData("this app is killing me")]
    [InlineData("heartburn after pizza")]
    [InlineData("book cardiology")]
    [InlineData("I'm dying to know my results")]
    [InlineData("do you play chess? my best match was a stalemate")]
    public void Figures_of_speech_and_near_words_are_nothing(string text) => Assert.Empty(RedFlagFinder.Find(text));

    [Theory]
    [InlineData("siezure now", "loss_of_consciousness")]
    [InlineData("he is unconcious", "loss_of_consciousness")]
    [InlineData("my tounge is swelling", "anaphylaxis")]
    [InlineData("overdse", "poisoning")]
    public void One_typing_error_is_forgiven(string text, string flag) => Assert.Contains(RedFlagFinder.Find(text), f => f.Flag == flag);

    [Theory]
    [InlineData("👩‍👩‍👧 help\r\nmy chest 💔 hurts", "chest", "hurts")]
    [InlineData("cafe\u0301: I can’t breathe", "can’t breathe", null)]
    public void Spans_are_the_words_of_the_original(string text, string first, string? second)
    {
        var spans = RedFlagFinder.Find(text).Single().Spans.Select(span => span.Of(text)).ToList();
        Assert.Equal(second is null ? [first] : [first, second], spans);
    }

    [Fact]
    public void Every_flag_is_said_once_at_its_highest_level_in_a_fixed_order()
    {
        var found = RedFlagFinder.Find("no chest pain yesterday. crushing chest pain now. i cant breathe");
        Assert.Equal(["chest_pain", "breathing_trouble"], found.Select(f => f.Flag));
        Assert.All(found, f => Assert.Equal(RedFlagLevel.Urgent, f.Level));
    }

    [Fact]
    public void An_emergency_of_the_model_counts_where_the_words_say_nothing()
    {
        var sure = new IntentPrediction("emergency", 0.9, []);
        var found = Assert.Single(RedFlagFinder.Find("she looks terribly wrong", sure));
        Assert.Equal((RedFlag.FromIntent, RedFlagLevel.Urgent, RedFlag.ByIntent), (found.Flag, found.Level, found.Reason));
        Assert.Empty(RedFlagFinder.Find("she looks terribly wrong", sure with { Confidence = 0.3 }));
        Assert.Empty(RedFlagFinder.Find("she looks terribly wrong", sure with { Intent = "complaint" }));
        Assert.Equal("asked", Assert.Single(RedFlagFinder.Find("what are the signs of a stroke?", sure)).Reason);
    }

    [Fact]
    public void Any_text_is_taken_and_spans_lie_in_it_sorted_and_apart()
    {
        string[] pieces =
        [
            "chest ",
            "pain",
            " i cant breathe",
            "\r\n",
            "😀",
            "’s ",
            "no ",
            ", ",
            "1990",
            "e\u0301",
            "bleed",
            "ing ",
            " if ",
            "?",
            ".",
            "38.5 ",
            "baby ",
        ];
        var texts = Gen.Elements(pieces).ListOf().Select(string.Concat).ToArbitrary();
        Prop.ForAll(
                texts,
                text =>
                    RedFlagFinder
                        .Find(text)
                        .All(found =>
                            found.Spans.Count > 0
                            && found.Spans.All(span => !span.IsEmpty && span.End <= text.Length)
                            && found.Spans.Zip(found.Spans.Skip(1)).All(pair => pair.First.End <= pair.Second.Start)
                        )
            )
            .QuickCheckThrowOnFailure();
    }
}
