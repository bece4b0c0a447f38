using System.Globalization;
using System.Text.Json;

namespace ClinicalNlp.Corpora;

/// <summary>Ids of items in other projects' JSON: often numbers, sometimes absent, in which case the item's place is its id.</summary>
internal sealed class ItemIds
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _items;

    /// <exception cref="UnusableInputException"><c>duplicate_id</c>.</exception>
    public string Next(JsonLine item, params ReadOnlySpan<string> fields)
    {
        _items++;
        var id = (string?)null;
        foreach (var field in fields)
        {
            if (
                id is null
                && JsonLine.TryGet(item.Root, field, out var given)
                && given.ValueKind is JsonValueKind.Number or JsonValueKind.String
            )
                id = given.ValueKind == JsonValueKind.String ? item.String(given) : given.ToString();
        }
        id = string.IsNullOrEmpty(id) ? $"{_items}" : id;
        return _seen.Add(id) ? id : throw item.Unusable("duplicate_id", "The id was used by an item above.");
    }

    /// <summary>Whether the id reads back the same from a JSON number.</summary>
    public static bool IsNumber(string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == id;

    public static void Write(Utf8JsonWriter writer, string field, string id)
    {
        if (IsNumber(id))
            writer.WriteNumber(field, int.Parse(id, CultureInfo.InvariantCulture));
        else
            writer.WriteString(field, id);
    }
}
