using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Corpora;
using ClinicalNlp.Server.Comments;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Adjudication;

/// <param name="Total">All that wait.</param>
/// <param name="Next">Passed as <c>after</c> it gives the following part; null at the end.</param>
public sealed record WaitingAnswer(IReadOnlyList<WaitingCase> Items, int Total, string? Next);

/// <param name="Limit">So many of the waiting are looked at, 1 to 1000; 100 when it is absent.</param>
/// <param name="After">Where the request before it stopped: its <c>next</c>.</param>
public sealed record AdoptRequest(int? Limit = null, string? After = null);

/// <param name="Doubtful">A wrong suggestion had been planted here and was accepted; this is what the model had said.</param>
/// <param name="Mention">The same number in all options that have the same place and label; details and relations name it.</param>
/// <param name="Fragments">The pieces of a discontinuous mention; absent for one piece.</param>
public sealed record OptionMentionAnswer(
    int Mention,
    int Start,
    int End,
    string Text,
    string Label,
    bool Doubtful,
    IReadOnlyList<Fragment>? Fragments
);

public sealed record OptionAnswer(string Annotator, IReadOnlyList<OptionMentionAnswer> Mentions);

/// <summary>Mentions of all annotators that overlap: one place to decide.</summary>
public sealed record GroupAnswer(int Index, int Start, int End, bool Agreed, IReadOnlyList<OptionAnswer> Options);

/// <summary>What one annotator says in one respect; nothing of it present: nothing.</summary>
/// <param name="Value">Of an attribute; a flag's value is <c>true</c>.</param>
public sealed record DetailOptionAnswer(string Annotator, SpanAssertion? Assertion, string? Value, IReadOnlyList<string>? Concepts);

/// <summary>One thing that is said of a mention by those who have it.</summary>
/// <param name="Name">Of an attribute.</param>
public sealed record DetailAnswer(
    int Index,
    int Group,
    int Mention,
    int Start,
    int End,
    DetailAspect Aspect,
    string? Name,
    bool Agreed,
    IReadOnlyList<DetailOptionAnswer> Options
);

/// <param name="Basis">To be sent with the decisions.</param>
/// <param name="Comments">On the document and on all its finished readings.</param>
public sealed record CaseAnswer(
    DocumentAnswer Document,
    string Basis,
    IReadOnlyList<string> Annotators,
    IReadOnlyList<GroupAnswer> Groups,
    IReadOnlyList<DetailAnswer> Details,
    IReadOnlyList<CaseRelation> Relations,
    IReadOnlyList<CaseTurn> Turns,
    IReadOnlyList<CommentAnswer> Comments
)
{
    public static CaseAnswer Of(AdjudicationCase open, IReadOnlyList<Comment> comments, OffsetUnit unit)
    {
        var text = open.Document.Text;
        var map = new OffsetMap(text, unit);
        return new CaseAnswer(
            DocumentAnswer.Of(open.Document, unit),
            open.Basis,
            open.Annotators,
            [
                .. open.Groups.Select(group => new GroupAnswer(
                    group.Index,
                    map.FromUtf16(group.Span.Start),
                    map.FromUtf16(group.Span.End),
                    group.Agreed,
                    [.. group.Options.Select(option => new OptionAnswer(option.Annotator, [.. option.Mentions.Select(Mention)]))]
                )),
            ],
            [.. open.Details.Select(Detail)],
            open.Relations,
            open.Turns,
            [.. comments.Select(comment => CommentAnswer.Of(comment, map))]
        );

        OptionMentionAnswer Mention(OptionMention mention) =>
            new(
                mention.Mention,
                map.FromUtf16(mention.Span.Start),
                map.FromUtf16(mention.Span.End),
                mention.Key.Place.Of(text),
                mention.Label,
                mention.Doubtful,
                Fragment.Of(mention.Key.Place, map)
            );

        DetailAnswer Detail(CaseDetail detail)
        {
            var span = open.Mentions[detail.Mention].Place.Span;
            return new DetailAnswer(
                detail.Index,
                detail.Group,
                detail.Mention,
                map.FromUtf16(span.Start),
                map.FromUtf16(span.End),
                detail.Aspect,
                detail.Name,
                detail.Agreed,
                [
                    .. detail.Options.Select(option => new DetailOptionAnswer(
                        option.Annotator,
                        option.Said.Assertion,
                        option.Said.Attributes.Values.FirstOrDefault(),
                        option.Said.Concepts.Count == 0 ? null : option.Said.Concepts
                    )),
                ]
            );
        }
    }
}

/// <param name="Take">The annotators whose mentions are taken: one, several, or none.</param>
/// <param name="Spans">The decider's own.</param>
public sealed record GroupDecisionRequest(int Group, IReadOnlyList<string> Take, IReadOnlyList<SpanRequest>? Spans = null);

/// <param name="Revision">Of the document that was seen.</param>
/// <param name="Groups">One for each that differs; agreed ones may be overruled.</param>
/// <param name="Details">One for each on which those differ whose mention is taken.</param>
/// <param name="Relations">One for each that not all have and whose mentions both become gold.</param>
public sealed record AdjudicationRequest(
    int Revision,
    string Basis,
    IReadOnlyList<GroupDecisionRequest>? Groups = null,
    IReadOnlyList<DetailDecision>? Details = null,
    IReadOnlyList<RelationDecision>? Relations = null,
    IReadOnlyList<TurnDecision>? Turns = null,
    string? IdempotencyKey = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);
