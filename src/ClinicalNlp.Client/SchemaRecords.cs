namespace ClinicalNlp.Client;

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

/// <summary>A change of a project's labels, relation types, attributes, or values of an attribute.</summary>
/// <param name="Kind">add, edit, rename, merge, remove, restore or take_back.</param>
/// <param name="From">The names that change; none to add or to take back.</param>
/// <param name="To">The name that is there afterwards, of an addition, rename or merge.</param>
/// <param name="Look">Of an addition or edit of a label; what is left out of an edit is taken away.</param>
/// <param name="Part">label, relation, attribute or value; null for label.</param>
/// <param name="Definition">Of an addition or edit of a relation type or attribute; what is left out of an edit is taken away.</param>
/// <param name="Attribute">The attribute whose values change.</param>
/// <param name="Undoes">The version of the schema that is taken back.</param>
public sealed record SchemaChange(
    string Kind,
    IReadOnlyList<string>? From = null,
    string? To = null,
    LabelLook? Look = null,
    string? Part = null,
    PartDefinition? Definition = null,
    string? Attribute = null,
    int? Undoes = null
)
{
    public static SchemaChange Rename(string label, string to) => new("rename", [label], to);

    /// <summary>Several labels become one. Name it among <paramref name="labels"/> too where it is there already.</summary>
    public static SchemaChange Merge(IReadOnlyList<string> labels, string to) => new("merge", labels, to);

    /// <summary>What carries the label is archived, and comes back with <see cref="Restore"/>.</summary>
    public static SchemaChange Remove(string label) => new("remove", [label]);

    public static SchemaChange Restore(string label) => new("restore", [label]);

    public static SchemaChange TakeBack(int version) => new("take_back", Undoes: version);
}

/// <summary>What taking back leaves as it is.</summary>
/// <param name="What">mention, relation, suggestion or detail.</param>
/// <param name="Reason">decided, removed, replaced or came_since.</param>
public sealed record NotRestored(string What, string Reason, int Count);

/// <summary>What a change does, or did. Working copies are counted apart from documents.</summary>
/// <param name="Version">Of the schema afterwards.</param>
/// <param name="Mentions">Decided mentions that get another label, are archived, or come back.</param>
/// <param name="Suggestions">Open suggestions that follow a new name, or go.</param>
/// <param name="Duplicates">Of the mentions, those that fall together with another one over the same words, and are archived.</param>
/// <param name="Details">Of mentions that keep their label: those of which something else is said, or no longer said.</param>
public sealed record SchemaChangeEffect(
    int Version,
    int Mentions,
    int Suggestions,
    int Duplicates,
    int Relations,
    int Details,
    int Documents,
    int DoneDocuments,
    int WithdrawnDocuments,
    int WorkingCopies,
    int CopyMentions,
    IReadOnlyList<string> NamedIn,
    IReadOnlyList<NotRestored> NotRestored
);

/// <summary>How far a change of a schema is.</summary>
/// <param name="Phase">planning, or working.</param>
/// <param name="Done">Mentions and relations that are changed; nothing is stored before all of them are.</param>
/// <param name="SecondsLeft">Null before anything can be said.</param>
public sealed record SchemaJobProgress(string Phase, long Done, long Total, double? RowsPerSecond, double? SecondsLeft);

/// <summary>A change of a schema that takes its time.</summary>
/// <param name="Seen">The version that it was thought out on.</param>
/// <param name="State">waiting, done, cancelled or refused.</param>
/// <param name="Effect">Of one that is done.</param>
/// <param name="ErrorCode">Of one that was refused.</param>
/// <param name="Progress">While it is carried out; null as long as it waits for its turn.</param>
public sealed record SchemaJob(
    string Id,
    string ProjectId,
    SchemaChange Change,
    int Seen,
    string State,
    string By,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    SchemaChangeEffect? Effect,
    string? ErrorCode,
    string? ErrorReason,
    SchemaJobProgress? Progress
)
{
    public bool IsOver => State != "waiting";
}

/// <summary>A label and how often it occurs.</summary>
/// <param name="Decided">Mentions that people decided.</param>
/// <param name="Suggested">Open suggestions.</param>
public sealed record LabelUsage(Label Label, int Decided, int Suggested, int Documents);

/// <summary>A project's labels as they are.</summary>
/// <param name="Version">To be sent with a change, so that two people who change it at once do not overwrite each other.</param>
public sealed record Schema(int Version, IReadOnlyList<LabelUsage> Labels);
