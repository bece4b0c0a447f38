using System.Xml.Linq;

namespace ClinicalNlp.Corpora;

/// <summary>The type system that a CAS of ours needs: every type is an annotation, every feature a string or one of a relation's ends.</summary>
internal static class CasTypes
{
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal) { "uima.tcas.Annotation", Cas.Sofa };

    public static void Note(CasStructure structure, SortedDictionary<string, SortedSet<string>> types)
    {
        if (BuiltIn.Contains(structure.Type))
            return;
        if (!types.TryGetValue(structure.Type, out var features))
            types[structure.Type] = features = new SortedSet<string>(StringComparer.Ordinal);
        features.UnionWith(
            structure.Features.Select(feature => feature.Name).Where(name => name is not ("sofa" or "begin" or "end" or "language"))
        );
    }

    public static string SuperType(string type) => type == Cas.DocumentMetaData ? "uima.tcas.DocumentAnnotation" : "uima.tcas.Annotation";

    public static bool IsReference(string type, string feature) =>
        type == CasLayers.Relation && feature is CasLayers.Governor or CasLayers.Dependent;

    public static string Range(string type, string feature) => IsReference(type, feature) ? "uima.tcas.Annotation" : "uima.cas.String";

    public static XElement Describe(SortedDictionary<string, SortedSet<string>> types)
    {
        XNamespace uima = "http://uima.apache.org/resourceSpecifier";
        return new XElement(
            uima + "typeSystemDescription",
            new XElement(
                uima + "types",
                types.Select(type => new XElement(
                    uima + "typeDescription",
                    new XElement(uima + "name", type.Key),
                    new XElement(uima + "description"),
                    new XElement(uima + "supertypeName", SuperType(type.Key)),
                    new XElement(
                        uima + "features",
                        type.Value.Select(feature => new XElement(
                            uima + "featureDescription",
                            new XElement(uima + "name", feature),
                            new XElement(uima + "description"),
                            new XElement(uima + "rangeTypeName", Range(type.Key, feature))
                        ))
                    )
                ))
            )
        );
    }
}
