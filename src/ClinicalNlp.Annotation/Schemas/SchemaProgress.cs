namespace ClinicalNlp.Annotation.Schemas;

/// <summary>How far a change of the schema has come, in rows of mentions and relations.</summary>
public sealed record SchemaProgress(long Done, long Total);
