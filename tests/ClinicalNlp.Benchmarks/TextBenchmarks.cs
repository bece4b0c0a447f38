using BenchmarkDotNet.Attributes;
using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks;

/// <summary>What every text goes through before a model sees it.</summary>
[MemoryDiagnoser]
public class TextBenchmarks
{
    private string text = "";
    private Token[] tokens = [];

    [GlobalSetup]
    public void Setup()
    {
        text = string.Join("\n\n", ShippedModels.Notes(BenchOptions.Parse([]), 100));
        tokens = Tokenizer.Tokenize(text);
    }

    [Benchmark]
    public Token[] Tokenize() => Tokenizer.Tokenize(text);

    [Benchmark]
    public TextSpan[] SplitSentences() => SentenceSplitter.Split(text, tokens);

    [Benchmark]
    public int MapEveryTokenToCodePoints()
    {
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        int sum = 0;
        foreach (var token in tokens)
            sum += map.FromUtf16(token.Span.Start);
        return sum;
    }
}
