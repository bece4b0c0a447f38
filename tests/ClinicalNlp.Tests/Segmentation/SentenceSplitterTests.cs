using ClinicalNlp.Segmentation;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Segmentation;

public class SentenceSplitterTests
{
    [Theory]
    [InlineData("No pain. Afebrile.", "No pain.", "Afebrile.")]
    [InlineData("Seen by Dr. Smith. Fig. 2 shows it.", "Seen by Dr. Smith.", "Fig. 2 shows it.")]
    [InlineData("Drug A vs. Placebo was tried.", "Drug A vs. Placebo was tried.")]
    [InlineData("Aspirin 81 mg q.d. Lisinopril 10 mg b.i.d. Follow up.", "Aspirin 81 mg q.d.", "Lisinopril 10 mg b.i.d.", "Follow up.")]
    [InlineData("Take 5 mg q.i.d. with food.", "Take 5 mg q.i.d. with food.")]
    [InlineData("pH 7.25. K 4.1.", "pH 7.25.", "K 4.1.")]
    [InlineData("E. coli grew. Low vitamin D. The rest was normal.", "E. coli grew.", "Low vitamin D.", "The rest was normal.")]
    [InlineData("(No fever.) Chills? Yes!", "(No fever.)", "Chills?", "Yes!")]
    [InlineData("BMI ? 30 kg/m2", "BMI ? 30 kg/m2")]
    [InlineData("first paragraph\n\nsecond one", "first paragraph", "second one")]
    [InlineData("first paragraph\r\n \r\nsecond one", "first paragraph", "second one")]
    [InlineData("HPI: 54 yo man", "HPI:", "54 yo man")]
    [InlineData("MEDICATIONS\naspirin 81 mg\nmetformin 500 mg", "MEDICATIONS", "aspirin 81 mg", "metformin 500 mg")]
    [InlineData("Past Medical History: asthma", "Past Medical History:", "asthma")]
    [InlineData("Plan:\r\n- aspirin\r\n- rest\r\n• fluids", "Plan:", "- aspirin", "- rest", "• fluids")]
    [InlineData("1. Aspirin\n2) Rest\na) walk", "1. Aspirin", "2) Rest", "a) walk")]
    [InlineData("1.\nAspirin", "1.\nAspirin")]
    [InlineData("BP 120/80\nPulse 72\nAfebrile", "BP 120/80", "Pulse 72", "Afebrile")]
    [InlineData("no punctuation at all", "no punctuation at all")]
    [InlineData("痛い。熱はない。", "痛い。熱はない。")]
    [InlineData("Fine 😀 Next", "Fine 😀 Next")]
    public void Sentences_end_where_a_reader_ends_them(string text, params string[] expected) => Assert.Equal(expected, Split(text));

    [Fact]
    public void A_line_wrapped_at_the_margin_goes_on()
    {
        const string Text =
            "The patient was admitted with chest pain that began while he was\n"
            + "Walking to the shop, and was treated with aspirin and nitrates on\n"
            + "arrival. He improved.\n";
        Assert.Equal(2, Split(Text).Count());
    }

    [Fact]
    public void An_empty_text_has_none() => Assert.Empty(Split(" \n"));

    [Fact]
    public void Every_token_lies_in_exactly_one_sentence() =>
        Unicode.Holds(text =>
        {
            var tokens = Tokenizer.Tokenize(text);
            var sentences = SentenceSplitter.Split(text, tokens);
            var ordered = sentences.Zip(sentences.Skip(1)).All(pair => pair.First.End <= pair.Second.Start);
            return ordered && tokens.All(token => sentences.Count(sentence => sentence.Contains(token.Span)) == 1);
        });

    private static IEnumerable<string> Split(string text) =>
        SentenceSplitter.Split(text, Tokenizer.Tokenize(text)).Select(span => span.Of(text));
}
