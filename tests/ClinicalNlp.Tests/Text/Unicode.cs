using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Text;

/// <summary>Texts that break offset arithmetic.</summary>
internal static class Unicode
{
    public const string Family = "👨‍👩‍👧‍👦";
    public const string Flag = "🇨🇭";
    public const string CombiningE = "e\u0301";
    public const string ObjectReplacement = "\uFFFC";

    private static readonly string[] Pieces =
    [
        "a",
        "Z",
        "7",
        "7.25",
        "mg",
        "q.i.d.",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u00A0",
        "\u200B",
        "\uFEFF",
        ".",
        "-",
        "/",
        "%",
        "°C",
        "µ",
        "é",
        CombiningE,
        "\u0301",
        "ß",
        "Ω",
        "я",
        "ض",
        "한",
        "日本",
        "\U0001D6FC",
        "😀",
        "👍🏽",
        Family,
        Flag,
        "1️⃣",
        "\u200D",
        ObjectReplacement,
        "\u2028",
        "'s",
        "’",
        "½",
    ];

    private static readonly Config Repeatable = Config
        .QuickThrowOnFailure.WithMaxTest(2000)
        .WithQuietOnSuccess(true)
        .WithReplay(20261122, 7);

    /// <summary>Up to 40 of the pieces one after another.</summary>
    public static Arbitrary<string> Texts { get; } =
        Gen.Elements(Pieces).ListOf().Resize(40).Select(pieces => string.Concat(pieces)).ToArbitrary();

    public static void Holds(Func<string, bool> property) => Check.One(Repeatable, Prop.ForAll(Texts, property));
}
