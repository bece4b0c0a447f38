using System.Xml;
using System.Xml.Linq;

namespace ClinicalNlp.Corpora;

/// <summary>UIMA CAS as XMI, a file a document, with a <c>TypeSystem.xml</c>; offsets in UTF-16 code units, as UIMA has them.</summary>
/// <remarks>
/// <code>
/// &lt;xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:ner="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmi:version="2.0"&gt;
///   &lt;ner:NamedEntity xmi:id="2" sofa="1" begin="0" end="7" value="DRUG" identifier="MESH:D001241"/&gt;
///   &lt;cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Aspirin for headache"/&gt;
///   &lt;cas:View sofa="1" members="2"/&gt;
/// &lt;/xmi:XMI&gt;
/// </code>
/// How types and features are labels and attributes says <see cref="CasLayers"/>. Annotations with <c>Governor</c> and <c>Dependent</c> (or <c>source</c> and
/// <c>target</c>) are relations, slots are relations of their span; tokens, sentences and structures without a place are losses.
/// </remarks>
public sealed class CasXmiFormat : FolderFormat
{
    private static readonly XNamespace Xmi = "http://www.omg.org/XMI";
    private const string CasNamespace = "http:///uima/cas.ecore";
    private const string NoNamespace = "http:///uima/noNamespace.ecore";

    public override string Name => "cas-xmi";

    public override IReadOnlyList<string> Extensions => [".xmi"];

    protected override string DocumentExtension => ".xmi";

    internal override AnnotatedDocument ReadDocument(CorpusFolder folder, string file, string id, LossTally tally)
    {
        var name = folder.Describe(file);
        using var stream = folder.Open(file);
        var root = XmlFiles.Load(stream, name);
        if (root.Name != Xmi + "XMI")
            throw XmlFiles.Unusable("invalid_xml", "The root is no xmi:XMI.", name, root);
        var cas = root.Elements()
            .Where(element => element.Name.LocalName is not ("NULL" or "View") || element.Name.NamespaceName != CasNamespace)
            .Select(Structure)
            .ToList();
        return Cas.Read(cas, id, name, tally);
    }

    private static CasStructure Structure(XElement element)
    {
        var features = element
            .Attributes()
            .Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace == XNamespace.None)
            .Select(attribute => (attribute.Name.LocalName, attribute.Value))
            .ToList();
        var parts = element.Elements().Select(part => part.Name.LocalName).Distinct(StringComparer.Ordinal).Count();
        return new CasStructure(
            element.Attribute(Xmi + "id")?.Value ?? "",
            TypeOf(element.Name),
            features,
            parts,
            XmlFiles.LineOf(element)
        );
    }

    /// <summary><c>http:///de/example/type.ecore</c> and <c>Token</c> are <c>de.example.type.Token</c>.</summary>
    private static string TypeOf(XName name)
    {
        var space = name.NamespaceName;
        if (space == NoNamespace || !space.StartsWith("http:///", StringComparison.Ordinal))
            return name.LocalName;
        var path = space["http:///".Length..];
        if (path.EndsWith(".ecore", StringComparison.Ordinal))
            path = path[..^".ecore".Length];
        return $"{path.Replace('/', '.')}.{name.LocalName}";
    }

    private static XName NameOf(string type)
    {
        var dot = type.LastIndexOf('.');
        return dot < 0 ? XName.Get(type, NoNamespace) : XName.Get(type[(dot + 1)..], $"http:///{type[..dot].Replace('.', '/')}.ecore");
    }

    internal override void WriteDocument(AnnotatedDocument document, string name, FolderWriter folder, LossTally tally)
    {
        document = XmlFiles.Writable(document, tally);
        var cas = Cas.Write(document, tally);
        var root = new XElement(
            Xmi + "XMI",
            new XAttribute(XNamespace.Xmlns + "xmi", Xmi.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "cas", CasNamespace),
            new XAttribute(Xmi + "version", "2.0")
        );
        foreach (
            var (number, space) in cas.Select(structure => NameOf(structure.Type).NamespaceName)
                .Where(space => space != CasNamespace)
                .Distinct(StringComparer.Ordinal)
                .Index()
        )
            root.Add(new XAttribute(XNamespace.Xmlns + $"type{number}", space));
        root.Add(new XElement(XName.Get("NULL", CasNamespace), new XAttribute(Xmi + "id", "0")));
        foreach (var structure in cas)
        {
            var element = new XElement(NameOf(structure.Type), new XAttribute(Xmi + "id", structure.Id));
            foreach (var (feature, value) in structure.Features)
                element.Add(new XAttribute(feature, structure.Type == Cas.Sofa ? value : XmlFiles.Clean(value, "value", tally)));
            root.Add(element);
            CasTypes.Note(structure, folder.Types);
        }
        root.Add(
            new XElement(
                XName.Get("View", CasNamespace),
                new XAttribute("sofa", cas[0].Id),
                new XAttribute("members", string.Join(' ', cas.Skip(1).Select(structure => structure.Id)))
            )
        );
        folder.Create(
            name + ".xmi",
            stream =>
            {
                using var writer = XmlFiles.Writer(stream);
                root.WriteTo(writer);
            }
        );
    }

    internal override void WriteBeside(FolderWriter folder) =>
        folder.Create(
            "TypeSystem.xml",
            stream =>
            {
                using var writer = XmlFiles.Writer(stream);
                CasTypes.Describe(folder.Types).WriteTo(writer);
            }
        );
}
