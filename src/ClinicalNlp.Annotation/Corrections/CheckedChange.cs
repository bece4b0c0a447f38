using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>Reads what a change gives and refuses what the text or the project's schema does not have.</summary>
internal sealed class CheckedChange(string text, ProjectSchema schema)
{
    /// <summary>Of a concept's code and of an attribute's value.</summary>
    private const int MaximumLength = 200;

    private const int MaximumConcepts = 100;

    /// <summary>Of those that a refusal lists.</summary>
    private const int MostNames = 40;

    /// <remarks>A page that was open while a label was renamed, and a file of before, still say the old name.</remarks>
    public string Label(Change change, string where) =>
        change.Label is { } label && schema.Labels.Contains(Now(label))
            ? Now(label)
            : throw new UnusableInputException(
                "label_not_in_schema",
                $"{where}: the project has no label of this name; {Has(schema.Labels)}"
            );

    /// <summary>The name that the label has now; a name that is no label's stays.</summary>
    public string Now(string label) => schema.Labels.Contains(label) ? label : schema.LabelsNow.GetValueOrDefault(label, label);

    /// <summary>The name that the relation type has now; a name that is no type's stays.</summary>
    public string TypeNow(string type) => schema.Relations.ContainsKey(type) ? type : schema.RelationsNow.GetValueOrDefault(type, type);

    public void Intent(string intent, string where)
    {
        if (!schema.Intents.Contains(intent))
        {
            throw new UnusableInputException(
                "label_not_in_schema",
                $"{where}: the project has no intent of this name; {Has(schema.Intents)}"
            );
        }
    }

    public void Relation(string type, string fromLabel, string toLabel, string where)
    {
        if (!MayJoin(type, fromLabel, toLabel))
        {
            throw new UnusableInputException(
                "relation_not_in_schema",
                $"{where}: the project has no relation of this name, or none between mentions of these labels; {Has(schema.Relations.Keys)}"
            );
        }
    }

    /// <remarks>What the project has is said, and never the name that was given: that may be anything.</remarks>
    private static string Has(IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        return sorted.Count == 0 ? "it has none"
            : sorted.Count <= MostNames ? $"it has {string.Join(", ", sorted)}"
            : $"it has {sorted.Count}, among them {string.Join(", ", sorted.Take(MostNames))}";
    }

    private string Takes(AttributeDefinition? attribute) =>
        attribute is null
            ? Has(schema.Attributes.Keys)
            : $"{attribute.Name} is {(attribute.Values is { Count: > 0 } values ? string.Join(", ", values) : "free")} "
                + $"of {(attribute.Labels is { Count: > 0 } labels ? string.Join(", ", labels) : "any label")}";

    public bool MayJoin(string type, string fromLabel, string toLabel) =>
        schema.Relations.TryGetValue(type, out var relation) && relation.Joins(fromLabel, toLabel);

    public MentionPlace Place(Change change, string where)
    {
        var place = change.Fragments is { Count: > 0 } fragments ? Pieces(fragments, change, where) : Span(change.Start, change.End, where);
        // Of a discontinuous mention the words may be given with the gaps or without them.
        bool differs =
            change.Text is { } surface
            && !place.Span.Slice(text).SequenceEqual(surface)
            && (place.Fragments is null || place.Of(text) != surface);
        return differs
            ? throw new UnusableInputException("span_off_surface", $"{where}: the text under the span is not the text that was given")
            : place;
    }

    /// <summary>What is said of a mention after a change: what the change gives, and the rest as it was.</summary>
    public MentionDetails Details(Change change, MentionDetails before, string label, string where)
    {
        var assertion = change.Unasserted ? null : change.Assertion ?? before.Assertion;
        if (change.Assertion is { } given)
        {
            foreach (string flag in Flags(given))
            {
                CheckAttribute(flag, "true", label, where);
            }
        }

        var attributes = change.Attributes is null ? null : Now(change.Attributes);
        foreach (var (name, value) in attributes ?? [])
        {
            if (DefaultSchema.Assertions.Contains(name))
            {
                throw new UnusableInputException("attribute_not_in_schema", $"{where}: '{name}' is an assertion, not an attribute");
            }

            CheckAttribute(name, value, label, where);
        }

        bool badConcepts =
            change.Concepts is { } codes
            && (codes.Count > MaximumConcepts || codes.Any(code => !IsName(code)) || codes.Distinct().Count() != codes.Count);
        if (badConcepts)
        {
            throw new UnusableInputException(
                "concept_invalid",
                $"{where}: concepts are up to {MaximumConcepts} different codes of 1 to {MaximumLength} characters"
            );
        }

        return new MentionDetails
        {
            Assertion = assertion,
            Attributes = attributes ?? before.Attributes,
            Concepts = change.Concepts ?? before.Concepts,
        };
    }

    private Dictionary<string, string> Now(IReadOnlyDictionary<string, string> attributes)
    {
        var now = new Dictionary<string, string>();
        foreach (var (name, value) in attributes)
        {
            string attribute = schema.Attributes.ContainsKey(name) ? name : schema.AttributesNow.GetValueOrDefault(name, name);
            bool isDefined = schema.Attributes.TryGetValue(attribute, out var definition) && definition.Values?.Contains(value) == true;
            // Where both names are given, the one that the attribute has now counts.
            if (attribute == name || !attributes.ContainsKey(attribute))
            {
                now[attribute] = isDefined ? value : schema.ValuesNow.GetValueOrDefault((attribute, value), value);
            }
        }

        return now;
    }

    private static IEnumerable<string> Flags(SpanAssertion assertion)
    {
        bool[] flags = [assertion.Negated, assertion.Uncertain, assertion.Historical, assertion.Hypothetical, assertion.Family];
        return DefaultSchema.Assertions.Where((_, i) => flags[i]);
    }

    private void CheckAttribute(string name, string value, string label, string where)
    {
        if (!schema.Attributes.TryGetValue(name, out var attribute) || !attribute.Allows(label, value) || !IsName(value))
        {
            throw new UnusableInputException(
                "attribute_not_in_schema",
                $"{where}: the project has no attribute of this name, or not with this value or for this label; {Takes(attribute)}"
            );
        }
    }

    private static bool IsName(string? value) =>
        !string.IsNullOrWhiteSpace(value) && value.Length <= MaximumLength && !value.Contains('\0');

    private MentionPlace Pieces(IReadOnlyList<TextSpan> fragments, Change change, string where)
    {
        var pieces = fragments.Select(piece => Span(piece.Start, piece.End, where)).Order().ToList();
        bool overlap = pieces.Zip(pieces.Skip(1)).Any(pair => pair.First.Overlaps(pair.Second));
        var place = MentionPlace.Of(pieces);
        bool elsewhere = (change.Start ?? place.Span.Start) != place.Span.Start || (change.End ?? place.Span.End) != place.Span.End;
        return overlap || elsewhere
            ? throw new UnusableInputException(
                "span_out_of_range",
                $"{where}: the fragments overlap, or do not begin and end where the span does"
            )
            : place;
    }

    private TextSpan Span(int? from, int? to, string where)
    {
        if (from is not { } start || to is not { } end || start < 0 || end <= start || end > text.Length)
        {
            throw new UnusableInputException(
                "span_out_of_range",
                $"{where}: the span must lie in the text, which has {text.Length} UTF-16 code units, and must not be empty"
            );
        }

        return SplitsPair(start) || SplitsPair(end)
            ? throw new UnusableInputException("span_out_of_range", $"{where}: the span begins or ends inside a character")
            : new TextSpan(start, end);
    }

    private bool SplitsPair(int offset) =>
        offset > 0 && offset < text.Length && char.IsHighSurrogate(text[offset - 1]) && char.IsLowSurrogate(text[offset]);
}
