using System.Reflection;

namespace ClinicalNlp.Urgency;

/// <summary>What <c>red-flags.txt</c> says: the rules by flag and the cues that make a sign a mention only.</summary>
internal sealed class RedFlagPatterns
{
    private const string Resource = "ClinicalNlp.Urgency.red-flags.txt";

    private readonly List<SamePhrase> phrases = [];
    private readonly HashSet<string> fillers = [];
    private readonly HashSet<string> realWords = [];
    private readonly Dictionary<string, Pattern> lists = [];
    private readonly List<FlagRule> rules = [];
    private readonly List<string> flags = [];
    private readonly Dictionary<string, Pattern> cues = [];

    private ILookup<int, int> rulesByAtom = Array.Empty<int>().ToLookup(_ => 0);

    private RedFlagPatterns() => Atoms = new Atoms(realWords);

    /// <summary>The patterns that ship.</summary>
    public static RedFlagPatterns Shipped { get; } = FromAssembly();

    /// <summary>By their first word, longer ones first.</summary>
    public IReadOnlyDictionary<string, SamePhrase[]> Same { get; private set; } = new Dictionary<string, SamePhrase[]>();

    public Atoms Atoms { get; }

    public IReadOnlySet<string> Fillers => fillers;

    public IReadOnlyList<FlagRule> Rules => rules;

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<string> Flags => flags;

    /// <summary>The rules that a message with these atoms may meet, in the file's order; any other rule lacks a part.</summary>
    public IEnumerable<FlagRule> RulesFor(IEnumerable<int> atoms) =>
        new SortedSet<int>(atoms.SelectMany(atom => rulesByAtom[atom])).Select(rule => rules[rule]);

    /// <summary>Any pattern under <c>[cue name]</c>.</summary>
    public Pattern Cue(string name) => cues[name];

    /// <exception cref="FormatException">Names the line and what is wrong with it.</exception>
    public static RedFlagPatterns Parse(string text)
    {
        RedFlagPatterns patterns = new();
        var reader = new PatternReader(patterns.lists, patterns.Atoms);
        var section = "";
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Split("//", 2)[0].Trim();
            try
            {
                if (line.StartsWith('['))
                    section = patterns.Open(line.Trim('[', ']'));
                else if (line.Length > 0)
                    patterns.Add(section, line, reader);
            }
            catch (FormatException e)
            {
                throw new FormatException($"Line {number}: {e.Message}", e);
            }
        }
        patterns.Index();
        return patterns;
    }

    private void Index()
    {
        Same = phrases
            .GroupBy(phrase => phrase.Words[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(phrase => phrase.Words.Length).ToArray());
        // All parts of a rule must be there, so the one that the fewest words begin tells soonest that it is not.
        rulesByAtom = rules
            .Select(rule => rule.Near.Concat(rule.Anywhere).Select(part => part.First.ToHashSet()).MinBy(first => first.Count)!)
            .SelectMany((first, number) => first.Select(atom => (atom, number)))
            .ToLookup(pair => pair.atom, pair => pair.number);
    }

    private string Open(string section)
    {
        if (section.Split(' ') is ["flag", var flag])
            flags.Add(flag);
        return section;
    }

    private void Add(string section, string line, PatternReader reader)
    {
        switch (section.Split(' '))
        {
            case ["same"]:
                var (one, others) = Halves(line, ':');
                phrases.AddRange(
                    others.Split(',', StringSplitOptions.TrimEntries).Select(phrase => new SamePhrase(phrase.Split(' '), one))
                );
                break;
            case ["fillers"]:
                fillers.UnionWith(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                break;
            case ["real", "words"]:
                realWords.UnionWith(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                break;
            case ["lists"]:
                var (name, members) = Halves(line, '=');
                lists[name.TrimStart('@')] = reader.Read(members);
                break;
            case ["flag", var flag]:
                rules.Add(Rule(flag, line, reader));
                break;
            case ["cue", var cue]:
                cues[cue] = cues.TryGetValue(cue, out var known) ? new AnyOf([known, reader.Read(line)]) : reader.Read(line);
                break;
            default:
                throw new FormatException($"There is no section [{section}].");
        }
    }

    private static FlagRule Rule(string flag, string line, PatternReader reader)
    {
        var topic = line.StartsWith('~');
        var (evidence, unless) = line.Contains(" unless ", StringComparison.Ordinal) ? Halves(line, " unless ") : (line, null);
        var anywhere = evidence.TrimStart('~').Split(" & ");
        return new FlagRule(
            flag,
            [.. anywhere[0].Split(" + ").Select(reader.Read)],
            [.. anywhere.Skip(1).Select(reader.Read)],
            unless is null ? null : reader.Read(unless),
            topic
        );
    }

    private static (string Left, string Right) Halves(string line, char mark) => Halves(line, mark.ToString());

    private static (string Left, string Right) Halves(string line, string mark) =>
        line.Split(mark, 2, StringSplitOptions.TrimEntries) is [var left, var right]
            ? (left, right)
            : throw new FormatException($"There is no \"{mark}\" in it.");

    private static RedFlagPatterns FromAssembly()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks {Resource}.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
