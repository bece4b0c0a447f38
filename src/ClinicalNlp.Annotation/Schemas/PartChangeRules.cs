using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Which changes of relation types, attributes and values make sense.</summary>
internal static class PartChangeRules
{
    private const int MaximumDescription = 2000;

    /// <param name="removed">Names of the part that were removed and may come back.</param>
    /// <exception cref="UnusableInputException">See <see cref="SchemaStore"/>.</exception>
    public static void Check(Project project, IReadOnlySet<string> removed, SchemaChange change)
    {
        var names = NamesOf(project, change);
        string what = change.Part switch
        {
            SchemaPart.Relation => "relation",
            SchemaPart.Attribute => "attribute",
            _ => "value",
        };
        var known = change.Kind == SchemaChangeKind.Restore ? removed : names;
        if (change.From.FirstOrDefault(from => !known.Contains(from)) is not null)
        {
            throw new UnusableInputException(
                change.Part == SchemaPart.Relation ? "relation_not_in_schema" : "attribute_not_in_schema",
                change.Kind == SchemaChangeKind.Restore
                    ? $"no {what} of this name was removed from the project"
                    : $"the project has no {what} of a name in from"
            );
        }

        if (change.To is { } to)
        {
            ProjectStore.CheckName(what, to);
            if (change.From.Count > 0 && change.From.All(from => from == to))
            {
                throw new UnusableInputException("no_changes", $"the {what} is so already");
            }

            if (removed.Contains(to) || (change.Kind != SchemaChangeKind.Merge && names.Contains(to)))
            {
                throw new UnusableInputException("name_taken", $"there is a {what} of this name, or there was and it can be restored");
            }
        }

        if (change.Kind == SchemaChangeKind.Restore && names.Contains(change.From[0]))
        {
            throw new UnusableInputException("name_taken", $"there is a {what} of this name");
        }

        bool takesDefinition = change.Kind is SchemaChangeKind.Add or SchemaChangeKind.Edit && change.Part != SchemaPart.Value;
        if (change.Definition is null ? change.Kind == SchemaChangeKind.Edit : !takesDefinition)
        {
            throw new UnusableInputException("invalid_value", "definition goes with an addition or edit of a relation type or attribute");
        }

        if (change.Definition is { } definition)
        {
            CheckDefinition(project, change, definition);
        }

        if (change.Part == SchemaPart.Attribute)
        {
            CheckAssertions(change);
        }
        else if (change.Part == SchemaPart.Value)
        {
            CheckValues(names, change);
        }
    }

    private static HashSet<string> NamesOf(Project project, SchemaChange change) =>
        change.Part switch
        {
            SchemaPart.Relation => [.. project.Relations.Select(relation => relation.Name)],
            SchemaPart.Attribute => [.. project.Attributes.Select(attribute => attribute.Name)],
            _ =>
            [
                .. project.Attributes.FirstOrDefault(attribute => attribute.Name == change.Attribute)?.Values
                    ?? throw new UnusableInputException(
                        "attribute_not_in_schema",
                        "attribute names the attribute whose values change; this one is not there, or may be anything"
                    ),
            ],
        };

    private static void CheckDefinition(Project project, SchemaChange change, PartDefinition definition)
    {
        var labels = project.Labels.Select(label => label.Name).ToHashSet();
        bool isRelation = change.Part == SchemaPart.Relation;
        bool misplaced = isRelation
            ? definition.Labels is not null || definition.Values is not null
            : definition.From is not null || definition.To is not null;
        if (misplaced || definition.Description?.Length > MaximumDescription)
        {
            throw new UnusableInputException(
                "invalid_value",
                $"a relation type has from and to, an attribute labels and values; a description has at most {MaximumDescription} characters"
            );
        }

        // Of an edit those stay that are named already, though their label was removed.
        var before = project.Relations.Where(relation => isRelation && change.From.Contains(relation.Name)).SelectMany(StoredSchema.Names);
        before = before.Concat(
            project.Attributes.Where(attribute => !isRelation && change.From.Contains(attribute.Name)).SelectMany(StoredSchema.Names)
        );
        labels.UnionWith(before);
        var named = (definition.From ?? []).Concat(definition.To ?? []).Concat(definition.Labels ?? []);
        if (named.Any(label => !labels.Contains(label)))
        {
            throw new UnusableInputException("label_not_in_schema", "the project has no label of a name in the definition");
        }

        foreach (string value in definition.Values ?? [])
        {
            ProjectStore.CheckName("value", value);
        }

        var present = project.Attributes.FirstOrDefault(attribute => !isRelation && change.From.Contains(attribute.Name))?.Values ?? [];
        if (present.Count > 0 && definition.Values is { Count: > 0 } values && present.Except(values).Any())
        {
            throw new UnusableInputException("invalid_value", "a value is taken away by removing it, so that what says it is archived");
        }
    }

    /// <summary>The five assertions have a meaning that formats and models know.</summary>
    private static void CheckAssertions(SchemaChange change)
    {
        bool fixedNames = change.Kind switch
        {
            SchemaChangeKind.Rename => DefaultSchema.Assertions.Contains(change.From[0]) || DefaultSchema.Assertions.Contains(change.To!),
            SchemaChangeKind.Merge => change.From.Append(change.To!).Select(DefaultSchema.Assertions.Contains).Distinct().Count() > 1,
            _ => false,
        };
        if (fixedNames)
        {
            throw new UnusableInputException("invalid_value", "an assertion keeps its name, and is merged only with another assertion");
        }

        if (change is { Kind: SchemaChangeKind.Add or SchemaChangeKind.Edit, Definition.Values.Count: > 0 })
        {
            string name = change.To ?? change.From[0];
            if (DefaultSchema.Assertions.Contains(name) && !change.Definition.Values.Contains("true"))
            {
                throw new UnusableInputException("invalid_value", "an assertion is true or not there");
            }
        }
    }

    private static void CheckValues(HashSet<string> values, SchemaChange change)
    {
        if (values.Count == 0 && change.Kind == SchemaChangeKind.Add)
        {
            throw new UnusableInputException("no_changes", "the attribute may be anything: edit it to list its values");
        }

        if (change.Kind == SchemaChangeKind.Remove && values.Count == 1)
        {
            throw new UnusableInputException("invalid_value", "without a value the attribute could be anything: remove the attribute");
        }

        if (change.Attribute is { } attribute && DefaultSchema.Assertions.Contains(attribute))
        {
            throw new UnusableInputException("invalid_value", "an assertion is true or not there");
        }
    }
}
