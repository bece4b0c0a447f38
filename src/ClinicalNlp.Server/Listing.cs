using System.Text.Json.Serialization;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Server;

/// <summary>Part of a list, in every list answer.</summary>
/// <param name="Next">The cursor for <c>after</c>; null on the last page.</param>
public sealed record Listing<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next)
{
    public static Listing<T> Of(Page<T> page) => new(page.Items, page.Next);

    public static Listing<T> Of<TStored>(Page<TStored> page, Func<TStored, T> describe) => new([.. page.Items.Select(describe)], page.Next);
}
