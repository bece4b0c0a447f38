using System.Globalization;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A feature structure of a UIMA CAS, whether it was in XMI or JSON.</summary>
/// <param name="Features">Values as strings; a reference is the other's id, several are parted by blanks.</param>
/// <param name="Parts">How many features had values that are no string (arrays of strings).</param>
internal sealed record CasStructure(string Id, string Type, List<(string Name, string Value)> Features, int Parts, int? Line)
{
    public string? this[string name] => Features.Find(feature => feature.Name == name).Value;

    public int? Number(string name) =>
        int.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A CAS becomes a document, and a document one; offsets in UTF-16 code units, as in UIMA itself.</summary>
internal static class Cas
{
    public const string Sofa = "uima.cas.Sofa";
    public const string DocumentInfo = "clinicalnlp.DocumentInfo";
    public const string DocumentMetaData = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";
    public const string InitialView = "_InitialView";

    private const string DocumentAnnotation = "uima.tcas.DocumentAnnotation";
    private const string TagsetDescription = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagsetDescription";
    private const string Segmentation = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.";
    private const string Fragments = "fragments";
    private const string NoLanguage = "x-unspecified";

    public static AnnotatedDocument Read(IReadOnlyList<CasStructure> cas, string id, string file, LossTally tally)
    {
        var sofas = cas.Where(structure => structure.Type == Sofa).ToList();
        var sofa =
            sofas.Find(sofa => sofa["sofaID"] == InitialView && sofa["sofaString"] is not null)
            ?? sofas.Find(sofa => sofa["sofaString"] is not null);
        var text = sofa?["sofaString"] ?? "";
        ClinicalText.CheckCharacters(text, file);
        tally.Add("view beside the first with a text dropped", Math.Max(0, sofas.Count - 1));
        if (sofa is null)
            tally.Add("view without a text read as an empty document");
        var document = new DocumentBuilder(text, OffsetUnit.Utf16CodeUnit, file, tally);
        var meta = new JsonObject();
        var byId = cas.Where(structure => structure.Id.Length > 0)
            .DistinctBy(structure => structure.Id)
            .ToDictionary(structure => structure.Id, StringComparer.Ordinal);
        var links = new HashSet<string>(StringComparer.Ordinal);
        foreach (var structure in cas.Where(structure => structure.Type != Sofa))
        {
            if (structure.Number("begin") is not { } begin || structure.Number("end") is not { } end)
                continue;
            if (sofa is null || (structure["sofa"] is { } its && its != sofa.Id))
                tally.Add("annotation of another view dropped");
            else
                ReadAnnotation(structure, begin, end, document, meta, id, byId, links);
        }
        tally.Add(
            "feature structure without a place dropped",
            cas.Count(structure => structure.Type != Sofa && structure["begin"] is null && !links.Contains(structure.Id))
        );
        // The same order whether a name came from DKPro's metadata or from ours.
        var ordered = new JsonObject();
        foreach (
            var key in new[] { "documentId", "documentTitle", "language" }
                .Where(meta.ContainsKey)
                .Concat(meta.Select(pair => pair.Key))
                .Distinct(StringComparer.Ordinal)
                .ToList()
        )
            ordered[key] = meta[key]?.DeepClone();
        return document.Build(id, ordered);
    }

    private static void ReadAnnotation(
        CasStructure structure,
        int begin,
        int end,
        DocumentBuilder document,
        JsonObject meta,
        string id,
        Dictionary<string, CasStructure> byId,
        HashSet<string> links
    )
    {
        switch (structure.Type)
        {
            case DocumentAnnotation or DocumentMetaData:
                ReadMetaData(structure, meta, id, document.Tally);
                return;
            case DocumentInfo:
                ReadInfo(structure, meta, document);
                return;
            case TagsetDescription:
                document.Tally.Add("description of a tag set dropped");
                return;
            case Segmentation + "Token" or Segmentation + "Sentence":
                document.Tally.Add("token or sentence of the text dropped");
                return;
        }
        var ends = RelationEnds(structure);
        if (ends is { } relation)
        {
            ReadRelation(structure, relation.From, relation.To, document);
            return;
        }
        if (begin == end)
        {
            document.Tally.Add("empty annotation dropped");
            return;
        }
        var own = new List<(string Name, string Value)>();
        foreach (var (name, value) in structure.Features)
        {
            if (name is "begin" or "end" or "sofa" or Fragments)
                continue;
            if (!ReadLinks(structure, name, value, document, byId, links))
                own.Add((name, value));
        }
        document.Tally.Add("feature that is a list of strings dropped", structure.Parts);
        var span = new AnnotatedSpan(
            document.At(begin, end, null, structure.Line),
            "",
            Fragments: ReadFragments(structure, begin, end, document)
        )
        {
            Id = structure.Id,
        };
        document.Add(CasLayers.Labelled(span, structure.Type, own), made: true);
    }

    /// <summary>DKPro's and INCEpTION's relation layers name their ends so.</summary>
    private static (string From, string To)? RelationEnds(CasStructure structure) =>
        structure[CasLayers.Governor] is { } governor && structure[CasLayers.Dependent] is { } dependent ? (governor, dependent)
        : structure["source"] is { } source && structure["target"] is { } target ? (source, target)
        : null;

    private static void ReadRelation(CasStructure structure, string from, string to, DocumentBuilder document)
    {
        string[] ends = ["begin", "end", "sofa", CasLayers.Governor, CasLayers.Dependent, "source", "target"];
        var features = structure.Features.Where(feature => !ends.Contains(feature.Name)).ToList();
        var label = CasLayers.LabelFeature(features);
        document.Tally.Add("feature of a relation dropped", features.Count(feature => feature.Name != label));
        if (structure.Type != CasLayers.Relation)
            document.Tally.Add("layer of a relation dropped");
        document.Relate(from, to, label is null ? CasLayers.ShortName(structure.Type) : structure[label]!);
    }

    /// <summary>A slot: references to structures that have no place but a role and a target. It is kept as relations of the span.</summary>
    private static bool ReadLinks(
        CasStructure structure,
        string name,
        string value,
        DocumentBuilder document,
        Dictionary<string, CasStructure> byId,
        HashSet<string> links
    )
    {
        var references = value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => byId.GetValueOrDefault(id)).ToList();
        // In JSON the feature refers to an array, and the array to the links.
        if (references is [{ } array] && array["elements"] is { } elements && array["begin"] is null)
        {
            links.Add(array.Id);
            references = [.. elements.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => byId.GetValueOrDefault(id))];
        }
        if (references.Count == 0 || !references.TrueForAll(link => link?["target"] is not null && link["begin"] is null))
            return false;
        foreach (var link in references)
        {
            links.Add(link!.Id);
            document.Relate(structure.Id, link["target"]!, link["role"] is { Length: > 0 } role ? role : name);
        }
        document.Tally.Add("slot kept as relations");
        return true;
    }

    private static void ReadMetaData(CasStructure structure, JsonObject meta, string id, LossTally tally)
    {
        foreach (var (name, value) in structure.Features)
        {
            if (name is "documentId" or "documentTitle")
            {
                if (value.Length > 0 && value != id)
                    meta[name] = value;
            }
            else if (name == "language")
            {
                if (value != NoLanguage)
                    meta[name] = value;
            }
            else if (name is not ("begin" or "end" or "sofa" or "isLastSegment"))
            {
                tally.Add("feature of the document dropped");
            }
        }
    }

    private static void ReadInfo(CasStructure structure, JsonObject meta, DocumentBuilder document)
    {
        if (StrictJson.Parse(structure["meta"] ?? "{}") is JsonObject given)
        {
            foreach (var (key, value) in given)
                meta[key] = value?.DeepClone();
        }
        else
        {
            document.Tally.Add("metadata that is no JSON dropped");
        }
        if (StrictJson.Parse(structure["intents"] ?? "[]") is JsonArray intents)
            document.Intents.AddRange(intents.Select(intent => intent?.ToString() ?? ""));
        else
            document.Tally.Add("intents that are no JSON dropped");
    }

    private static List<TextSpan>? ReadFragments(CasStructure structure, int begin, int end, DocumentBuilder document)
    {
        if (structure[Fragments] is not { } given)
            return null;
        var pieces = new List<TextSpan>();
        foreach (var pair in given.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('-') is not [var from, var to] || !int.TryParse(from, out var start) || !int.TryParse(to, out var stop))
                return null;
            pieces.Add(document.At(start, stop, null, structure.Line));
        }
        var ordered = pieces.Zip(pieces.Skip(1)).All(pair => pair.First.End <= pair.Second.Start);
        return pieces.Count > 1 && ordered && pieces[0].Start == begin && pieces[^1].End == end ? pieces : null;
    }

    /// <summary>The structures of a document, the text's own first. References to ids are numbers.</summary>
    public static List<CasStructure> Write(AnnotatedDocument document, LossTally tally)
    {
        var names = new SpanNames(document, ItemIds.IsNumber, number => $"{number}");
        tally.Add("span id changed", names.Changed);
        var next = Enumerable
            .Range(0, document.Spans.Count)
            .Select(i => int.Parse(names[i], CultureInfo.InvariantCulture))
            .DefaultIfEmpty(0)
            .Max();
        var sofa = $"{++next}";
        var end = document.Text.Length;
        var cas = new List<CasStructure>
        {
            new(sofa, Sofa, [("sofaNum", "1"), ("sofaID", InitialView), ("mimeType", "text"), ("sofaString", document.Text)], 0, null),
        };
        Add(
            $"{++next}",
            DocumentMetaData,
            0,
            end,
            [
                ("documentId", Known("documentId", document.Id)),
                ("documentTitle", Known("documentTitle", document.Id)),
                ("language", Known("language", NoLanguage)),
            ]
        );
        if (document.Meta is { Count: > 0 } || document.Intents.Count > 0)
        {
            Add(
                $"{++next}",
                DocumentInfo,
                0,
                end,
                [
                    ("meta", document.Meta?.ToJsonString() ?? "{}"),
                    ("intents", new JsonArray([.. document.Intents.Select(intent => (JsonNode)intent)]).ToJsonString()),
                ]
            );
        }
        for (var i = 0; i < document.Spans.Count; i++)
        {
            var span = document.Spans[i];
            var (type, features) = CasLayers.Of(span, tally);
            if (span.Fragments is { Count: > 1 } fragments && !features.Exists(feature => feature.Name == Fragments))
                features.Add((Fragments, string.Join(' ', fragments.Select(piece => $"{piece.Start}-{piece.End}"))));
            Add(names[i], type, span.Span.Start, span.Span.End, features);
        }
        var spans = document.Spans.Where(span => span.Id is not null).ToDictionary(span => span.Id!, StringComparer.Ordinal);
        foreach (var relation in document.Relations)
        {
            var dependent = spans[relation.To].Span;
            Add(
                $"{++next}",
                CasLayers.Relation,
                dependent.Start,
                dependent.End,
                [
                    (CasLayers.Governor, names.Of(relation.From)!),
                    (CasLayers.Dependent, names.Of(relation.To)!),
                    (CasLayers.Value, relation.Type),
                ]
            );
        }
        return cas;

        string Known(string key, string otherwise) =>
            document.Meta?[key] is JsonValue value && value.TryGetValue<string>(out var known) && known.Length > 0 ? known : otherwise;

        void Add(string id, string type, int from, int to, List<(string Name, string Value)> features) =>
            cas.Add(new(id, type, [("sofa", sofa), ("begin", $"{from}"), ("end", $"{to}"), .. features], 0, null));
    }
}
