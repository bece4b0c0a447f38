using System.Numerics;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Terms;

/// <summary>A term found: tokens <paramref name="First"/> to <paramref name="Last"/> of the text, both included.</summary>
internal readonly record struct TermMatch(int Dictionary, int First, int Last);

/// <summary>Finds terms in a text: leftmost, then longest, each dictionary on its own, none across the end of a sentence.</summary>
/// <remarks>So what is found in a stretch of whole sentences is what is found in the whole text. The time is linear in the tokens.</remarks>
internal static class TermMatcher
{
    /// <summary>Adds the matches of all dictionaries in the order of their first tokens.</summary>
    public static void Find(TokenizedText document, TermDictionary terms, List<TermMatch> matches)
    {
        using TermTokens tokens = TermTokens.Of(document.Text, document.Tokens);
        ReadOnlySpan<TokenHash> hashes = tokens.Hashes;
        ReadOnlySpan<int> places = tokens.Places;
        // Per dictionary: how many tokens its longest term from here has, and the first token it has not used.
        Span<int> longest = stackalloc int[TermDictionary.MaximumDictionaries];
        Span<int> free = stackalloc int[TermDictionary.MaximumDictionaries];
        free.Clear();
        int sentence = 0;
        int end = 0;
        for (int at = 0; at < hashes.Length; at++)
        {
            for (; end == at; sentence++)
            {
                while (end < hashes.Length && document.Tokens[places[end]].Span.Start < document.Sentences[sentence].End)
                    end++;
            }
            int found = 0;
            Probe(terms, hashes[at..end], exact: false, longest, ref found);
            Probe(terms, hashes[at..end], exact: true, longest, ref found);
            for (; found != 0; found &= found - 1)
            {
                int dictionary = BitOperations.TrailingZeroCount(found);
                if (free[dictionary] > at)
                    continue;
                free[dictionary] = at + longest[dictionary];
                matches.Add(new TermMatch(dictionary, places[at], places[at + longest[dictionary] - 1]));
            }
        }
    }

    /// <summary>Whether all the tokens together are a term of any dictionary.</summary>
    public static bool IsTerm(string text, ReadOnlySpan<Token> words, TermDictionary terms)
    {
        using TermTokens tokens = TermTokens.Of(text, words);
        ReadOnlySpan<TokenHash> hashes = tokens.Hashes;
        if (hashes.Length is 0 or > TermDictionary.MaximumTokens)
            return false;
        ulong word = 0;
        ulong exact = 0;
        foreach (TokenHash hash in hashes[..^1])
        {
            word = TermHash.Append(word, hash.Word);
            exact = TermHash.Append(exact, hash.Exact);
        }
        return terms.Dictionaries(TermHash.Append(word, hashes[^1].Singular)) != 0
            || terms.Dictionaries(TermHash.Append(exact, hashes[^1].ExactSingular)) != 0;
    }

    /// <summary>All terms that start with the first of the tokens; only the lengths that such terms have are tried.</summary>
    private static void Probe(TermDictionary terms, ReadOnlySpan<TokenHash> tokens, bool exact, Span<int> longest, ref int found)
    {
        TokenHash first = tokens[0];
        Take(terms.Dictionaries(TermHash.Append(0, exact ? first.ExactSingular : first.Singular)), 1, longest, ref found);
        ulong sequence = TermHash.Append(0, exact ? first.Exact : first.Word);
        int lengths = terms.Lengths(sequence);
        int most = Math.Min(tokens.Length, BitOperations.Log2((uint)lengths | 1));
        for (int length = 2; length <= most; length++)
        {
            TokenHash token = tokens[length - 1];
            if ((lengths & (1 << length)) != 0)
                Take(
                    terms.Dictionaries(TermHash.Append(sequence, exact ? token.ExactSingular : token.Singular)),
                    length,
                    longest,
                    ref found
                );
            sequence = TermHash.Append(sequence, exact ? token.Exact : token.Word);
        }
    }

    /// <summary>Lengths come ascending within a probe; the other probe's may be longer already.</summary>
    private static void Take(int dictionaries, int length, Span<int> longest, ref int found)
    {
        for (; dictionaries != 0; dictionaries &= dictionaries - 1)
        {
            int dictionary = BitOperations.TrailingZeroCount(dictionaries);
            if ((found & (1 << dictionary)) == 0 || longest[dictionary] < length)
                longest[dictionary] = length;
            found |= 1 << dictionary;
        }
    }
}
