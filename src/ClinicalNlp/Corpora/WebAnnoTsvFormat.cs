namespace ClinicalNlp.Corpora;

/// <summary>WebAnno TSV 3 (also INCEpTION's), a file a document; offsets in UTF-16 code units.</summary>
/// <remarks>
/// <code>
/// #FORMAT=WebAnno TSV 3.3
/// #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value
/// #T_RL=clinicalnlp.Relation|value|BT_de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity
///
/// #Text=Aspirin for bad headache
/// 1-1	0-7	Aspirin	DRUG[1]	_	_
/// 1-2	8-11	for	_	_	_
/// 1-3	12-15	bad	PROBLEM[2]	treats	1-1[1_2]
/// 1-4	16-24	headache	PROBLEM[2]	_	_
/// </code>
/// How layers and features are labels and attributes says <see cref="CasLayers"/>. Slots are relations of their span, chains are spans with relations from link to
/// link. The sentences of the file are its text; what stands between two of them it does not say, so white space is put there as long as the offsets ask for. Written
/// sentences reach to the next, so that nothing stands between them.
/// </remarks>
public sealed class WebAnnoTsvFormat : FolderFormat
{
    public override string Name => "webanno-tsv";

    public override IReadOnlyList<string> Extensions => [".tsv"];

    protected override string DocumentExtension => ".tsv";

    internal override AnnotatedDocument ReadDocument(CorpusFolder folder, string file, string id, LossTally tally) =>
        new WebAnnoTsvReader(folder.Describe(file), tally).Read(folder.Text(file), id);

    internal override void WriteDocument(AnnotatedDocument document, string name, FolderWriter folder, LossTally tally)
    {
        tally.AddBeyond(document, Keeps.Everything & ~(Keeps.Meta | Keeps.Intents | Keeps.Fragments));
        var lines = new WebAnnoTsvWriter(document, tally).Lines();
        folder.Create(
            name + ".tsv",
            stream =>
            {
                using var writer = new StreamWriter(stream, new System.Text.UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                foreach (var line in lines)
                    writer.WriteLine(line);
            }
        );
    }

    /// <summary>Characters that mean something in a cell.</summary>
    internal static string Escape(string value)
    {
        var escaped = new System.Text.StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            escaped.Append(
                value[i] switch
                {
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '-' when i + 1 < value.Length && value[i + 1] == '>' => "\\-",
                    '\\' or '[' or ']' or '|' or '_' or ';' or '*' => $"\\{value[i]}",
                    _ => value[i].ToString(),
                }
            );
        }
        return escaped.ToString();
    }

    /// <summary>Of texts and tokens, where only what would break a line means something.</summary>
    internal static string EscapeText(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\t", "\\t", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal);

    internal static string Unescape(ReadOnlySpan<char> value)
    {
        var plain = new System.Text.StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                plain.Append(value[i]);
                continue;
            }
            i++;
            plain.Append(
                value[i] switch
                {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    'f' => '\f',
                    'b' => '\b',
                    var other => other,
                }
            );
        }
        return plain.ToString();
    }
}
