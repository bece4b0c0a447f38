using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

/// <summary>Property tests of every format: what it says that it keeps comes back, whatever the text.</summary>
public sealed class RoundTripTests
{
    /// <summary>Formats that keep any text as it is, and spans anywhere in it.</summary>
    public static TheoryData<string> ExactFormats =>
        ["jsonl", "brat", "spacy", "labelstudio", "doccano", "bioc-xml", "bioc-json", "cas-xmi", "cas-json", "csv"];

    /// <summary>Formats that keep fragments, attributes, concepts, the five assertions and relations.</summary>
    public static TheoryData<string> RichFormats => ["jsonl", "brat", "bioc-xml", "bioc-json", "cas-xmi", "cas-json", "csv"];

    [Theory]
    [MemberData(nameof(ExactFormats))]
    public void Text_and_spans_come_back_whatever_the_text(string name)
    {
        var format = CorpusFormats.Find(name);
        Unicode.Holds(text =>
        {
            var tokens = Tokenizer.Tokenize(text);
            if (tokens.Length == 0)
                return true;
            // Every token, and nested over them the whole, which ends where words end.
            var spans = tokens.Select(token => new AnnotatedSpan(token.Span, "T")).ToList();
            var whole = new TextSpan(tokens[0].Span.Start, tokens[^1].Span.End);
            if (tokens.Length > 1 && !whole.Slice(text).ContainsAny('\r', '\n'))
                spans.Add(new AnnotatedSpan(whole, "WHOLE"));
            var (back, losses) = ThereAndBack(format, new AnnotatedDocument("n1", text, spans));
            return losses.Count == 0
                && back.Text == text
                && back.Spans.Select(span => (span.Span, span.Label)).SequenceEqual(spans.Select(span => (span.Span, span.Label)));
        });
    }

    [Theory]
    [MemberData(nameof(RichFormats))]
    public void Fragments_attributes_concepts_assertions_and_relations_come_back(string name)
    {
        var format = CorpusFormats.Find(name);
        Unicode.Holds(filler =>
        {
            var between = filler.Replace('\r', ' ').Replace('\n', ' ');
            var text = $"left {between} arm of {Unicode.Family} hurts";
            var arm = text.IndexOf(" arm of ", StringComparison.Ordinal) + 1;
            var document = new AnnotatedDocument(
                "n1",
                text,
                [
                    new AnnotatedSpan(new TextSpan(0, arm + 3), "ANATOMY", ["SNOMED:1", "C0002"], Fragments: [new(0, 4), new(arm, arm + 3)])
                    {
                        Id = "T1",
                        Attributes = new Dictionary<string, string> { ["side"] = "left", ["seen"] = "true" },
                    },
                    Corpus.Span(text, "hurts", "PROBLEM") with
                    {
                        Id = "T2",
                        Assertion = new SpanAssertion(true, Uncertain: true, Historical: true, Hypothetical: true, Family: true),
                    },
                    Corpus.Span(text, Unicode.Family, "PERSON") with
                    {
                        Assertion = new SpanAssertion(false),
                    },
                ]
            )
            {
                Relations = [new AnnotatedRelation("T2", "T1", "located_at"), new AnnotatedRelation("T1", "T2", "has")],
            };
            var (back, losses) = ThereAndBack(format, document);
            Corpus.Same(document, back);
            return losses.TrueForAll(loss => loss.Contains("span id changed", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("spacy")]
    [InlineData("labelstudio")]
    [InlineData("doccano")]
    [InlineData("cas-xmi")]
    [InlineData("cas-json")]
    [InlineData("csv")]
    public void Intents_and_metadata_come_back(string name)
    {
        var document = new AnnotatedDocument("n1", "move my 😀 visit", [], new JsonObject { ["ward"] = "3", ["n"] = 3 })
        {
            Intents = ["reschedule", "ask/other"],
        };
        var (back, losses) = ThereAndBack(CorpusFormats.Find(name), document);
        Assert.Empty(losses);
        Corpus.Same(document, back);
    }

    /// <summary>WebAnno has annotations of tokens and of parts of them.</summary>
    [Fact]
    public void Webanno_keeps_the_text_and_spans_of_words_and_parts_of_words()
    {
        var format = CorpusFormats.Find("webanno-tsv");
        Unicode.Holds(text =>
        {
            var tokens = Tokenizer.Tokenize(text);
            if (tokens.Length == 0)
                return ThereAndBack(format, new AnnotatedDocument("n1", text, [])).Back.Text == text;
            AnnotatedSpan[] spans =
            [
                new AnnotatedSpan(new TextSpan(tokens[0].Span.Start, tokens[^1].Span.End), "WHOLE_*|[x]") { Id = "1" },
                .. tokens.Skip(1).Select((token, i) => new AnnotatedSpan(token.Span, "T", ["C1"]) { Id = $"{i + 2}" }),
            ];
            var document = new AnnotatedDocument("n1", text, spans)
            {
                Relations = [.. spans.Skip(1).Select(span => new AnnotatedRelation("1", span.Id!, "a;b->c"))],
            };
            var (back, losses) = ThereAndBack(format, document);
            return losses.Count == 0
                && back.Text == text
                && back.Spans.Select(span => (span.Span, span.Label)).SequenceEqual(spans.Select(span => (span.Span, span.Label)))
                && back.Relations.Count == document.Relations.Count
                && back.Relations.All(relation => relation.Type == "a;b->c");
        });
    }

    /// <summary>CoNLL keeps tokens and their tags, PubTator all but later line breaks, Rasa one line: their spans' words come back.</summary>
    [Theory]
    [InlineData("conll")]
    [InlineData("conll2003")]
    [InlineData("pubtator")]
    [InlineData("rasa")]
    public void The_words_of_spans_come_back_where_the_text_cannot(string name)
    {
        var format = CorpusFormats.Find(name);
        Unicode.Holds(text =>
        {
            // Rasa has no brackets that are no entities, and its reader cannot know of white space that was at an edge.
            var tokens = Tokenizer.Tokenize(text);
            if (tokens.Length == 0)
                return true;
            AnnotatedSpan[] spans = [.. tokens.Select(token => new AnnotatedSpan(token.Span, "T"))];
            var (back, _) = ThereAndBack(format, new AnnotatedDocument("n1", text, spans) { Intents = ["i"] });
            return back.Spans.Select(span => span.Span.Of(back.Text)).SequenceEqual(spans.Select(span => Plain(span.Span.Of(text))));
        });

        static string Plain(string words) => words;
    }

    private static (AnnotatedDocument Back, List<string> Losses) ThereAndBack(CorpusFormat format, AnnotatedDocument document)
    {
        var losses = new List<string>();
        using var stream = new MemoryStream();
        format.WriteTo([document], stream, losses);
        stream.Position = 0;
        var reading = new List<string>();
        var back = Assert.Single(format.ReadFrom(stream, "n1", reading));
        // DKPro's own metadata is read back as what it is.
        losses.AddRange(reading);
        return (back, losses);
    }
}
