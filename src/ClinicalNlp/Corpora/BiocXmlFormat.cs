using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace ClinicalNlp.Corpora;

/// <summary>BioC XML; offsets in code points, or whatever the file turns out to count (see <see cref="BiocReader"/>).</summary>
/// <remarks>
/// <code>
/// &lt;collection&gt;&lt;source/&gt;&lt;date/&gt;&lt;key/&gt;&lt;document&gt;&lt;id&gt;1&lt;/id&gt;&lt;passage&gt;&lt;offset&gt;0&lt;/offset&gt;&lt;text&gt;Aspirin for headache&lt;/text&gt;
///   &lt;annotation id="1"&gt;&lt;infon key="type"&gt;DRUG&lt;/infon&gt;&lt;infon key="identifier"&gt;MESH:D001241&lt;/infon&gt;&lt;location offset="0" length="7"/&gt;&lt;text&gt;Aspirin&lt;/text&gt;&lt;/annotation&gt;
///   &lt;relation id="R1"&gt;&lt;infon key="type"&gt;treats&lt;/infon&gt;&lt;node refid="1" role="source"/&gt;&lt;node refid="2" role="target"/&gt;&lt;/relation&gt;
/// &lt;/passage&gt;&lt;/document&gt;&lt;/collection&gt;
/// </code>
/// The infon <c>type</c> is the label, <c>identifier</c> the concepts (parted by <c>|</c>), <c>assertion</c> and <c>confidence</c> ours, others
/// are attributes. Passages, sentences and their infons are kept in the metadata under <c>passages</c>.
/// </remarks>
public sealed class BiocXmlFormat : FileFormat
{
    public override string Name => "bioc-xml";

    public override IReadOnlyList<string> Extensions => [".xml", ".bioc"];

    public override string MediaType => "application/xml; charset=utf-8";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null)
    {
        var root = XmlFiles.Load(stream, name);
        if (root.Name.LocalName != "collection")
            throw XmlFiles.Unusable("invalid_xml", "The root is no BioC collection.", name, root);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (
            root.Elements("source").Concat(root.Elements("date")).Concat(root.Elements("key")).Any(element => element.Value.Length > 0)
            || root.Elements("infon").Any()
        )
            losses?.Add($"{Path.GetFileName(name)}: source, date, key and infons of the collection dropped (1)");
        foreach (var document in root.Elements("document"))
        {
            var id = document.Element("id")?.Value.Trim() is { Length: > 0 } given ? given : $"{ids.Count + 1}";
            if (!ids.Add(id))
                throw XmlFiles.Unusable("duplicate_id", "The id was used by a document above.", name, document);
            var source = new BiocDocument(
                id,
                Infons(document),
                [.. document.Elements("passage").Select(passage => Passage(passage, name))],
                Marks(document, name),
                XmlFiles.LineOf(document)
            );
            yield return new BiocReader(source, name, losses).Read();
        }
    }

    private static BiocPassage Passage(XElement passage, string file) =>
        new(
            XmlFiles.Integer(passage.Element("offset")?.Value, "offset", passage, file),
            passage.Element("text")?.Value,
            Infons(passage),
            Marks(passage, file),
            [.. passage.Elements("sentence").Select(sentence => Passage(sentence, file))]
        );

    private static BiocInfons Infons(XElement element)
    {
        var infons = new BiocInfons();
        foreach (var infon in element.Elements("infon"))
            infons.Add((infon.Attribute("key")?.Value ?? "", infon.Value));
        return infons;
    }

    private static BiocMarks Marks(XElement element, string file) =>
        new(
            [
                .. element
                    .Elements("annotation")
                    .Select(annotation => new BiocAnnotation(
                        annotation.Attribute("id")?.Value ?? "",
                        Infons(annotation),
                        [
                            .. annotation
                                .Elements("location")
                                .Select(location =>
                                    (
                                        XmlFiles.Integer(location.Attribute("offset")?.Value, "offset", location, file),
                                        XmlFiles.Integer(location.Attribute("length")?.Value, "length", location, file)
                                    )
                                ),
                        ],
                        annotation.Element("text")?.Value,
                        XmlFiles.LineOf(annotation)
                    )),
            ],
            [
                .. element
                    .Elements("relation")
                    .Select(relation => new BiocRelation(
                        relation.Attribute("id")?.Value ?? "",
                        Infons(relation),
                        [
                            .. relation
                                .Elements("node")
                                .Select(node => (node.Attribute("refid")?.Value ?? "", node.Attribute("role")?.Value ?? "")),
                        ]
                    )),
            ]
        );

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = XmlFiles.Writer(stream);
        writer.WriteStartDocument();
        writer.WriteStartElement("collection");
        foreach (var part in new[] { "source", "date", "key" })
            writer.WriteElementString(part, "");
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            Write(BiocWriter.Convert(XmlFiles.Writable(document, tally), tally), writer, tally);
            tally.WriteTo(losses);
        }
        writer.WriteEndElement();
    }

    private static void Write(BiocDocument document, XmlWriter writer, LossTally tally)
    {
        writer.WriteStartElement("document");
        writer.WriteElementString("id", XmlFiles.Clean(document.Id, "id", tally));
        Write(document.Infons, writer, tally);
        foreach (var passage in document.Passages)
            Write(passage, "passage", writer, tally);
        Write(document.Marks, writer, tally);
        writer.WriteEndElement();
    }

    private static void Write(BiocPassage passage, string name, XmlWriter writer, LossTally tally)
    {
        writer.WriteStartElement(name);
        Write(passage.Infons, writer, tally);
        writer.WriteElementString("offset", passage.Offset.ToString(CultureInfo.InvariantCulture));
        if (passage.Text is { } text)
            writer.WriteElementString("text", text);
        foreach (var sentence in passage.Sentences)
            Write(sentence, "sentence", writer, tally);
        Write(passage.Marks, writer, tally);
        writer.WriteEndElement();
    }

    private static void Write(BiocInfons infons, XmlWriter writer, LossTally tally)
    {
        foreach (var (key, value) in infons)
        {
            writer.WriteStartElement("infon");
            writer.WriteAttributeString("key", XmlFiles.Clean(key, "name", tally));
            writer.WriteString(XmlFiles.Clean(value, "value", tally));
            writer.WriteEndElement();
        }
    }

    private static void Write(BiocMarks marks, XmlWriter writer, LossTally tally)
    {
        foreach (var annotation in marks.Annotations)
        {
            writer.WriteStartElement("annotation");
            writer.WriteAttributeString("id", XmlFiles.Clean(annotation.Id, "id", tally));
            Write(annotation.Infons, writer, tally);
            foreach (var (offset, length) in annotation.Locations)
            {
                writer.WriteStartElement("location");
                writer.WriteAttributeString("offset", offset.ToString(CultureInfo.InvariantCulture));
                writer.WriteAttributeString("length", length.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndElement();
            }
            writer.WriteElementString("text", annotation.Text);
            writer.WriteEndElement();
        }
        foreach (var relation in marks.Relations)
        {
            writer.WriteStartElement("relation");
            writer.WriteAttributeString("id", relation.Id);
            Write(relation.Infons, writer, tally);
            foreach (var (node, role) in relation.Nodes)
            {
                writer.WriteStartElement("node");
                writer.WriteAttributeString("refid", XmlFiles.Clean(node, "id", tally));
                writer.WriteAttributeString("role", role);
                writer.WriteEndElement();
            }
            writer.WriteEndElement();
        }
    }
}
