using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Corpora;

public class CorpusFormatsTests
{
    [Fact]
    public void An_unknown_format_lists_those_there_are()
    {
        var thrown = Assert.Throws<UnusableInputException>(() => CorpusFormats.Find("xls"));
        Assert.Equal("unknown_format", thrown.Code);
        Assert.All(CorpusFormats.All, format => Assert.Contains(format.Name, thrown.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.jsonl", "jsonl")]
    [InlineData("a.ann", "brat")]
    [InlineData("a.iob2", "conll")]
    [InlineData("a.PubTator", "pubtator")]
    public void A_file_is_known_by_its_ending(string file, string format) => Assert.Equal(format, CorpusFormats.ForFile(file).Name);

    [Fact]
    public void Names_and_endings_belong_to_one_format()
    {
        Assert.Distinct(CorpusFormats.All.Select(format => format.Name));
        Assert.Distinct(CorpusFormats.All.SelectMany(format => format.Extensions));
    }
}
