using ClinicalNlp.Intents;
using ClinicalNlp.Tests.Text;

namespace ClinicalNlp.Tests.Intents;

public sealed class UtteranceSegmentsTests
{
    [Theory]
    [InlineData("refill my metformin and also what time do you open", "refill my metformin", "what time do you open")]
    [InlineData("Are my bloods back? Also I got a bill", "Are my bloods back?", "I got a bill")]
    [InlineData("cancel my eye test, book me a hearing test", "cancel my eye test", "book me a hearing test")]
    [InlineData("we moved 😀; please refill the cream", "we moved 😀; please refill the cream")] // two words are too few
    [InlineData("we have moved 😀; please refill the cream", "we have moved 😀", "please refill the cream")]
    [InlineData("my arm and leg hurt", "my arm and leg hurt")]
    [InlineData("first line here\r\nsecond line here", "first line here", "second line here")]
    public void Cuts_where_something_new_may_begin(string text, params string[] segments) =>
        Assert.Equal(segments, UtteranceSegments.Split(text).Select(segment => segment.Span.Of(text)));

    [Theory]
    [InlineData("")]
    [InlineData("...")]
    public void A_text_without_words_has_none(string text) => Assert.Empty(UtteranceSegments.Split(text));

    [Theory]
    [InlineData("refill my metformin and also what time do you open", true)]
    [InlineData("refill my metformin; what time do you open", true)]
    [InlineData("refill my metformin. What time do you open", false)]
    public void Tells_whether_the_writer_announces_it(string text, bool announced) =>
        Assert.Equal([false, announced], UtteranceSegments.Split(text).Select(segment => segment.Announced));

    [Fact]
    public void Segments_of_any_text_are_in_order_and_apart() =>
        Unicode.Holds(text =>
        {
            var spans = UtteranceSegments.Split(text).Select(segment => segment.Span).ToList();
            return spans.TrueForAll(span => !span.IsEmpty && span.End <= text.Length)
                && spans.Zip(spans.Skip(1)).All(pair => pair.First.End <= pair.Second.Start);
        });
}
