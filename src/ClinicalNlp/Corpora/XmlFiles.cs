using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ClinicalNlp.Corpora;

/// <summary>XML in and out: no document type is followed, nothing outside the file is fetched, errors name the line.</summary>
internal static class XmlFiles
{
    /// <summary>BioC files name their document type; it is skipped, so its entities are errors and nothing is fetched.</summary>
    private static XmlReaderSettings Reading =>
        new()
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            MaxCharactersFromEntities = 0,
        };

    /// <exception cref="UnusableInputException"><c>invalid_xml</c> with the line.</exception>
    public static XElement Load(Stream stream, string name)
    {
        try
        {
            using var reader = XmlReader.Create(stream, Reading);
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace | LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException exception)
        {
            // The parser's own message can quote the text.
            throw new UnusableInputException("invalid_xml", $"Not XML at column {exception.LinePosition}.", name, exception.LineNumber);
        }
        catch (DecoderFallbackException)
        {
            throw new UnusableInputException("invalid_utf8", "Not in the encoding that the file names.", name);
        }
    }

    /// <summary>UTF-8, and carriage returns written so that they are read back.</summary>
    public static XmlWriter Writer(Stream stream) =>
        XmlWriter.Create(
            stream,
            new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                NewLineHandling = NewLineHandling.Entitize,
                CloseOutput = false,
            }
        );

    public static int LineOf(XObject place) => ((IXmlLineInfo)place).LineNumber;

    public static UnusableInputException Unusable(string code, string reason, string file, XObject place) =>
        new(code, reason, file, LineOf(place));

    /// <exception cref="UnusableInputException"><c>missing_field</c> or <c>wrong_type</c>.</exception>
    public static int Integer(string? value, string field, XObject place, string file)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw Unusable("missing_field", $"There is no \"{field}\".", file, place);
        return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unusable("wrong_type", $"\"{field}\" is no integer.", file, place);
    }

    /// <summary>The document with characters that XML 1.0 cannot hold (most control characters) written as blanks, one for one, so that offsets stay.</summary>
    public static AnnotatedDocument Writable(AnnotatedDocument document, LossTally tally) =>
        document with
        {
            Text = Clean(document.Text, "text", tally),
        };

    public static string Clean(string text, string what, LossTally tally)
    {
        StringBuilder? clean = null;
        var replaced = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
                continue;
            }
            clean ??= new StringBuilder(text);
            clean[i] = ' ';
            replaced++;
        }
        tally.Add($"character of a {what} that XML cannot hold written as a blank", replaced);
        return clean?.ToString() ?? text;
    }
}
