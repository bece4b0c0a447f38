using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Adjudication;

/// <summary>What becomes gold at one place.</summary>
/// <param name="Take">The annotators whose mentions are taken: one, several, or none of them.</param>
/// <param name="Spans">The decider's own, beside those; with what is said of them. One that somebody has too stands in place of theirs.</param>
public sealed record GroupDecision(int Group, IReadOnlyList<string> Take, IReadOnlyList<NewSpan>? Spans = null);

/// <param name="Take">The annotator whose word is taken; null: nothing is said in this respect.</param>
public sealed record DetailDecision(int Detail, string? Take = null);

/// <param name="Keep">Only where both of its mentions become gold; a relation of others goes in any case.</param>
public sealed record RelationDecision(int Relation, bool Keep);

/// <param name="Take">The annotator whose intent is taken.</param>
/// <param name="Intent">The decider's own, where nobody's is taken; without either the turn has none.</param>
public sealed record TurnDecision(int Turn, string? Take = null, string? Intent = null);

/// <param name="Revision">Of the document that the decider saw.</param>
/// <param name="Groups">One for each that differs; for those that agree only where gold is to be something else.</param>
public sealed record AdjudicationDecision(
    int Revision,
    string Basis,
    IReadOnlyList<GroupDecision> Groups,
    IReadOnlyList<TurnDecision> Turns,
    string? IdempotencyKey = null
)
{
    /// <summary>One for each on which those differ whose mention is taken.</summary>
    public IReadOnlyList<DetailDecision> Details { get; init; } = [];

    /// <summary>One for each that not all have and whose mentions both become gold.</summary>
    public IReadOnlyList<RelationDecision> Relations { get; init; } = [];
}
