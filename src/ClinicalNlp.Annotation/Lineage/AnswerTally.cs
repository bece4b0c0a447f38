using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Lineage;

/// <param name="Day">Days since 1970 in UTC.</param>
internal sealed record TallyKey(ModelStamp Model, string Actor, AnswerKind Kind, long Day);

/// <summary>Answers of one day that are counted together.</summary>
/// <param name="Lost">How many of them have no row.</param>
internal sealed record AnswerTally(TallyKey Key, long Answers, long Lost, long Texts, long Findings)
{
    public static AnswerTally Of(Answer answer, bool lost = false) =>
        new(
            new TallyKey(answer.Model, answer.Actor, answer.Kind, answer.At.ToUnixTimeMilliseconds() / 86_400_000),
            1,
            lost ? 1 : 0,
            answer.Texts,
            answer.Findings
        );

    public static AnswerTally operator +(AnswerTally one, AnswerTally other) =>
        one with
        {
            Answers = one.Answers + other.Answers,
            Lost = one.Lost + other.Lost,
            Texts = one.Texts + other.Texts,
            Findings = one.Findings + other.Findings,
        };

    public static IReadOnlyList<AnswerTally> Sum(IEnumerable<AnswerTally> tallies) =>
        [.. tallies.GroupBy(tally => tally.Key).Select(same => same.Aggregate((one, other) => one + other))];
}
