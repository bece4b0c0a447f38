using System.Globalization;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Which changes of labels make sense.</summary>
internal static class SchemaChangeRules
{
    private const int MaximumDescription = 2000;
    private const int MaximumExamples = 50;
    private const int MaximumExample = 500;

    /// <param name="removed">Names of the part that were removed and may come back.</param>
    /// <exception cref="UnusableInputException">See <see cref="SchemaStore"/>.</exception>
    public static void Check(Project project, IReadOnlySet<string> removed, SchemaChange change)
    {
        CheckShape(change);
        if (change.Part == SchemaPart.Label)
        {
            CheckLabels(project, removed, change);
        }
        else
        {
            PartChangeRules.Check(project, removed, change);
        }
    }

    /// <param name="present">Names of the part as they are.</param>
    public static void CheckTakeBack(IReadOnlySet<string> present, IReadOnlySet<string> former, SchemaChange change)
    {
        if (!present.Contains(change.To!))
        {
            throw new UnusableInputException("label_not_in_schema", "what the names were merged into was removed: restore it first");
        }

        if (change.From.Any(from => present.Contains(from) || !former.Contains(from)))
        {
            throw new UnusableInputException("name_taken", "a name that would come back is another one's by now");
        }
    }

    private static void CheckShape(SchemaChange change)
    {
        bool counted = change.Kind switch
        {
            SchemaChangeKind.Add => change.From.Count == 0,
            SchemaChangeKind.Merge => change.From.Count > 0 && change.From.Distinct().Count() == change.From.Count,
            SchemaChangeKind.Guideline or SchemaChangeKind.TakeBack or SchemaChangeKind.Split => false,
            _ => change.From.Count == 1,
        };
        if (!counted || change.Part == SchemaPart.Intent)
        {
            throw new UnusableInputException("invalid_value", "from names the labels that change: none to add, several only to merge");
        }

        bool needsTarget = change.Kind is SchemaChangeKind.Add or SchemaChangeKind.Rename or SchemaChangeKind.Merge;
        if (!needsTarget && change.To is not null)
        {
            throw new UnusableInputException("invalid_value", "only an addition, a rename or a merge says which name is there afterwards");
        }

        if (needsTarget && change.To is null)
        {
            throw new UnusableInputException("name_missing", "to says which name is there afterwards");
        }

        if ((change.Part == SchemaPart.Value) != (change.Attribute is not null))
        {
            throw new UnusableInputException("invalid_value", "attribute goes with a change of values, and only with one");
        }

        if (change.Part == SchemaPart.Label ? change.Definition is not null : change.Look is not null)
        {
            throw new UnusableInputException("invalid_value", "look goes with labels, definition with relation types and attributes");
        }
    }

    private static void CheckLabels(Project project, IReadOnlySet<string> removed, SchemaChange change)
    {
        var labels = project.Labels.Select(label => label.Name).ToHashSet();
        var known = change.Kind == SchemaChangeKind.Restore ? removed : labels;
        if (change.From.Any(from => !known.Contains(from)))
        {
            throw new UnusableInputException(
                "label_not_in_schema",
                change.Kind == SchemaChangeKind.Restore
                    ? "no label of this name was removed from the project"
                    : "the project has no label of a name in from"
            );
        }

        CheckTarget(change, labels, removed);
        bool takesLook = change.Kind is SchemaChangeKind.Add or SchemaChangeKind.Edit;
        if (change.Look is null ? change.Kind == SchemaChangeKind.Edit : !takesLook)
        {
            throw new UnusableInputException("invalid_value", "look goes with an addition or an edit, and with an edit it is needed");
        }

        CheckLook(change.Look ?? new LabelLook());
        if (change.Kind == SchemaChangeKind.Edit && IsSame(project.Labels.Single(label => label.Name == change.From[0]), change.Look!))
        {
            throw new UnusableInputException("no_changes", "the label is so already");
        }
    }

    private static void CheckTarget(SchemaChange change, HashSet<string> labels, IReadOnlySet<string> removed)
    {
        if (change.Kind is not (SchemaChangeKind.Add or SchemaChangeKind.Rename or SchemaChangeKind.Merge))
        {
            return;
        }

        ProjectStore.CheckName("label", change.To);
        if (change.From.Count > 0 && change.From.All(from => from == change.To))
        {
            throw new UnusableInputException("no_changes", "the label is so already");
        }

        if (change.Kind != SchemaChangeKind.Merge && labels.Contains(change.To!))
        {
            throw new UnusableInputException("name_taken", "the project has a label of this name: two become one by a merge");
        }

        if (removed.Contains(change.To!))
        {
            throw new UnusableInputException(
                "name_taken",
                "a label of this name was removed and its mentions are kept: restore it instead"
            );
        }
    }

    private static void CheckLook(LabelLook look)
    {
        if (look.Colour is { } colour && !IsColour(colour))
        {
            throw new UnusableInputException("invalid_value", "a colour is # and six hexadecimal digits");
        }

        if (look.Key is { } key && (string.IsNullOrWhiteSpace(key) || new StringInfo(key).LengthInTextElements != 1))
        {
            throw new UnusableInputException("invalid_value", "a key is one character");
        }

        bool tooLong =
            look.Description?.Length > MaximumDescription
            || look.Examples?.Count > MaximumExamples
            || look.Examples?.Any(example => string.IsNullOrWhiteSpace(example) || example.Length > MaximumExample) == true;
        if (tooLong)
        {
            throw new UnusableInputException(
                "invalid_value",
                $"a description has at most {MaximumDescription} characters; there are at most {MaximumExamples} examples of 1 to {MaximumExample}"
            );
        }
    }

    private static bool IsSame(LabelDefinition label, LabelLook look) =>
        (label.Colour, label.Key, label.Description) == (look.Colour, look.Key, look.Description)
        && (label.Examples ?? []).SequenceEqual(look.Examples ?? []);

    private static bool IsColour(string text) => text.Length == 7 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);
}
