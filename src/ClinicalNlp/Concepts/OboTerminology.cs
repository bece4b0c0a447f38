using System.Text;
using System.Text.Unicode;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Concepts;

/// <summary>
/// OBO, the form of the Disease Ontology and the Human Phenotype Ontology (OBO Flat File Format 1.4): the stanzas <c>[Term]</c> with <c>id</c>,
/// <c>name</c>, <c>synonym</c> and <c>is_a</c>; obsolete terms are left out.
/// </summary>
/// <remarks>Synonyms of every scope are taken: a lay or related name is what somebody types.</remarks>
internal static class OboTerminology
{
    public static IEnumerable<TerminologyEntry> Read(Stream stream, string file)
    {
        Term? term = null;
        var number = 0;
        var any = false;
        foreach (var bytes in TextFile.Lines(stream))
        {
            number++;
            if (!Utf8.IsValid(bytes.Span))
                throw TextFile.NotUtf8(bytes.Span, file, number);
            string line = Encoding.UTF8.GetString(bytes.Span).Trim();
            if (line.Length == 0 || line[0] == '!')
                continue;
            if (line[0] == '[')
            {
                if (line[^1] != ']')
                    throw new UnusableInputException("invalid_line", "A stanza's heading has no closing bracket.", file, number);
                if (Finished(term, file, stream) is { } entry)
                    yield return entry;
                term = line == "[Term]" ? new Term(number) : null;
                any = true;
                continue;
            }
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new UnusableInputException("invalid_line", "The line is no \"tag: value\" of OBO.", file, number);
            term?.Take(line[..colon], line[(colon + 1)..].Trim(), file, number);
        }
        if (Finished(term, file, stream) is { } last)
            yield return last;
        if (!any)
            throw new UnusableInputException("invalid_line", "The file has no [Term]: it is not OBO.", file, Math.Max(1, number));
    }

    private static TerminologyEntry? Finished(Term? term, string file, Stream stream) =>
        term is null || term.Obsolete
            ? null
            : new TerminologyEntry(
                term.Line,
                stream.CanSeek ? stream.Position : 0,
                TerminologyFile.Concept(term.Id ?? "", term.Name ?? "", term.Synonyms, term.Parents, file, term.Line)
            );

    private sealed class Term(int line)
    {
        public int Line { get; } = line;
        public string? Id { get; private set; }
        public string? Name { get; private set; }
        public List<string> Synonyms { get; } = [];
        public List<string> Parents { get; } = [];
        public bool Obsolete { get; private set; }

        public void Take(string tag, string value, string file, int at)
        {
            switch (tag)
            {
                case "id":
                    Id = Plain(value);
                    break;
                case "name":
                    Name = Plain(value);
                    break;
                case "synonym":
                    Synonyms.Add(
                        Quoted(value) ?? throw new UnusableInputException("invalid_line", "A synonym is not in quotes.", file, at)
                    );
                    break;
                case "is_a":
                    Parents.Add(Plain(value));
                    break;
                case "is_obsolete":
                    Obsolete = Plain(value) == "true";
                    break;
            }
        }

        /// <summary>Without the comment after " ! " and the modifiers in braces at the end, escapes undone.</summary>
        private static string Plain(string value)
        {
            int comment = value.IndexOf(" !", StringComparison.Ordinal);
            value = comment < 0 ? value : value[..comment];
            int modifiers = value.EndsWith('}') ? value.LastIndexOf(" {", StringComparison.Ordinal) : -1;
            return Unescaped(modifiers < 0 ? value : value[..modifiers]).Trim();
        }

        private static string? Quoted(string value)
        {
            if (value.Length < 2 || value[0] != '"')
                return null;
            for (int i = 1; i < value.Length; i++)
            {
                if (value[i] == '\\')
                    i++;
                else if (value[i] == '"')
                    return Unescaped(value[1..i]);
            }
            return null;
        }

        private static string Unescaped(string value)
        {
            if (!value.Contains('\\', StringComparison.Ordinal))
                return value;
            var text = new StringBuilder();
            for (int i = 0; i < value.Length; i++)
            {
                if (value[i] == '\\' && i + 1 < value.Length)
                    text.Append(
                        value[++i] switch
                        {
                            'n' or 'W' or 't' => ' ',
                            var other => other,
                        }
                    );
                else
                    text.Append(value[i]);
            }
            return text.ToString();
        }
    }
}
