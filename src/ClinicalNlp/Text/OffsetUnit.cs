namespace ClinicalNlp.Text;

/// <summary>What an offset that crosses a border counts. The names are the REST API's values in camel case.</summary>
public enum OffsetUnit
{
    UnicodeCodePoint,
    Utf16CodeUnit,

    /// <summary>Extended grapheme clusters (UAX #29): what a reader calls a character.</summary>
    TextElement,
    Utf8Byte,
}
