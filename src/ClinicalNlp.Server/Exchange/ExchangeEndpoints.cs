using System.Globalization;
using System.IO.Compression;
using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Exchange;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace ClinicalNlp.Server.Exchange;

/// <param name="Documents">How many documents lost something of this kind.</param>
public sealed record LossAnswer(string Kind, int Documents, int Count);

/// <param name="Losses">What of the file has no place here.</param>
public sealed record FileImportAnswer(IReadOnlyList<AddedDocument> Items, IReadOnlyList<LossAnswer> Losses);

/// <summary>What an import would do; nothing is stored.</summary>
/// <param name="Intents">How many utterances have one.</param>
/// <param name="Finished">The file has annotations: its documents would be done, and what models learn from.</param>
/// <param name="MissingLabels">Labels of the file that the project does not have: the import is refused until it has them.</param>
/// <param name="MissingIntents">The same of intents.</param>
/// <param name="Losses">What of the file has no place here.</param>
public sealed record ImportCheck(
    int Documents,
    int Spans,
    int Relations,
    int Intents,
    bool Finished,
    IReadOnlyList<string> MissingLabels,
    IReadOnlyList<string> MissingIntents,
    IReadOnlyList<LossAnswer> Losses
)
{
    internal static ImportCheck Of(IReadOnlyList<NewDocument> documents, MissingNames missing, IReadOnlyList<LossAnswer> losses)
    {
        int intents = documents.Sum(document => document.Turns?.Count(turn => turn.Intent is not null) ?? 0);
        return new ImportCheck(
            documents.Count,
            documents.Sum(document => document.Spans?.Count ?? 0),
            documents.Sum(document => document.Relations.Count),
            intents,
            intents > 0 || documents.Any(document => document.Spans is not null),
            missing.Labels,
            missing.Intents,
            losses
        );
    }
}

/// <param name="Status"><c>done</c>, <c>in_progress</c>, <c>new</c> or <c>all</c>; without it <c>done</c>, or <c>all</c> of the documents that are named.</param>
/// <param name="Text">In the external id (without one: the id) or the group.</param>
/// <param name="Documents">Ids: none but these. Each must be in the project and in use.</param>
public sealed record ExportRequest(
    string Format,
    string? Status = null,
    string? Kind = null,
    string? Text = null,
    IReadOnlyList<string>? Documents = null
);

/// <param name="Losses">What of the documents the format has no place for.</param>
public sealed record ExportReport(string Format, string FileName, int Documents, int Spans, IReadOnlyList<LossAnswer> Losses);

/// <summary>Whole projects in and out, in every format of <see cref="CorpusFormats"/>.</summary>
public static class ExchangeEndpoints
{
    /// <summary>Of one import, held in memory while it is read.</summary>
    private const int MaximumBytes = 128 * 1024 * 1024;

    private const string ReportSample =
        """{"format":"conll","fileName":"project.conll","documents":40,"spans":512,"losses":[{"kind":"overlapping span dropped","documents":3,"count":5}]}""";

    private const string ChosenSample = """{"format":"conll","documents":["0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f"]}""";

    private static readonly string Formats = string.Join(", ", CorpusFormats.All.Select(format => $"`{format.Name}`"));

    /// <summary>Why a file is not imported.</summary>
    private static readonly string[] Refusals =
    [
        "not_found",
        "unknown_format",
        "invalid_value",
        "text_too_long",
        "invalid_json",
        "invalid_line",
        "invalid_tag",
        "invalid_xml",
        "invalid_yaml",
        "invalid_csv",
        "invalid_zip",
        "file_missing",
        "missing_field",
        "unknown_field",
        "wrong_type",
        "duplicate_id",
        "unknown_span",
        "nul_character",
        "unpaired_surrogate",
        "empty_text",
        "no_turns",
        "span_out_of_range",
        "span_off_surface",
        "label_not_in_schema",
        "external_id_taken",
        "external_id_erased",
        "storage_damaged",
        "name_missing",
    ];

    public static void MapExchange(this IEndpointRouteBuilder api)
    {
        var project = api.MapGroup("/projects/{projectId}").WithTags("Exchange").RequireRole(ProjectRole.Manager);
        project
            .MapGet("/export", Export)
            .Describe(
                "exportProject",
                "A project's documents as a file of any exchange format.",
                $"`format` is one of {Formats}. Formats of a file a document come as a zip archive. `status` is `done` (the default), `in_progress`, `new` or `all`; "
                    + "`kind` and `text` (in its external id, id or group) narrow it further. Suggestions that nobody decided are left out. What the format has no place for says `/export/report`."
            )
            .Produces<string>(StatusCodes.Status200OK, "application/octet-stream")
            .Fails(body: false, "invalid_value", "unknown_format", "not_found", "storage_full", "storage_read_only");
        project
            .MapGet("/export/report", Report)
            .Describe("reportExport", "What an export would hold, and what of the documents the format has no place for, by count.")
            .Fails(body: false, "invalid_value", "unknown_format", "not_found")
            .Example(null, ReportSample);
        project
            .MapPost("/export", ExportChosen)
            .Describe(
                "exportDocuments",
                "Chosen documents of a project as a file of any exchange format.",
                "As `exportProject`, with the ids of the documents: more of them than an address has room for."
            )
            .Produces<string>(StatusCodes.Status200OK, "application/octet-stream")
            .Fails(body: true, "invalid_value", "unknown_format", "not_found", "storage_full", "storage_read_only")
            .Example(ChosenSample, null);
        project
            .MapPost("/export/report", ReportChosen)
            .Describe("reportExportOfDocuments", "What an export of chosen documents would hold and lose.")
            .Fails(body: true, "invalid_value", "unknown_format", "not_found")
            .Example(ChosenSample, ReportSample);
        project
            .MapPost("/import", Import)
            .TakesFile()
            .Describe(
                "importProject",
                "Stores the documents of a file of any exchange format: all of them, or none when one is refused.",
                $"The body is the file as it is; `format` is one of {Formats}. Formats of a file a document may also come as a zip archive. A file with any annotation is gold, "
                    + "and its documents are done; one with none is new work. `name` names the document of a file without ids, `externalIds=false` leaves the file's ids out "
                    + "(the default of formats of utterances, which have none). Offsets are checked against the words where the format has them; a refusal names the line."
            )
            .Fails(body: false, [.. Refusals, "storage_full", "storage_read_only"])
            .Example(
                null,
                """{"items":[{"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","revision":1}],"losses":[{"kind":"relation dropped","documents":1,"count":2}]}"""
            );
        project
            .MapPost("/import/check", Check)
            .TakesFile()
            .Describe(
                "checkImport",
                "What an import of the file would do. Nothing is stored.",
                "As `importProject`, with the same refusals; labels and intents that the project does not have are listed instead of refused."
            )
            .Fails(body: false, Refusals)
            .Example(
                null,
                """{"documents":2,"spans":1,"relations":0,"intents":2,"finished":true,"missingLabels":[],"missingIntents":["greeting"],"losses":[{"kind":"synonym dropped","documents":1,"count":1}]}"""
            );
    }

    private static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                // Not by .Accepts: bodies of endpoints that declare what they accept are checked to be JSON.
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/octet-stream"] = new()
                        {
                            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                        },
                    },
                };
                return Task.CompletedTask;
            }
        );

    private static Task Export(
        string projectId,
        string format,
        HttpContext context,
        DocumentListStore store,
        ClaimsPrincipal user,
        string? status = null,
        string? kind = null,
        string? text = null
    ) => ExportChosen(projectId, new ExportRequest(format, status, kind, text), context, store, user);

    private static async Task ExportChosen(
        string projectId,
        ExportRequest request,
        HttpContext context,
        DocumentListStore store,
        ClaimsPrincipal user
    )
    {
        var (written, filter) = (FormatOf(request.Format), FilterOf(request));
        var documents = store.All(projectId, filter, request.Documents);
        store.NoteExport(projectId, written.Name, filter, request.Documents, user.Actor());
        context.Response.ContentType = written.MediaType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{FileName(written)}\"";
        context.Response.Headers.CacheControl = "no-store";
        // The formats write as a file is written; a buffer keeps the writes few, and nothing but it is held.
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        await Task.Run(
            () =>
            {
                var body = new BufferedStream(context.Response.Body, 1 << 16);
                written.WriteTo(Exported(documents, written, null, context.RequestAborted), body);
                body.Flush();
            },
            context.RequestAborted
        );
    }

    private static Ok<ExportReport> Report(
        string projectId,
        string format,
        DocumentListStore store,
        CancellationToken cancellation,
        string? status = null,
        string? kind = null,
        string? text = null
    ) => ReportChosen(projectId, new ExportRequest(format, status, kind, text), store, cancellation);

    private static Ok<ExportReport> ReportChosen(
        string projectId,
        ExportRequest request,
        DocumentListStore store,
        CancellationToken cancellation
    )
    {
        var written = FormatOf(request.Format);
        var losses = new List<string>();
        int documents = 0,
            spans = 0;
        written.WriteTo(Counted(), Stream.Null, losses);
        return TypedResults.Ok(new ExportReport(written.Name, FileName(written), documents, spans, Answers(losses)));

        IEnumerable<AnnotatedDocument> Counted()
        {
            var all = store.All(projectId, FilterOf(request), request.Documents);
            foreach (var document in Exported(all, written, losses, cancellation))
            {
                documents++;
                spans += document.Spans.Count;
                yield return document;
            }
        }
    }

    private static async Task<Created<FileImportAnswer>> Import(
        string projectId,
        string format,
        HttpRequest request,
        DocumentStore store,
        ClaimsPrincipal user,
        ProjectStore projects,
        CancellationToken cancellation,
        string? name = null,
        bool? externalIds = null
    )
    {
        var losses = new List<string>();
        var documents = await ReadAsync(projects.Get(projectId), format, request, name, externalIds, losses, cancellation);
        var added = store.Add(projectId, documents, user.Actor());
        return TypedResults.Created(
            $"/v1/projects/{Uri.EscapeDataString(projectId)}/documents",
            new FileImportAnswer(added, Answers(losses))
        );
    }

    private static async Task<Ok<ImportCheck>> Check(
        string projectId,
        string format,
        HttpRequest request,
        DocumentStore store,
        ClaimsPrincipal user,
        ProjectStore projects,
        CancellationToken cancellation,
        string? name = null,
        bool? externalIds = null
    )
    {
        var losses = new List<string>();
        var documents = await ReadAsync(projects.Get(projectId), format, request, name, externalIds, losses, cancellation);
        return TypedResults.Ok(ImportCheck.Of(documents, store.Check(projectId, documents, user.Actor()), Answers(losses)));
    }

    private static async Task<IReadOnlyList<NewDocument>> ReadAsync(
        Project project,
        string format,
        HttpRequest request,
        string? name,
        bool? externalIds,
        List<string> losses,
        CancellationToken cancellation
    )
    {
        var read = FormatOf(format);
        using var body = await BodyAsync(request, cancellation);
        var documents = Documents(read, body, FileNameOf(name, read), losses);
        if (documents.Count == 0)
        {
            throw new ProblemException("empty_text", "The file holds no document.", Members(losses, null));
        }

        return ImportedDocuments.Of(documents, project, externalIds ?? !read.OfUtterances, losses);
    }

    private static List<AnnotatedDocument> Documents(CorpusFormat format, MemoryStream body, string name, List<string> losses)
    {
        try
        {
            return [.. format.ReadFrom(body, name, losses)];
        }
        catch (UnusableInputException e) when (e.Line is not null || e.File is not null)
        {
            string? file =
                e.File is { } inside && inside.StartsWith($"{name}/", StringComparison.Ordinal) ? inside[(name.Length + 1)..] : null;
            string where = string.Concat(file is null ? "" : PlaceOf(file, body), e.Line is { } line ? $"Line {line}: " : "");
            throw new ProblemException(e.Code, where + e.Reason, Members(null, e.Line));
        }
    }

    /// <remarks>By number, not by name: files are often called after patients.</remarks>
    private static string PlaceOf(string file, Stream body)
    {
        body.Position = 0;
        using var archive = new ZipArchive(body, ZipArchiveMode.Read, leaveOpen: true);
        var names = archive
            .Entries.Where(entry => entry.Name.Length > 0)
            .Select(entry => entry.FullName)
            .Order(StringComparer.Ordinal)
            .ToList();
        int place = names.IndexOf(file);
        return place < 0 ? "One of the archive's files: " : $"File {place + 1} of the {names.Count} in the archive by their names: ";
    }

    private static Dictionary<string, object?> Members(List<string>? losses, int? line)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (line is not null)
        {
            members["line"] = line;
        }

        if (losses is { Count: > 0 })
        {
            members["losses"] = Answers(losses);
        }

        return members;
    }

    private static async Task<MemoryStream> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        var chunk = new byte[1 << 16];
        for (int read; (read = await request.Body.ReadAsync(chunk, cancellation)) > 0; )
        {
            if (body.Length + read > MaximumBytes)
            {
                throw new ProblemException("text_too_long", $"The file is over the limit of {MaximumBytes} bytes; send it in parts.");
            }

            body.Write(chunk.AsSpan(0, read));
        }

        body.Position = 0;
        return body;
    }

    private static IEnumerable<AnnotatedDocument> Exported(
        IEnumerable<Document> documents,
        CorpusFormat format,
        List<string>? losses,
        CancellationToken cancellation
    )
    {
        foreach (var document in documents)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var exported in ExportedDocuments.Of(document, format, losses))
            {
                yield return exported;
            }
        }
    }

    private static DocumentFilter FilterOf(ExportRequest request) =>
        new(
            (request.Status ?? (request.Documents is null ? "done" : "all")) switch
            {
                "done" => DocumentStatus.Done,
                "in_progress" => DocumentStatus.InProgress,
                "new" => DocumentStatus.New,
                "all" => null,
                _ => throw new ProblemException("invalid_value", "status is done, in_progress, new or all."),
            },
            request.Kind,
            request.Text
        );

    /// <remarks>What was sent is not told back: a body may have anything there.</remarks>
    private static CorpusFormat FormatOf(string name) =>
        CorpusFormats.TryFind(name) ?? throw new ProblemException("unknown_format", $"format is one of {Formats}.");

    private static string FileName(CorpusFormat format) => $"project{format.StreamExtension}";

    /// <summary>Of a format without ids the file's name is the document's.</summary>
    private static string FileNameOf(string? name, CorpusFormat format)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > 200 || name.Any(char.IsControl)))
        {
            throw new ProblemException("invalid_value", "name has 1 to 200 characters.");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name ?? "document"}{(format.IsFolder && format.Extensions.Count > 0 ? format.Extensions[0] : ".file")}"
        );
    }

    private static List<LossAnswer> Answers(IEnumerable<string> losses) =>
        [.. LossSummary.Of(losses).Select(loss => new LossAnswer(loss.Kind, loss.Documents, loss.Count))];
}
