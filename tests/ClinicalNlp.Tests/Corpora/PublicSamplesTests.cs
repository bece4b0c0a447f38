using System.Text;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Corpora;

/// <summary>
/// The files that other projects test their own readers with: each is read, written and read again, and is the same. What is lost on reading, and which files are refused,
/// is listed here with the reason; nothing may be lost on writing what was read.
/// </summary>
public class PublicSamplesTests
{
    /// <summary>Losses that our model of a document has no place for.</summary>
    private static readonly Dictionary<string, string> Losses = new(StringComparer.Ordinal)
    {
        ["event kept as its trigger and relations"] = "events have no place of their own; their triggers are spans",
        ["equivalence kept as relations"] = "an equivalence has no direction, a relation has",
        ["name of a concept dropped"] = "a concept is its code",
        ["note of what is no span dropped"] = "notes on events, relations and the whole document",
        ["view without a text read as an empty document"] = "a CAS may hold an array or an address instead of a text",
        ["annotation of another view dropped"] = "a document has one text",
        ["view beside the first with a text dropped"] = "a document has one text",
        ["feature structure without a place dropped"] = "arrays, and structures that nothing points to, annotate no text",
        ["description of a tag set dropped"] = "labels are the project's, not the document's",
        ["token or sentence of the text dropped"] = "tokens are made from the text",
        ["feature of the document dropped"] = "addresses of the file on somebody else's server",
        ["layer of a relation dropped"] = "a relation has a type and two ends",
        ["feature of a relation dropped"] = "a relation has a type and two ends",
        ["relation of what is no span dropped"] = "relations between tokens",
        ["slot kept as relations"] = "a slot has no name of its own beside the role",
        ["chain kept as spans and relations"] = "chains become links from one mention to the next",
        ["empty annotation dropped"] = "a span has at least one character",
        ["number or truth value of a feature kept as a string"] = "attributes are strings",
        ["infon of a relation dropped"] = "a relation has a type and two ends",
        ["relation of one span dropped"] = "a relation has two ends",
        ["role names of a relation dropped"] = "a relation has a type and two ends",
        ["location counted from its passage, not the document"] = "INCEpTION counts so where BioC does not",
        ["source, date, key and infons of the collection dropped"] = "documents are kept, not their collection",
        ["task without a text dropped"] = "images",
        ["region of the type chatmessage dropped"] = "a conversation beside the text",
        ["annotator of a label dropped"] = "a number of a user in somebody else's installation",
        ["annotation that is no span and no label dropped"] = "a translation of the text",
    };

    /// <summary>Files that contradict themselves or are something else, with the code they are refused by.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["inception-io-webanno-tsv/tsv2/example2.tsv"] = "unknown_format", // version 2 has no offsets
        ["bioc-suite/passage-without-sentences/data.xml"] = "span_off_surface", // "annotation text" where the text has "Sentence"
        ["inception-io-bioc/bioc/example-with-text-in-passage.xml"] = "span_off_surface", // the same
        ["inception-io-bioc/log4j2-test.xml"] = "invalid_xml", // no BioC
        ["data/intent/example.jsonl"] = "missing_field", // its last line has no text, and so the next four
        ["data/seq2seq/example.json"] = "missing_field",
        ["data/seq2seq/example.jsonl"] = "missing_field",
        ["data/sequence_labeling/example.jsonl"] = "missing_field",
        ["data/text_classification/example.json"] = "missing_field",
        ["data/example.utf16.csv"] = "invalid_utf8", // we read UTF-8
        ["data/seq2seq/example.csv"] = "empty_text", // rows without a text
        ["data/text_classification/example.csv"] = "empty_text",
        ["data/text_classification/example_out_of_order_columns.csv"] = "empty_text",
        ["data/text_classification/example.invalid.2.csv"] = "invalid_csv", // three cells under two columns, on purpose
        ["data/sequence_labeling/labeling.invalid.conll"] = "invalid_tag", // a word for a tag, on purpose
    };

    [Theory]
    [InlineData("brat", "", "*.ann")]
    [InlineData("cas-xmi", "", "*.xmi")]
    [InlineData("webanno-tsv", "", "*.tsv")]
    [InlineData("cas-json", "cassis", "data*.json")]
    [InlineData("bioc-xml", "bioc", "*.xml")]
    [InlineData("bioc-xml", "inception/inception-io-bioc", "*.xml")]
    [InlineData("bioc-json", "bioc", "*.json")]
    [InlineData("labelstudio", "labelstudio", "*.json")]
    [InlineData("doccano", "doccano", "*.json*")]
    [InlineData("doccano", "doccano-transformer", "*.jsonl")]
    [InlineData("csv", "doccano", "*.csv")]
    [InlineData("csv", "doccano-transformer", "*.csv")]
    [InlineData("conll", "doccano", "*.conll")]
    [InlineData("conll", "doccano-transformer", "*.conll2003.*")]
    [InlineData("spacy", "doccano-transformer", "*.spacy.*")]
    public void Read_written_and_read_again_a_file_is_the_same(string format, string folder, string pattern)
    {
        var root = RepositoryPaths.SharedOrSkip("formats", folder);
        var files = Directory.GetFiles(root, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
            RoundTrip(CorpusFormats.Find(format), file);
    }

    /// <summary>The same case as TSV and as XMI: texts, spans and labels agree.</summary>
    [Fact]
    public void WebAnno_tsv_and_xmi_of_one_case_say_the_same()
    {
        var suite = RepositoryPaths.SharedOrSkip("formats", "inception", "inception-io-webanno-tsv", "tsv3-suite");
        foreach (var tsv in Directory.GetFiles(suite, "reference.tsv", SearchOption.AllDirectories))
        {
            var xmi = Path.ChangeExtension(tsv, ".xmi");
            if (!File.Exists(xmi))
                continue;
            var (read, other) = (CorpusFormats.Find("webanno-tsv").Read(tsv)[0], CorpusFormats.Find("cas-xmi").Read(xmi)[0]);
            // The TSV does not have what stands after the last token.
            Assert.Equal(other.Text.TrimEnd(), read.Text);
            Assert.Equal(Places(other), Places(read));
        }

        // INCEpTION wrote these suites' layers under other names than the TSV has, so that only places are compared.
        static IEnumerable<(int, int)> Places(AnnotatedDocument document) =>
            document.Spans.Select(span => (span.Span.Start, span.Span.End)).Order();
    }

    private static void RoundTrip(CorpusFormat format, string file)
    {
        var refusal = Refused.FirstOrDefault(refused => file.Replace('\\', '/').EndsWith(refused.Key, StringComparison.Ordinal));
        if (refusal.Key is not null)
        {
            Assert.Equal((file, refusal.Value), (file, Assert.Throws<UnusableInputException>(() => format.Read(file)).Code));
            return;
        }
        var losses = new List<string>();
        var documents = format.Read(file, losses);
        Assert.All(LossSummary.Of(losses), loss => Assert.True(Losses.ContainsKey(loss.Kind), $"{file}: {loss.Kind}"));
        var writing = new List<string>();
        using var stream = new MemoryStream();
        format.WriteTo(documents, stream, writing);
        Assert.True(writing.Count == 0, $"{file}: {string.Join(", ", writing)}");
        stream.Position = 0;
        Assert.Equal(Lines(documents), Lines(format.ReadFrom(stream, Path.GetFileName(file), writing)));
    }

    private static string Lines(IEnumerable<AnnotatedDocument> documents)
    {
        using var stream = new MemoryStream();
        new JsonlFormat().WriteTo(documents, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
