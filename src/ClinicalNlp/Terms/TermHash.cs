using System.Numerics;

namespace ClinicalNlp.Terms;

/// <summary>What a token is to a dictionary: four stable 64-bit hashes of its normal forms.</summary>
/// <param name="Word">Lower-cased.</param>
/// <param name="Singular">Lower-cased, a plural ending taken off: how the last token of a term is compared.</param>
/// <param name="Exact">Capitals kept, from another seed: how short forms ("ALS") are compared.</param>
/// <param name="ExactSingular">Capitals kept, without the small s of "NSAIDs".</param>
internal readonly record struct TokenHash(ulong Word, ulong Singular, ulong Exact, ulong ExactSingular);

/// <summary>
/// Hashes of normalised tokens and of sequences of them. Case, accents, spelled or written Greek letters, British or American
/// spelling and plurals make no difference; digits do. The hashes are part of every term file, so a change here needs a new <see cref="TermDictionary.Version"/>.
/// </summary>
/// <remarks>FNV-1a over UTF-16 units, ended by the mixer of SplitMix64 (Steele, Lea and Flood 2014).</remarks>
internal static class TermHash
{
    /// <summary>What is compared of a word: longer ones are no terms.</summary>
    private const int LongestWord = 64;

    private const ulong WordSeed = 0xCBF29CE484222325;
    private const ulong ExactSeed = 0x9AE16A3B2F90404F;
    private const ulong SequenceFactor = 0x9E3779B97F4A7C15;
    private const ulong Prime = 0x100000001B3;

    /// <summary>U+00C0 to U+017F without their accents; letters that have none stay.</summary>
    private const string Latin =
        "AAAAAAÆCEEEEIIIIÐNOOOOO×ØUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþyAaAaAaCcCcCcCcDdĐđEeEeEeEeEeGgGgGgGgHhĦħIiIiIiIiIıĲĳJjKkĸLlLlLlĿŀŁłNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtŦŧUuUuUuUuUuUuWwYyYZzZzZzſ";

    public static TokenHash Of(ReadOnlySpan<char> token)
    {
        Span<char> folded = stackalloc char[LongestWord];
        ReadOnlySpan<char> form = folded[..Fold(token, folded)];
        ulong word = Lower(form);
        ulong exact = Exact(form);
        return new TokenHash(
            Finish(word),
            EndsInS(form) ? Finish(Singular(form)) : Finish(word),
            Finish(exact),
            form.Length > 2 && form[^1] == 's' && char.IsUpper(form[^2]) ? Finish(Exact(form[..^1])) : Finish(exact)
        );
    }

    /// <summary>The hash of a sequence that another token is added to. Start from 0; <see cref="Key"/> ends it.</summary>
    public static ulong Append(ulong sequence, ulong token) => (BitOperations.RotateLeft(sequence, 23) ^ token) * SequenceFactor;

    /// <summary>The 48 bits that a term file keeps of a sequence.</summary>
    public static ulong Key(ulong sequence) => Finish(sequence) >> 16;

    /// <summary>A hyphen or dash of any length, but one only: it joins the words of a term and is not compared.</summary>
    public static bool IsHyphen(ReadOnlySpan<char> token) => token is ['-' or '\u00AD' or (>= '\u2010' and <= '\u2015') or '\u2212'];

    public static bool IsPossessive(ReadOnlySpan<char> token) => token is ['\'' or '’', 's' or 'S'];

    private static bool EndsInS(ReadOnlySpan<char> form) => form.Length > 3 && form[^1] is 's' or 'S';

    private static ulong Singular(ReadOnlySpan<char> form)
    {
        Span<char> lower = stackalloc char[LongestWord];
        for (int i = 0; i < form.Length; i++)
            lower[i] = Lower(form[i]);
        (int length, bool endsInY) = WordForms.Singular(lower[..form.Length]);
        return endsInY ? Step(Lower(form[..length]), 'y') : Lower(form[..length]);
    }

    /// <summary>The letter without its accent: U+00C0 to U+017F; others as they are.</summary>
    public static char WithoutAccent(char c) => c is >= 'À' and <= 'ſ' ? Latin[c - 'À'] : c;

    /// <summary>Writes the token without accents and returns how long it is then.</summary>
    private static int Fold(ReadOnlySpan<char> token, Span<char> folded)
    {
        int length = 0;
        foreach (char c in token)
        {
            if (length == folded.Length)
                break;
            if (c < 'À')
            {
                folded[length++] = c == 'µ' ? 'μ' : c;
            }
            else if (c <= 'ſ')
            {
                folded[length++] = Latin[c - 'À'];
            }
            else if (c != 'μ' && WordForms.GreekName(c) is { } greek) // mu stays, for it is a prefix of units
            {
                ReadOnlySpan<char> name = greek;
                name = name[..Math.Min(name.Length, folded.Length - length)];
                name.CopyTo(folded[length..]);
                length += name.Length;
            }
            else if (c is < '\u0300' or > '\u036F')
            {
                folded[length++] = c;
            }
        }
        return length;
    }

    /// <summary>British spelling is read as American: haemorrhage, oedema, sulphate, tumour.</summary>
    private static ulong Lower(ReadOnlySpan<char> form)
    {
        ulong hash = WordSeed;
        for (int i = 0; i < form.Length; i++)
        {
            char c = Lower(form[i]);
            char next = i + 1 < form.Length ? Lower(form[i + 1]) : '\0';
            if (
                (next == 'e' && c is ('a' or 'o'))
                || (c == 'u' && next == 'r' && i >= 2 && Lower(form[i - 1]) == 'o' && Lower(form[i - 2]) == 'm')
            )
                continue;
            if (c == 'p' && next == 'h')
            {
                c = 'f';
                i++;
            }
            hash = Step(hash, c);
        }
        return hash;
    }

    private static ulong Exact(ReadOnlySpan<char> form)
    {
        ulong hash = ExactSeed;
        foreach (char c in form)
            hash = Step(hash, c);
        return hash;
    }

    private static char Lower(char c) => c < 0x80 ? (char)(c is >= 'A' and <= 'Z' ? c | 0x20 : c) : char.ToLowerInvariant(c);

    private static ulong Step(ulong hash, char c) => (hash ^ c) * Prime;

    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
