using System.Runtime.InteropServices;
using System.Text.Json;
using ClinicalNlp.Corpora;
using ClinicalNlp.Terms;
using ClinicalNlp.Text;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>Collects terms into the dictionaries of a <see cref="TermDictionary"/> and refuses those that would match at random.</summary>
/// <param name="commonWords">Lower-cased words that are no term by themselves, besides <see cref="OrdinaryWords"/>.</param>
internal sealed class TermDictionaryBuilder(IReadOnlySet<string>? commonWords = null)
{
    /// <summary>Characters of the longest single word that is compared with its capitals: "ALS" is a disease, "als" is none.</summary>
    private const int LongestShortForm = 6;

    private readonly List<string> names = [];
    private readonly Dictionary<ulong, ushort> starts = [];
    private readonly Dictionary<ulong, ushort> terms = [];

    /// <summary>Goes on from dictionaries that are there: terms are added, none is lost, and the names keep their order.</summary>
    public TermDictionaryBuilder(TermDictionary from, IReadOnlySet<string>? commonWords = null)
        : this(commonWords)
    {
        names.AddRange(from.Names);
        starts = from.Starts.ToDictionary();
        terms = from.Terms.ToDictionary();
    }

    /// <summary>Adds a term of a terminology; false when it is refused: longer than <see cref="TermDictionary.MaximumTokens"/>, too short, a number, or ordinary words.</summary>
    /// <remarks>A short word with two capitals or more is matched with its capitals, all others in any case.</remarks>
    public bool Add(string dictionary, string term)
    {
        using TermTokens tokens = Tokenize(term, out Token[] all);
        if (tokens.Count is 0 or > TermDictionary.MaximumTokens || !IsDistinct(term, tokens, all))
            return false;
        return Store(dictionary, tokens, exact: IsShortForm(term));
    }

    /// <summary>Whether a dictionary has the term already.</summary>
    public bool Has(string dictionary, string term)
    {
        int index = names.IndexOf(dictionary);
        using TermTokens tokens = Tokenize(term, out _);
        return index >= 0
            && tokens.Count > 0
            && terms.TryGetValue(TermHash.Key(Sequence(tokens.Hashes, IsShortForm(term))), out ushort bits)
            && (bits & (1 << index)) != 0;
    }

    /// <summary>Adds a term of a closed list, however short, in any case.</summary>
    public bool AddClosed(string dictionary, string term)
    {
        using TermTokens tokens = Tokenize(term, out _);
        return tokens.Count is > 0 and <= TermDictionary.MaximumTokens && Store(dictionary, tokens, exact: false);
    }

    /// <summary>Adds an abbreviation, which is matched with its capitals; false when it has fewer than two or is no short form.</summary>
    public bool AddShortForm(string dictionary, string form)
    {
        if (form.Length is < 2 or > 12 || form.Count(char.IsUpper) < 2 || form.Contains(' ', StringComparison.Ordinal))
            return false;
        using TermTokens tokens = Tokenize(form, out _);
        return tokens.Count is > 0 and <= TermDictionary.MaximumTokens && Store(dictionary, tokens, exact: true);
    }

    /// <summary>Adds a file with one JSON object a line: <c>name</c> and, if there are any, <c>synonyms</c>. Other fields are not read.</summary>
    /// <remarks>A list that is all in capitals should be lower-cased first, or its short names are taken for short forms.</remarks>
    /// <example><code>{"name": "acetaminophen", "synonyms": ["paracetamol", "APAP"]}</code></example>
    /// <returns>How many names were taken.</returns>
    /// <exception cref="UnusableInputException">With file and line.</exception>
    public int AddFile(string dictionary, string path)
    {
        int taken = 0;
        foreach (string name in Names(path))
            taken += Add(dictionary, name) ? 1 : 0;
        return taken;
    }

    public TermDictionary Build() => new(names, HashedBits.Of(starts), HashedBits.Of(terms));

    /// <summary>Names and synonyms of a JSON-lines file.</summary>
    internal static IEnumerable<string> Names(string path)
    {
        using FileStream stream = TextFile.Open(path);
        foreach (JsonLine line in JsonLine.Read(stream, path))
        {
            yield return line.RequiredString(line.Root, "name", "the term");
            if (!JsonLine.TryGet(line.Root, "synonyms", out JsonElement synonyms))
                continue;
            if (synonyms.ValueKind != JsonValueKind.Array)
                throw line.WrongType("synonyms", "the term", "a list");
            foreach (JsonElement synonym in synonyms.EnumerateArray())
            {
                if (synonym.ValueKind != JsonValueKind.String)
                    throw line.WrongType("synonyms", "the term", "a list of strings");
                yield return line.String(synonym);
            }
        }
    }

    private static TermTokens Tokenize(string term, out Token[] tokens)
    {
        tokens = Tokenizer.Tokenize(term);
        return TermTokens.Of(term, tokens);
    }

    private bool IsDistinct(string term, TermTokens tokens, Token[] all)
    {
        int letters = 0;
        bool onlyOrdinary = true;
        foreach (int place in tokens.Places)
        {
            ReadOnlySpan<char> word = all[place].Span.Slice(term);
            foreach (char c in word)
                letters += char.IsLetter(c) ? 1 : 0;
            onlyOrdinary &= !char.IsLetter(word[0]) || OrdinaryWords.Contains(word) || (tokens.Count == 1 && IsCommon(word));
        }
        return letters >= 3 && !onlyOrdinary;
    }

    private bool IsCommon(ReadOnlySpan<char> word) => commonWords is not null && commonWords.Contains(word.ToString().ToLowerInvariant());

    private static bool IsShortForm(string term)
    {
        int upper = term.Count(char.IsUpper);
        return term.Length <= LongestShortForm
            && upper >= 2
            && upper >= term.Count(char.IsLower)
            && !term.Contains(' ', StringComparison.Ordinal);
    }

    private bool Store(string dictionary, TermTokens tokens, bool exact)
    {
        int index = names.IndexOf(dictionary);
        if (index < 0)
        {
            if (names.Count == TermDictionary.MaximumDictionaries)
                throw new InvalidOperationException($"More than {TermDictionary.MaximumDictionaries} dictionaries.");
            index = names.Count;
            names.Add(dictionary);
        }
        ReadOnlySpan<TokenHash> hashes = tokens.Hashes;
        if (hashes.Length > 1)
            Mark(starts, TermHash.Append(0, exact ? hashes[0].Exact : hashes[0].Word), hashes.Length);
        Mark(terms, Sequence(hashes, exact), index);
        return true;
    }

    private static ulong Sequence(ReadOnlySpan<TokenHash> hashes, bool exact)
    {
        ulong sequence = 0;
        foreach (TokenHash token in hashes[..^1])
            sequence = TermHash.Append(sequence, exact ? token.Exact : token.Word);
        return TermHash.Append(sequence, exact ? hashes[^1].ExactSingular : hashes[^1].Singular);
    }

    private static void Mark(Dictionary<ulong, ushort> table, ulong sequence, int bit)
    {
        ref ushort bits = ref CollectionsMarshal.GetValueRefOrAddDefault(table, TermHash.Key(sequence), out _);
        bits |= (ushort)(1 << bit);
    }
}
