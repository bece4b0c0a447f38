using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>What can be done to labels, relation types, attributes and their values.</summary>
public enum SchemaChangeKind
{
    Add,

    /// <summary>Colour, key, description and examples of a label, all four.</summary>
    Edit,

    /// <summary>Another name for the same: mentions, open suggestions, and what models say later follow it.</summary>
    Rename,

    /// <summary>One label in place of several. Where two of them mark the same words, one mention stays and the other is archived.</summary>
    Merge,

    /// <summary>Nothing may be marked so any more. What people had marked is archived: kept, shown on demand, and no part of training or exports.</summary>
    Remove,

    /// <summary>A removed label comes back with everything that was archived with it.</summary>
    Restore,

    /// <summary>A text of the guidelines; only in the history.</summary>
    Guideline,

    /// <summary>An earlier change is undone as a whole, as far as people have not decided otherwise since.</summary>
    TakeBack,

    /// <summary>Some utterances of an intent become another's; only in the history, where changes of intents are told too.</summary>
    Split,
}

/// <summary>What of a schema changes.</summary>
public enum SchemaPart
{
    Label,

    /// <summary>A type of relations.</summary>
    Relation,

    /// <summary>An attribute of mentions; the five assertions are among them.</summary>
    Attribute,

    /// <summary>One of the values that an attribute may have.</summary>
    Value,

    /// <summary>Only in the history: intents change by themselves.</summary>
    Intent,
}

/// <summary>What a relation type or attribute is about.</summary>
/// <param name="From">Of a relation type: the labels it may start at; empty for any.</param>
/// <param name="To">Of a relation type: the labels it may lead to; empty for any.</param>
/// <param name="Labels">Of an attribute: what it may be said of; empty for any label.</param>
/// <param name="Values">Of an attribute: what it may be; empty for anything.</param>
public sealed record PartDefinition(
    IReadOnlyList<string>? From = null,
    IReadOnlyList<string>? To = null,
    IReadOnlyList<string>? Labels = null,
    IReadOnlyList<string>? Values = null,
    string? Description = null
);

/// <summary>How a label looks and what is said of it.</summary>
/// <param name="Colour"><c>#rrggbb</c>.</param>
/// <param name="Key">One character.</param>
public sealed record LabelLook(
    string? Colour = null,
    string? Key = null,
    string? Description = null,
    IReadOnlyList<string>? Examples = null
);

/// <summary>A change of a project's schema.</summary>
/// <param name="From">The names that change: several to merge, none to add.</param>
/// <param name="To">The name that is there afterwards, of an addition, rename or merge.</param>
/// <param name="Look">Of an addition or edit of a label.</param>
public sealed record SchemaChange(SchemaChangeKind Kind, IReadOnlyList<string> From, string? To = null, LabelLook? Look = null)
{
    public SchemaPart Part { get; init; }

    /// <summary>Of an addition or edit of a relation type or attribute.</summary>
    public PartDefinition? Definition { get; init; }

    /// <summary>The attribute whose values change.</summary>
    public string? Attribute { get; init; }

    /// <summary>The version of the schema whose change is taken back.</summary>
    public int? Undoes { get; init; }

    /// <summary>Of a merge that is taken back: the name under which its rows are in the log, where <see cref="To"/> is the present one.</summary>
    internal string? Was { get; init; }
}

/// <summary>Why taking a change back leaves something as it is.</summary>
public enum NotRestoredReason
{
    /// <summary>People gave it another label, type or value since.</summary>
    Decided,

    /// <summary>People took it away since, or what it hangs on.</summary>
    Removed,

    /// <summary>The words are not marked so any more, or something stands in its place.</summary>
    Replaced,

    /// <summary>It came after the merge, by the merged name, and nothing says which of the names would have been meant.</summary>
    CameSince,
}

/// <summary>What taking back leaves as it is, because people changed it since.</summary>
/// <param name="What">mention, relation, suggestion, or detail: what is said of a mention.</param>
public sealed record NotRestored(string What, NotRestoredReason Reason, int Count);

/// <param name="Mentions">Decided mentions on it that change.</param>
/// <param name="Suggestions">Open suggestions on it that change or go.</param>
public sealed record MigratedDocument(string Id, string? ExternalId, DocumentStatus Status, int Revision, int Mentions, int Suggestions);

/// <summary>A key that several labels would have.</summary>
public sealed record KeyConflict(string Key, IReadOnlyList<string> Labels);

/// <summary>A version in use that says a name which goes: its suggestions follow the label, or are left out with it.</summary>
public sealed record PredictingModel(ModelStamp Model, IReadOnlyList<string> Labels);

/// <summary>What a change of labels does, or did. Working copies are counted apart from documents.</summary>
/// <param name="Version">Of the schema afterwards.</param>
/// <param name="Mentions">Decided mentions that get another label, are archived, or come back.</param>
/// <param name="Suggestions">Open suggestions that follow a new name, or go.</param>
/// <param name="Duplicates">Of the mentions, those that fall together with another one over the same words, and are archived.</param>
/// <param name="Relations">Relations that are archived with a mention, or come back with it.</param>
/// <param name="Documents">With any of these.</param>
/// <param name="DoneDocuments">Of them; they stay done, one revision further.</param>
/// <param name="WorkingCopies">Copies of annotators with any of these.</param>
/// <param name="OpenCopies">Of them, those that are not finished.</param>
/// <param name="CopyMentions">Decided mentions on working copies that change.</param>
/// <param name="FinishedWithout">Finished documents on which nobody could mark the label that is added or comes back.</param>
/// <param name="Most">The documents with the most mentions that change, twenty at most.</param>
/// <param name="KeyConflicts">Of the labels that have the changed label's key afterwards.</param>
/// <param name="NamedIn">Relation types and attributes that name a label which changes.</param>
public sealed record SchemaChangeEffect(
    int Version,
    int Mentions,
    int Suggestions,
    int Duplicates,
    int Relations,
    int Documents,
    int DoneDocuments,
    int WorkingCopies,
    int OpenCopies,
    int CopyMentions,
    int FinishedWithout,
    IReadOnlyList<MigratedDocument> Most,
    IReadOnlyList<KeyConflict> KeyConflicts,
    IReadOnlyList<PredictingModel> Models,
    IReadOnlyList<string> NamedIn
)
{
    /// <summary>Documents out of use with any of these, which are in none of the counts; they follow all the same.</summary>
    public int WithdrawnDocuments { get; init; }

    /// <summary>Of mentions that keep their label: those of which something else is said, or no longer said.</summary>
    public int Details { get; init; }

    /// <summary>What taking back cannot restore.</summary>
    public IReadOnlyList<NotRestored> NotRestored { get; init; } = [];
}

/// <summary>One version of a project's schema: who changed what, and how much it touched.</summary>
/// <param name="Before">The label as it was, where one changed.</param>
/// <param name="After">The label as it is since.</param>
/// <param name="Guideline">Whose text was written, of a change of the guidelines: a label, or empty for the project's.</param>
public sealed record SchemaVersion(
    int Version,
    SchemaChangeKind Kind,
    IReadOnlyList<string> From,
    string? To,
    LabelDefinition? Before,
    LabelDefinition? After,
    int Mentions,
    int Documents,
    string? Guideline,
    string By,
    DateTimeOffset At
)
{
    public SchemaPart Part { get; init; }

    /// <summary>Whose values changed.</summary>
    public string? Attribute { get; init; }

    /// <summary>The version that was taken back by this one.</summary>
    public int? Undoes { get; init; }

    /// <summary>The version that took this one back.</summary>
    public int? UndoneBy { get; init; }

    /// <summary>Whether it can be taken back as things stand.</summary>
    public bool MayBeTakenBack { get; init; }
}

/// <param name="Decided">Mentions that people decided, on documents and not on working copies.</param>
/// <param name="Suggested">Open suggestions.</param>
public sealed record LabelUsage(LabelDefinition Label, int Decided, int Suggested, int Documents);

/// <summary>A name that was a label.</summary>
/// <param name="Now">The label in its place; null when it was removed, and can come back.</param>
/// <param name="Archived">Mentions that keep it, on documents and not on working copies.</param>
/// <param name="Version">Of the schema that ended it.</param>
public sealed record FormerLabel(LabelDefinition Label, string? Now, int Archived, int Version, DateTimeOffset Retired, string RetiredBy);

/// <param name="Count">Of relations or of mentions that carry it, on documents and not on working copies.</param>
public sealed record RelationUsage(RelationDefinition Relation, int Count);

/// <param name="IsAssertion">One of the five whose meaning is fixed.</param>
/// <param name="Values">Those that are defined, and those that are said.</param>
public sealed record AttributeUsage(AttributeDefinition Attribute, bool IsAssertion, int Count, IReadOnlyList<ValueUsage> Values);

/// <summary>A value of an attribute, and how many mentions say it.</summary>
public sealed record ValueUsage(string Value, int Count);

/// <summary>A name that was a relation type, an attribute, or a value of one.</summary>
/// <param name="Now">The name in its place; null when it was removed, and can come back.</param>
/// <param name="Archived">Relations or mentions that keep it.</param>
public sealed record FormerPart(
    SchemaPart Part,
    string? Attribute,
    string Name,
    string? Now,
    int Archived,
    int Version,
    DateTimeOffset Retired,
    string RetiredBy
);

/// <summary>The present schema with how much each part is used, and what was in it before.</summary>
public sealed record SchemaOverview(
    int Version,
    IReadOnlyList<LabelUsage> Labels,
    IReadOnlyList<FormerLabel> Former,
    IReadOnlyList<KeyConflict> KeyConflicts
)
{
    public IReadOnlyList<RelationUsage> Relations { get; init; } = [];
    public IReadOnlyList<AttributeUsage> Attributes { get; init; } = [];
    public IReadOnlyList<FormerPart> FormerParts { get; init; } = [];
}

/// <summary>Somebody else changed the schema first; code <c>stale_schema</c>. Nothing was written.</summary>
public sealed class StaleSchemaException(int current)
    : UnusableInputException("stale_schema", $"the schema is at version {current}: look at it again")
{
    public int Current { get; } = current;
}
