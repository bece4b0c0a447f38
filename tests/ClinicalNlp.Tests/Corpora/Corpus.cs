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
        Assert.Equal(expected.Intents, actual.Intents);
        Assert.Equal(Relations(expected), Relations(actual));
        SameSpans(expected, actual);
    }

    /// <summary>By the places of their ends: a format may have its own ids.</summary>
    private static IEnumerable<(int From, int To, string Type)> Relations(AnnotatedDocument document) =>
        document.Relations.Select(relation => (IndexOf(document, relation.From), IndexOf(document, relation.To), relation.Type));

    private static int IndexOf(AnnotatedDocument document, string id) => document.Spans.Select(span => span.Id).ToList().IndexOf(id);

    public static void SameSpans(AnnotatedDocument expected, AnnotatedDocument actual)
    {
        Assert.Equal(expected.Spans.Count, actual.Spans.Count);
        foreach (var (want, got) in expected.Spans.Zip(actual.Spans))
        {
            Assert.Equal((want.Span.Of(expected.Text), want.Label), (got.Span.Of(actual.Text), got.Label));
            Assert.Equal((want.Assertion, want.Confidence), (got.Assertion, got.Confidence));
            Assert.Equal(want.Concepts ?? [], got.Concepts ?? []);
            Assert.Equal(
                (want.Attributes ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal),
                (got.Attributes ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            );
            Assert.Equal(
                (want.Fragments ?? []).Select(fragment => fragment.Of(expected.Text)),
                (got.Fragments ?? []).Select(fragment => fragment.Of(actual.Text))
            );
        }
    }
}
