using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Quality;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>What readers who have the same mention may still disagree about.</summary>
public enum DetailAspect
{
    Assertion,
    Attribute,
    Concepts,
}

/// <param name="Said">In this respect alone; nothing is an opinion too.</param>
public sealed record DetailOption(string Annotator, MentionDetails Said);

/// <summary>One thing that is said of a mention, and what each annotator who has the mention says.</summary>
/// <param name="Mention">Its place among <see cref="AdjudicationCase.Mentions"/>.</param>
/// <param name="Name">Of an attribute.</param>
/// <param name="Agreed">All who have the mention say the same.</param>
public sealed record CaseDetail(
    int Index,
    int Group,
    int Mention,
    DetailAspect Aspect,
    string? Name,
    bool Agreed,
    IReadOnlyList<DetailOption> Options
)
{
    /// <summary>As it is written beside a decision.</summary>
    internal string Written =>
        Aspect == DetailAspect.Attribute ? $"attribute {Name}"
        : Aspect == DetailAspect.Concepts ? "concepts"
        : "assertion";

    internal static IReadOnlyList<CaseDetail> Of(IReadOnlyList<CaseGroup> groups)
    {
        var details = new List<CaseDetail>();
        foreach (var group in groups)
        {
            var mentions = group
                .Options.SelectMany(option => option.Mentions.Select(mention => (option.Annotator, Mention: mention)))
                .GroupBy(item => item.Mention.Mention)
                .OrderBy(readers => readers.Key);
            foreach (var readers in mentions)
            {
                foreach (var (aspect, name) in readers.SelectMany(reader => Aspects(reader.Mention.Details)).Distinct().Order())
                {
                    List<DetailOption> options =
                    [
                        .. readers.Select(reader => new DetailOption(reader.Annotator, Only(reader.Mention.Details, aspect, name))),
                    ];
                    bool agreed = options.TrueForAll(option => option.Said.Equals(options[0].Said));
                    details.Add(new CaseDetail(details.Count, group.Index, readers.Key, aspect, name, agreed, options));
                }
            }
        }

        return details;
    }

    /// <param name="parts">Each in another respect.</param>
    internal static MentionDetails Joined(IReadOnlyCollection<MentionDetails> parts) =>
        new()
        {
            Assertion = parts.Select(part => part.Assertion).FirstOrDefault(assertion => assertion is not null),
            Attributes = parts.SelectMany(part => part.Attributes).ToDictionary(),
            Concepts = [.. parts.SelectMany(part => part.Concepts)],
        };

    private static IEnumerable<(DetailAspect Aspect, string? Name)> Aspects(MentionDetails details)
    {
        if (details.Assertion is not null)
        {
            yield return (DetailAspect.Assertion, null);
        }

        foreach (string name in details.Attributes.Keys)
        {
            yield return (DetailAspect.Attribute, name);
        }

        if (details.Concepts.Count > 0)
        {
            yield return (DetailAspect.Concepts, null);
        }
    }

    private static MentionDetails Only(MentionDetails details, DetailAspect aspect, string? name) =>
        aspect switch
        {
            DetailAspect.Assertion => new() { Assertion = details.Assertion },
            DetailAspect.Concepts => new() { Concepts = details.Concepts },
            _ => new() { Attributes = details.Attributes.Where(pair => pair.Key == name).ToDictionary() },
        };
}

/// <summary>A relation that somebody made between two mentions.</summary>
/// <param name="From">Its place among <see cref="AdjudicationCase.Mentions"/>, as is <paramref name="To"/>.</param>
/// <param name="Agreed">All annotators have it.</param>
public sealed record CaseRelation(int Index, int From, int To, string Type, bool Agreed, IReadOnlyList<string> Annotators)
{
    internal static IReadOnlyList<CaseRelation> Of(IReadOnlyList<FinishedCopy> copies, Dictionary<MentionKey, int> index) =>
        [
            .. copies
                .SelectMany(copy => Of(copy, index))
                .GroupBy(item => (item.From, item.To, item.Type), item => item.Annotator)
                .OrderBy(relation => relation.Key)
                .Select(
                    (relation, position) =>
                        new CaseRelation(
                            position,
                            relation.Key.From,
                            relation.Key.To,
                            relation.Key.Type,
                            relation.Distinct().Count() == copies.Count,
                            [.. relation.Distinct()]
                        )
                ),
        ];

    private static IEnumerable<(int From, int To, string Type, string Annotator)> Of(FinishedCopy copy, Dictionary<MentionKey, int> index)
    {
        var mentions = copy.Mentions.ToDictionary(mention => mention.Id);
        foreach (var relation in copy.Document.Relations)
        {
            // Of a mention that was planted nothing is left.
            if (mentions.TryGetValue(relation.From, out var from) && mentions.TryGetValue(relation.To, out var to))
            {
                yield return (index[new(from.Place, from.Label)], index[new(to.Place, to.Label)], relation.Type, copy.Assignee);
            }
        }
    }
}
