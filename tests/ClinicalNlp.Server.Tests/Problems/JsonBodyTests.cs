using System.Text;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Tests.Problems;

public class JsonBodyTests
{
    [Theory]
    [InlineData("""{"text":"a"}""")]
    [InlineData("""{"text":"\ud83d\ude00 \u00e9 \\ud83d"}""")]
    [InlineData("""{"text":"😀 e\u0301 \n"}""")]
    [InlineData("[]")]
    public void Whole_text_passes(string json) => JsonBody.Check(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("""{"text":"\ud83d"}""", "unpaired_surrogate")]
    [InlineData("""{"text":"\ud83d and on"}""", "unpaired_surrogate")]
    [InlineData("""{"text":"\ud83d\ud83d\ude00"}""", "unpaired_surrogate")]
    [InlineData("""{"text":"\ude00"}""", "unpaired_surrogate")]
    [InlineData("""{"text":"\ud83d\n\ude00"}""", "unpaired_surrogate")]
    [InlineData("""{"\ud83d":1}""", "unpaired_surrogate")]
    [InlineData("""{"text":"a\u0000b"}""", "nul_character")]
    [InlineData("{\"text\":\"a\0b\"}", "nul_character")]
    [InlineData("""{"text":"a" """, "invalid_json")]
    [InlineData("""{"text":"a"} x""", "invalid_json")]
    [InlineData("""{'text':'a'}""", "invalid_json")]
    [InlineData("", "invalid_json")]
    [InlineData("\uFEFF{}", "invalid_json")]
    public void The_rest_is_refused_by_name(string json, string code) =>
        Assert.Equal(code, Assert.Throws<ProblemException>(() => JsonBody.Check(Encoding.UTF8.GetBytes(json))).Code);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        byte[] body = [.. "{\"text\":\"M"u8, 0xFC, .. "ller\"}"u8];
        var error = Assert.Throws<ProblemException>(() => JsonBody.Check(body));
        Assert.Equal("invalid_utf8", error.Code);
        Assert.Contains("byte 10", error.Reason, StringComparison.Ordinal);
    }
}
