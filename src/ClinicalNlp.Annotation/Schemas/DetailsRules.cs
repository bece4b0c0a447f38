using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>What a change of attributes or their values makes of what is said of a mention. Assertions are read as attributes that are <c>true</c>.</summary>
internal static class DetailsRules
{
    /// <summary>Gives a connection the functions that the statements of a change call; each answers NULL where nothing changes.</summary>
    public static void Register(SqliteConnection connection, SchemaChange change)
    {
        connection.CreateFunction("details_after", (string? details) => Written(After(Read(details), change).Kept, details));
        connection.CreateFunction("details_dropped", (string? details) => StoredJson.Write(After(Read(details), change).Dropped));
        connection.CreateFunction(
            "details_with",
            (string? details, string name, string value) => Written(With(Read(details), name, value), details)
        );
        connection.CreateFunction(
            "details_back",
            (string? details, string? after, string? before) => Written(Back(Read(details), Read(after), Read(before), change), details)
        );
    }

    /// <returns>What is said afterwards, and what has no place any more.</returns>
    public static (MentionDetails Kept, IReadOnlyDictionary<string, string> Dropped) After(MentionDetails details, SchemaChange change)
    {
        var said = Flat(details);
        var dropped = new Dictionary<string, string>();
        if (change.Part == SchemaPart.Value)
        {
            string attribute = change.Attribute!;
            if (said.TryGetValue(attribute, out string? value) && change.From.Contains(value) && value != change.To)
            {
                if (change.To is { } to)
                {
                    said[attribute] = to;
                }
                else
                {
                    dropped[attribute] = value;
                    said.Remove(attribute);
                }
            }
        }
        else if (change.Part == SchemaPart.Attribute)
        {
            foreach (string from in change.From.Where(from => from != change.To))
            {
                if (said.Remove(from, out string? value) && (change.To is null || !said.TryAdd(change.To, value)))
                {
                    // Two that say the same are one, and nothing is lost by it.
                    if (change.To is null || said[change.To] != value)
                    {
                        dropped[from] = value;
                    }
                }
            }
        }

        return (Deep(details, said), dropped);
    }

    /// <summary>As it was, with a value for an attribute that has none.</summary>
    public static MentionDetails With(MentionDetails details, string name, string value)
    {
        var said = Flat(details);
        return said.TryAdd(name, value) ? Deep(details, said) : details;
    }

    /// <summary>Undoes the step from <paramref name="before"/> to <paramref name="after"/> wherever the present still says what it led to.</summary>
    public static MentionDetails Back(MentionDetails present, MentionDetails after, MentionDetails before, SchemaChange change)
    {
        var said = Flat(present);
        var (led, from) = (Renamed(Flat(after)), Renamed(Flat(before)));
        var differing = led.Keys.Union(from.Keys).Where(name => led.GetValueOrDefault(name) != from.GetValueOrDefault(name)).ToList();
        if (differing.Any(name => said.GetValueOrDefault(name) != led.GetValueOrDefault(name)))
        {
            return present;
        }

        foreach (string name in differing)
        {
            said.Remove(name);
            if (from.TryGetValue(name, out string? value))
            {
                said[name] = value;
            }
        }

        return Deep(present, said);

        // The name that the merge led to may be another one by now; so may be the value.
        Dictionary<string, string> Renamed(Dictionary<string, string> flat) =>
            change.Was is not { } was || was == change.To ? flat
            : change.Part == SchemaPart.Attribute ? flat.ToDictionary(pair => pair.Key == was ? change.To! : pair.Key, pair => pair.Value)
            : flat.ToDictionary(pair => pair.Key, pair => pair.Key == change.Attribute && pair.Value == was ? change.To! : pair.Value);
    }

    private static MentionDetails Read(string? json) => StoredJson.ReadOrDefault<MentionDetails>(json) ?? MentionDetails.None;

    /// <summary>Empty where nothing is said any more: NULL means that nothing changes.</summary>
    private static string? Written(MentionDetails details, string? before) =>
        details == Read(before) ? null
        : details.IsNone ? ""
        : StoredJson.Write(details);

    private static Dictionary<string, string> Flat(MentionDetails details)
    {
        var said = details.Attributes.ToDictionary();
        if (details.Assertion is { } assertion)
        {
            bool[] flags = [assertion.Negated, assertion.Uncertain, assertion.Historical, assertion.Hypothetical, assertion.Family];
            foreach (string name in DefaultSchema.Assertions.Where((_, i) => flags[i]))
            {
                said[name] = "true";
            }
        }

        return said;
    }

    private static MentionDetails Deep(MentionDetails before, Dictionary<string, string> said)
    {
        bool[] flags = [.. DefaultSchema.Assertions.Select(name => said.GetValueOrDefault(name) == "true")];
        var assertion = new SpanAssertion(flags[0], flags[1], flags[2], flags[3], flags[4]);
        bool none = !flags.Contains(true);
        return before with
        {
            // All false says that the text affirms it. Nobody said that of a mention whose only flag went.
            Assertion =
                none && before.Assertion is not { Negated: false, Uncertain: false, Historical: false, Hypothetical: false, Family: false }
                    ? null
                    : assertion,
            Attributes = said.Where(pair => !DefaultSchema.Assertions.Contains(pair.Key)).ToDictionary(),
        };
    }
}
