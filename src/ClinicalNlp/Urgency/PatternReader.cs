using System.Globalization;

namespace ClinicalNlp.Urgency;

/// <summary>
/// The notation of <c>red-flags.txt</c>: words in order, <c>(a|b)</c> either, <c>@list</c>, <c>x?</c> perhaps, <c>..</c> up to four other words,
/// <c>#38-43</c> a number, <c>bleed*</c> a beginning.
/// </summary>
internal sealed class PatternReader(IReadOnlyDictionary<string, Pattern> lists, Atoms atoms)
{
    private const int Gap = 4;

    /// <exception cref="FormatException">Says what is wrong with it.</exception>
    public Pattern Read(string written)
    {
        var parts = Parts(written);
        var at = 0;
        var pattern = Alternatives(parts, ref at);
        return at == parts.Count ? pattern : throw new FormatException($"Unexpected \"{parts[at]}\" in \"{written}\".");
    }

    private static List<string> Parts(string written)
    {
        foreach (var mark in "()|")
            written = written.Replace($"{mark}", $" {mark} ", StringComparison.Ordinal);
        return [.. written.Replace(") ?", ")?", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    private Pattern Alternatives(List<string> parts, ref int at)
    {
        List<Pattern> found = [Sequence(parts, ref at)];
        while (at < parts.Count && parts[at] == "|")
        {
            at++;
            found.Add(Sequence(parts, ref at));
        }
        return found.Count == 1 ? found[0] : new AnyOf(found);
    }

    private Pattern Sequence(List<string> parts, ref int at)
    {
        List<Step> steps = [];
        var gap = 0;
        while (at < parts.Count && parts[at] is not ("|" or ")" or ")?"))
        {
            var part = parts[at++];
            if (part == "..")
            {
                gap = Gap;
                continue;
            }
            var optional = part.Length > 1 && part[^1] == '?';
            Pattern pattern;
            if (part == "(")
            {
                pattern = Alternatives(parts, ref at);
                if (at == parts.Count || parts[at] is not (")" or ")?"))
                    throw new FormatException("A bracket is not closed.");
                optional = parts[at++] == ")?";
            }
            else
            {
                pattern = Single(optional ? part[..^1] : part);
            }
            steps.Add(new Step(pattern, gap, optional));
            gap = 0;
        }
        if (steps.Count == 0 || steps[0].Optional)
            throw new FormatException("A pattern is empty or begins with what may be missing.");
        return steps.Count == 1 ? steps[0].Pattern : new InOrder(steps);
    }

    private Pattern Single(string part)
    {
        if (part[0] == '@')
            return lists.TryGetValue(part[1..], out var list) ? list : throw new FormatException($"There is no list \"{part}\" above.");
        if (part[0] != '#')
            return atoms.Word(part);
        var ends = part[1..].Split('-');
        return
            ends.Length == 2
            && double.TryParse(ends[0], CultureInfo.InvariantCulture, out var least)
            && double.TryParse(ends[1], CultureInfo.InvariantCulture, out var most)
            ? atoms.Number(least, most)
            : throw new FormatException($"\"{part}\" is not #least-most.");
    }
}
