namespace ClinicalNlp.Text;

/// <summary>One token of the original text; white space belongs to no token.</summary>
public readonly record struct Token(TextSpan Span);
