using ClinicalNlp.Terms;
using ClinicalNlp.Text;
using ClinicalNlp.Training.Pretraining;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Terms;

public sealed class TermDictionaryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_holds_what_was_saved()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true).WithReplay(20261122, 7),
            Prop.ForAll(
                Gen.Choose(0, 200).ListOf().ToArbitrary(),
                numbers =>
                {
                    TermDictionaryBuilder builder = new();
                    builder.AddClosed("ündefined 😀", "zero");
                    foreach (int number in numbers)
                        builder.AddClosed(number % 2 == 0 ? "even" : "odd", $"term {number} of many");
                    TermDictionary built = builder.Build();
                    built.Save(folder.File("terms.bin"));
                    TermDictionary loaded = TermDictionary.Load(folder.File("terms.bin"));
                    return loaded.Names.SequenceEqual(built.Names)
                        && loaded.Count == built.Count
                        && Enumerable
                            .Range(0, 201)
                            .All(n => Bits(loaded, n) == Bits(built, n) && Bits(loaded, n) > 0 == numbers.Contains(n));
                }
            )
        );
    }

    [Fact]
    public void The_same_terms_make_the_same_bytes()
    {
        byte[] first = Bytes("aspirin", "heart failure", "mg");
        Assert.Equal(first, Bytes("mg", "aspirin", "heart failure", "aspirins"));
    }

    [Fact]
    public void A_file_that_is_cut_short_or_changed_is_refused()
    {
        byte[] whole = Bytes("aspirin", "heart failure");
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => TermDictionary.Load(folder.Write("t", whole[..length])));
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 4;
            Assert.Throws<InvalidDataException>(() => TermDictionary.Load(folder.Write("t", changed)));
        }
        Assert.Throws<InvalidDataException>(() => TermDictionary.Load(folder.Write("t", [.. whole, 0])));
    }

    [Fact]
    public void The_reason_says_what_was_found()
    {
        byte[] whole = Bytes("aspirin");
        byte[] foreign = [.. "ONNX"u8, .. whole[4..]];
        byte[] later = [.. whole[..4], 9, .. whole[5..]];
        byte[] damaged = [.. whole[..^1], (byte)~whole[^1]];
        Assert.Contains("not a term dictionary", Reason(foreign), StringComparison.Ordinal);
        Assert.Contains($"version 9; supported is {TermDictionary.Version}", Reason(later), StringComparison.Ordinal);
        Assert.Contains("checksum", Reason(damaged), StringComparison.Ordinal);

        string Reason(byte[] bytes) => Assert.Throws<InvalidDataException>(() => TermDictionary.Load(folder.Write("t", bytes))).Message;
    }

    private static int Bits(TermDictionary terms, int number)
    {
        string term = $"term {number} of many";
        using TermTokens tokens = TermTokens.Of(term, Tokenizer.Tokenize(term));
        ulong sequence = 0;
        foreach (TokenHash token in tokens.Hashes[..^1])
            sequence = TermHash.Append(sequence, token.Word);
        return terms.Dictionaries(TermHash.Append(sequence, tokens.Hashes[^1].Singular));
    }

    private byte[] Bytes(params string[] terms)
    {
        TermDictionaryBuilder builder = new();
        foreach (string term in terms)
            builder.AddClosed("d", term);
        builder.Build().Save(folder.File("terms.bin"));
        return File.ReadAllBytes(folder.File("terms.bin"));
    }
}
