using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

internal static class Corpus
{
    /// <summary>The first occurrence of the words, labelled.</summary>
    public static AnnotatedSpan Span(string text, string words, string label)
    {
        var at = text.IndexOf(words, StringComparison.Ordinal);
        Assert.True(at >= 0, words);
        return new AnnotatedSpan(new TextSpan(at, at + words.Length), label);
    }

    public static void Same(AnnotatedDocument expected, AnnotatedDocument actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.Meta?.ToJsonString(), actual.Meta?.ToJsonString());
        SameSpans(expected, actual);
    }

    public static void SameSpans(AnnotatedDocument expected, AnnotatedDocument actual)
    {
        Assert.Equal(expected.Spans.Count, actual.Spans.Count);
        foreach (var (want, got) in expected.Spans.Zip(actual.Spans))
        {
            Assert.Equal((want.Span.Of(expected.Text), want.Label), (got.Span.Of(actual.Text), got.Label));
            Assert.Equal((want.Assertion, want.Confidence), (got.Assertion, got.Confidence));
            Assert.Equal(want.Concepts ?? [], got.Concepts ?? []);
            Assert.Equal(
                (want.Fragments ?? []).Select(fragment => fragment.Of(expected.Text)),
                (got.Fragments ?? []).Select(fragment => fragment.Of(actual.Text))
            );
        }
    }
}
