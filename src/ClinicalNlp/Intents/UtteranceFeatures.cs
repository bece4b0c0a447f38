using System.Text;

namespace ClinicalNlp.Intents;

/// <summary>Which table a feature belongs to: they are normalised apart, because characters outnumber words six to one.</summary>
public enum FeatureFamily
{
    Words,
    Characters,

    /// <summary>Words once more, as vectors learned from running text: a word that no training utterance has still means something.</summary>
    Meaning,

    /// <summary>What was said in the turns before: a short answer means what was asked.</summary>
    Context,
}

/// <param name="Hash">Stable over processes and versions: it is stored in model files.</param>
/// <param name="Rank">Lower is kept first when a vocabulary has to be cut: 1 for a word, 2 for a word pair, the length for a character n-gram.</param>
public readonly record struct UtteranceFeature(FeatureFamily Family, uint Hash, int Rank);

/// <summary>
/// What the classifier sees of an utterance: words, neighbouring pairs, pairs with one word between, and the character 2- to 5-grams of
/// each word with its borders marked. Training and inference share this file; changing it makes older models unusable.
/// </summary>
public static class UtteranceFeatures
{
    /// <summary>Stored in the model and checked when it is loaded.</summary>
    public const int Version = 1;

    /// <summary>A message is read to here: what somebody wants is said by then, and one paste must not cost a second.</summary>
    public const int MaximumWords = 400;

    /// <summary>Turns before an utterance that are looked at, the last ones.</summary>
    public const int TurnsRead = 6;

    private const int ShortestGram = 2;
    private const int LongestGram = 5;

    /// <summary>Of a turn before: its last words ask the question.</summary>
    private const int MaximumContextWords = 40;

    /// <summary>An utterance of so few words may be an answer, whose words are paired with those of the question.</summary>
    private const int ShortAnswer = 4;

    /// <summary>An utterance of so few words may go on with what was asked for some turns ago.</summary>
    private const int ShortReply = 6;

    /// <summary>Bounds what one "word" of a thousand letters can cost.</summary>
    private const int LongestWord = 40;

    /// <summary>Lower-case words; a number is its digits' shape, a clitic ('s, n't) a word of its own, other characters stand alone.</summary>
    public static List<string> Words(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool digits = false;
        foreach (Rune raw in text.EnumerateRunes())
        {
            if (words.Count >= MaximumWords)
                return words;
            Rune rune = raw.Value == '’' ? new Rune('\'') : Rune.ToLowerInvariant(raw);
            bool digit = Rune.IsDigit(rune);
            bool letter = Rune.IsLetter(rune);
            bool apostrophe = rune.Value == '\'';
            if (word.Length > 0 && (digit != digits || !(digit || letter || apostrophe)))
                Flush(words, word);
            if (digit)
            {
                digits = true;
                // 12 and 80 are both "00": which number it is says little of the intent. Beyond four digits neither does the length.
                if (word.Length < 4)
                    word.Append('0');
            }
            else if (letter || (apostrophe && word.Length > 0))
            {
                digits = false;
                if (apostrophe)
                {
                    Flush(words, word);
                    word.Append('\'');
                }
                else if (word.Length < LongestWord && !Stretched(word, rune))
                {
                    word.Append(rune.ToString());
                }
            }
            else if (!apostrophe && !Rune.IsWhiteSpace(rune))
            {
                words.Add(rune.ToString());
            }
        }
        Flush(words, word);
        return words;
    }

    /// <param name="before">The turns before, oldest first; null: not known.</param>
    public static void Extract(string text, List<UtteranceFeature> features, IReadOnlyList<string>? before = null)
    {
        List<string> words = Words(text);
        if (before is { Count: > 0 })
            AddContext(words, before, features);
        for (int i = 0; i < words.Count; i++)
        {
            ExtractWord(words[i], features);
            if (i + 2 < words.Count)
                features.Add(new(FeatureFamily.Words, Hash(3, words[i], words[i + 2]), 3));
        }
        // The first and the last word are paired with the border.
        for (int i = -1; i < words.Count && words.Count > 0; i++)
        {
            string left = i < 0 ? "<s>" : words[i];
            string right = i + 1 < words.Count ? words[i + 1] : "</s>";
            features.Add(new(FeatureFamily.Words, Hash(2, left, right), 2));
        }
    }

    /// <summary>One word by itself, and its character n-grams.</summary>
    public static void ExtractWord(string word, List<UtteranceFeature> features)
    {
        features.Add(new(FeatureFamily.Words, WordHash(word), 1));
        AddGrams(word, features);
    }

    /// <summary>
    /// The last turn's words and pairs of words, the words of the turn before it and of those still earlier, and for a short answer its first word
    /// with each of the last turn's. For a short reply the words of all but the last turn once more: it has next to none of its own to weigh against them.
    /// </summary>
    private static void AddContext(List<string> words, IReadOnlyList<string> before, List<UtteranceFeature> features)
    {
        List<string> last = [.. Words(before[^1]).TakeLast(MaximumContextWords)];
        for (int i = 0; i < last.Count; i++)
        {
            features.Add(new(FeatureFamily.Context, Hash(5, last[i]), 4));
            if (i > 0)
                features.Add(new(FeatureFamily.Context, Hash(6, last[i - 1], last[i]), 5));
            if (words.Count is > 0 and <= ShortAnswer)
                features.Add(new(FeatureFamily.Context, Hash(8, words[0], last[i]), 6));
        }
        for (int back = 2; back <= Math.Min(before.Count, TurnsRead); back++)
        {
            foreach (string word in Words(before[^back]).TakeLast(MaximumContextWords))
            {
                features.Add(new(FeatureFamily.Context, Hash(back == 2 ? 7 : 9, word), 5));
                if (words.Count is > 0 and <= ShortReply)
                    features.Add(new(FeatureFamily.Context, Hash(10, word), 5));
            }
        }
    }

    private static void AddGrams(string word, List<UtteranceFeature> features)
    {
        int length = word.Length + 2;
        for (int start = 0; start < length; start++)
        {
            ulong hash = Seed(4);
            for (int size = 1; size <= LongestGram && start + size <= length; size++)
            {
                int at = start + size - 1;
                hash = Step(
                    hash,
                    at == 0 ? '^'
                        : at == length - 1 ? '$'
                        : word[at - 1]
                );
                if (size >= ShortestGram)
                    features.Add(new(FeatureFamily.Characters, Fold(hash), size));
            }
        }
    }

    /// <summary>"hiiiiii" is "hii": a third repeat of a letter is dropped.</summary>
    private static bool Stretched(StringBuilder word, Rune rune) =>
        rune.IsBmp && word.Length >= 2 && word[^1] == rune.Value && word[^2] == rune.Value;

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length > 0 && !(word.Length == 1 && word[0] == '\'') && words.Count < MaximumWords)
            words.Add(word.ToString());
        word.Clear();
    }

    /// <summary>The hash of a word by itself.</summary>
    public static uint WordHash(string word) => Hash(1, word);

    private static uint Hash(int kind, string first, string? second = null)
    {
        ulong hash = Seed(kind);
        foreach (char c in first)
            hash = Step(hash, c);
        if (second is not null)
        {
            hash = Step(hash, ' ');
            foreach (char c in second)
                hash = Step(hash, c);
        }
        return Fold(hash);
    }

    private static ulong Seed(int kind) => 14695981039346656037UL ^ ((ulong)kind * 0x9E3779B97F4A7C15UL);

    /// <summary>FNV-1a over UTF-16 units.</summary>
    private static ulong Step(ulong hash, char c) => (hash ^ c) * 1099511628211UL;

    private static uint Fold(ulong hash)
    {
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9UL;
        return (uint)(hash >> 32);
    }
}
