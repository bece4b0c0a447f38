using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>A row of <c>turns</c>.</summary>
internal sealed class TurnRow
{
    public string DocumentId { get; init; } = "";
    public int Position { get; init; }
    public string Speaker { get; init; } = "";
    public int SpanStart { get; init; }
    public int SpanEnd { get; init; }
    public string? Intent { get; init; }
    public string? State { get; init; }
    public string? SuggestedIntent { get; init; }
    public double? SuggestedConfidence { get; init; }
    public string? SuggestedAlternatives { get; init; }
    public string? SuggestedModel { get; init; }
    public string? SuggestedVersion { get; init; }

    public DocumentTurn ToTurn(string text)
    {
        var span = new TextSpan(SpanStart, SpanEnd);
        return new DocumentTurn(
            Position,
            Speaker,
            span.Of(text),
            span,
            Intent,
            StoredNames.ParseOrNull<IntentState>(State),
            SuggestedIntent is null
                ? null
                : new IntentSuggestion(
                    SuggestedIntent,
                    SuggestedConfidence ?? 0,
                    StoredJson.ReadOrDefault<List<IntentScore>>(SuggestedAlternatives) ?? [],
                    new ModelStamp(SuggestedModel ?? "", SuggestedVersion ?? "")
                )
        );
    }
}
