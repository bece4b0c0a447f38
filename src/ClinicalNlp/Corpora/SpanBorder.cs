using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Takes spans over a border: offsets in the border's unit in, UTF-16 out, checked against the surface text where it is given.</summary>
public static class SpanBorder
{
    /// <param name="surface">The words that the sender believes are there; null when it did not say.</param>
    /// <exception cref="UnusableInputException"><c>span_out_of_range</c> or <c>span_off_surface</c>; the message carries offsets, never the words.</exception>
    public static TextSpan Read(string text, OffsetMap map, int start, int end, string? surface, string? file = null, int? line = null)
    {
        if (!map.TryToUtf16(start, end, out var span))
        {
            throw new UnusableInputException(
                "span_out_of_range",
                $"The span [{start}, {end}) is empty, cuts a character, or lies outside the text, which has {map.Length} of the unit {map.Unit}.",
                file,
                line
            );
        }
        if (surface is not null && !span.Slice(text).SequenceEqual(surface))
            throw OffSurface(text, map, start, end, surface, file, line);
        return span;
    }

    /// <summary>Offsets in another unit than agreed are the usual reason: say so, it saves an afternoon.</summary>
    private static UnusableInputException OffSurface(
        string text,
        OffsetMap map,
        int start,
        int end,
        string surface,
        string? file,
        int? line
    )
    {
        var hint = "";
        foreach (var unit in Enum.GetValues<OffsetUnit>())
        {
            if (
                unit != map.Unit
                && new OffsetMap(text, unit).TryToUtf16(start, end, out var other)
                && other.Slice(text).SequenceEqual(surface)
            )
            {
                hint = $" They are when counted in the unit {unit}.";
                break;
            }
        }
        return new UnusableInputException(
            "span_off_surface",
            $"The words of the text at [{start}, {end}), counted in the unit {map.Unit}, are not the span's own words.{hint}",
            file,
            line
        )
        {
            Surfaces = (surface, map.TryToUtf16(start, end, out var found) ? found.Of(text) : ""),
        };
    }
}
