using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ClinicalNlp.Server.Problems;

/// <summary>What a request body must be before it is bound: JSON, in UTF-8, of whole characters. Refusals say where, never what.</summary>
public static class JsonBody
{
    /// <summary>Room for a batch of notes or a document of ten megabytes and more. It is held in memory, beside the text read from it, while it is answered.</summary>
    public const int MaximumBytes = 32 * 1024 * 1024;

    /// <summary>
    /// A longer body is read to its end up to here and thrown away, because a client that is cut off while it sends sees a broken connection
    /// instead of the answer.
    /// </summary>
    public const long MaximumDiscarded = 256L * 1024 * 1024;

    public static readonly string TooLongDetail =
        $"The body is over the limit of {MaximumBytes} bytes. Send less at a time; `clinicalnlp extract` takes larger files.";

    /// <summary>Strict on purpose: a misspelt field that is ignored is a correction that is lost.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter<OffsetUnit>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullElements } };
    }

    /// <summary>Middleware: reads and checks the body of an endpoint that takes JSON, then hands it on.</summary>
    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not { } accepts)
        {
            await next(context);
            return;
        }

        var request = context.Request;
        if (request.ContentType is null && request.ContentLength is null or 0 && accepts.IsOptional)
        {
            await next(context);
            return;
        }

        if (!IsJsonInUtf8(request.ContentType))
        {
            throw new ProblemException("unsupported_media_type", "Send JSON as application/json in UTF-8.");
        }

        if (request.ContentLength > MaximumBytes)
        {
            throw await TooLongAsync(context);
        }

        var (buffer, length) = await ReadAsync(context);
        try
        {
            Check(buffer.AsSpan(0, length));
            request.Body = new MemoryStream(buffer, 0, length, writable: false);
            await next(context);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // clinical text does not linger in a shared pool
        }
    }

    /// <exception cref="ProblemException">invalid_utf8, nul_character, unpaired_surrogate, invalid_json</exception>
    public static void Check(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            throw new ProblemException("invalid_json", "The body starts with a byte order mark; leave it out.");
        }

        if (!Utf8.IsValid(body))
        {
            throw new ProblemException("invalid_utf8", $"The body is not valid UTF-8: byte {FirstInvalid(body)} starts no character.");
        }

        if (body.IndexOf((byte)0) is >= 0 and var nul)
        {
            throw new ProblemException("nul_character", $"The body holds a NUL at byte {nul}.");
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    CheckEscapes(reader.ValueSpan, reader.TokenStartIndex);
                }
            }
        }
        catch (JsonException e)
        {
            throw new ProblemException(
                "invalid_json",
                $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine} of it."
            );
        }
    }

    /// <summary>What a body that is valid JSON did wrong when it was bound. The framework's message is not passed on: it may quote the body.</summary>
    public static (string Code, string? Detail, IReadOnlyDictionary<string, object?>? Members) Explain(JsonException e, HttpContext context)
    {
        var message = e.Message;
        var at = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine} of it";
        var place = PlaceOf(e, context);
        var where = place is { Path.Length: > 0 } ? $"in {place.Path}, at {at}" : $"at {at}";
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            var known = place is { Fields.Count: > 0 } ? $" Known there: {string.Join(", ", place.Fields)}." : "";
            return ("unknown_field", $"Unknown field {where}.{known}", null);
        }

        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            return ("missing_field", $"Missing {QuotedNames(message)} {where}, where its object ends.", null);
        }

        if (message.Contains("uplicate propert", StringComparison.Ordinal))
        {
            return ("invalid_value", $"A field is given twice, {where}.", null);
        }

        var expected = place is { Expected: { } words } ? $" Expected there: {words}." : "";
        return ("invalid_value", $"A value has the wrong type or is not allowed, {where}.{expected}", null);
    }

    private static JsonPlace? PlaceOf(JsonException e, HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } root
            ? JsonPlace.Of(e, root, context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)
            : null;

    // "JSON deserialization for type 'X' was missing required properties including: 'text', 'unit'." The names after the colon are our own.
    private static string QuotedNames(string message) => message[(message.LastIndexOf(':') + 1)..].Trim(' ', '.');

    // Nullable annotations are checked on members by the serialiser, on the elements of a list by nobody.
    private static void RefuseNullElements(JsonTypeInfo type)
    {
        if (
            type.Kind == JsonTypeInfoKind.Enumerable
            && type.ElementType?.IsValueType == false
            && type.Type.Namespace != "System.Text.Json.Nodes"
        )
        {
            type.OnDeserialized = list =>
            {
                foreach (var element in (System.Collections.IEnumerable)list)
                {
                    if (element is null)
                    {
                        throw new JsonException("null in a list");
                    }
                }
            };
        }
    }

    private static bool IsJsonInUtf8(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Value.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<(byte[] Buffer, int Length)> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 16 * 1024) + 1);
        var length = 0;
        try
        {
            while (await request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted) is > 0 and var read)
            {
                length += read;
                if (length > MaximumBytes)
                {
                    throw await TooLongAsync(context);
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }
            }

            return (buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            throw;
        }
    }

    private static async Task<ProblemException> TooLongAsync(HttpContext context)
    {
        var request = context.Request;
        // A client that waits for "100 Continue" has sent nothing yet, and need not.
        if (
            request.ContentLength is not > MaximumDiscarded
            && !request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase)
        )
        {
            var chunk = ArrayPool<byte>.Shared.Rent(64 * 1024);
            try
            {
                for (long discarded = 0; discarded < MaximumDiscarded; )
                {
                    var read = await request.Body.ReadAsync(chunk, context.RequestAborted);
                    if (read == 0)
                    {
                        break;
                    }

                    discarded += read;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(chunk, clearArray: true);
            }
        }

        return new ProblemException("text_too_long", TooLongDetail);
    }

    /// <param name="value">The raw bytes between the quotes.</param>
    private static void CheckEscapes(ReadOnlySpan<byte> value, long at)
    {
        var high = false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && value[++i] == 'u')
            {
                _ = Utf8Parser(value.Slice(i + 1, 4), out var unit);
                i += 4;
                if (unit == 0)
                {
                    throw new ProblemException("nul_character", $"The string at byte {at} holds a NUL.");
                }

                if (high != char.IsLowSurrogate((char)unit))
                {
                    throw Unpaired(at);
                }

                high = char.IsHighSurrogate((char)unit);
            }
            else if (high)
            {
                throw Unpaired(at);
            }
        }

        if (high)
        {
            throw Unpaired(at);
        }
    }

    private static bool Utf8Parser(ReadOnlySpan<byte> hex, out int value) =>
        System.Buffers.Text.Utf8Parser.TryParse(hex, out value, out _, 'x');

    private static ProblemException Unpaired(long at) =>
        new("unpaired_surrogate", $"The string at byte {at} holds half of a surrogate pair.");

    private static int FirstInvalid(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(body[at..], out _, out var used) == OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }
}
