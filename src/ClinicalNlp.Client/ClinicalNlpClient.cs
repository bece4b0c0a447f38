using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ClinicalNlp.Client;

/// <summary>The service over HTTP. Offsets count UTF-16 code units, as .NET strings do. Thread-safe.</summary>
/// <remarks>
/// <code>
/// using var client = new ClinicalNlpClient(new Uri("http://127.0.0.1:5080"), apiKey);
/// Extraction found = await client.ExtractAsync("Started metformin 500 mg PO BID.");
/// </code>
/// Every method throws <see cref="ServiceException"/> for an answer that is a problem, after the attempts of <see cref="RetrySettings"/>. A save carries an idempotency key:
/// one whose answer was lost is sent again and never carried out twice.
/// </remarks>
public sealed partial class ClinicalNlpClient : IDisposable
{
    private const string Unit = "utf16CodeUnit";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    private readonly HttpClient http;
    private readonly Retrying retrying;
    private readonly EventStream events;
    private readonly TimeProvider clock;

    /// <summary>A client of one service; it keeps its connections.</summary>
    /// <param name="apiKey">Null where the service asks for none: on its own machine while no key was made.</param>
    /// <param name="handler">What sends; null for the system's. It is not disposed of.</param>
    public ClinicalNlpClient(
        Uri service,
        string? apiKey = null,
        RetrySettings? retries = null,
        HttpMessageHandler? handler = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(service);
        http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        http.BaseAddress = service;
        if (apiKey is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        clock = time ?? TimeProvider.System;
        retrying = new Retrying(http, retries ?? RetrySettings.Default, clock);
        events = new EventStream(http, retries ?? RetrySettings.Default, clock, Json);
    }

    /// <summary>The clinical entities of one text.</summary>
    public Task<Extraction> ExtractAsync(string text, CancellationToken cancellation = default) =>
        PostAsync<Extraction>("/v1/extract", new { text, offsetUnit = Unit }, repeatable: true, cancellation);

    /// <summary>The clinical entities of up to 1,000 texts.</summary>
    public Task<Extractions> ExtractAsync(IReadOnlyList<TextToRead> documents, CancellationToken cancellation = default) =>
        PostAsync<Extractions>("/v1/extract", new { documents, offsetUnit = Unit }, repeatable: true, cancellation);

    /// <summary>What a message wants.</summary>
    /// <param name="previousTurns">What was said before, oldest first.</param>
    public Task<Classification> ClassifyAsync(
        string text,
        IReadOnlyList<Turn>? previousTurns = null,
        CancellationToken cancellation = default
    ) =>
        PostAsync<Classification>(
            "/v1/intents",
            new
            {
                text,
                previousTurns,
                offsetUnit = Unit,
            },
            repeatable: true,
            cancellation
        );

    public Task<Project> CreateProjectAsync(
        string name,
        IReadOnlyList<Label>? labels = null,
        IReadOnlyList<Intent>? intents = null,
        CancellationToken cancellation = default
    ) =>
        PostAsync<Project>(
            "/v1/projects",
            new
            {
                name,
                labels,
                intents,
            },
            repeatable: false,
            cancellation
        );

    public Task<Project> GetProjectAsync(string id, CancellationToken cancellation = default) =>
        GetAsync<Project>($"/v1/projects/{Escape(id)}", cancellation);

    /// <summary>All projects where the caller has a role, a page at a time.</summary>
    public IAsyncEnumerable<Project> ListProjectsAsync(CancellationToken cancellation = default) =>
        ListAsync<Project>("/v1/projects", cancellation);

    /// <summary>Stores documents: all of them, or none. Give them external ids: with those a repeated call is refused instead of storing them twice.</summary>
    public async Task<IReadOnlyList<AddedDocument>> AddDocumentsAsync(
        string projectId,
        IReadOnlyList<NewDocument> documents,
        CancellationToken cancellation = default
    )
    {
        Listed<AddedDocument> added = await PostAsync<Listed<AddedDocument>>(
                $"/v1/projects/{Escape(projectId)}/documents",
                new { documents, offsetUnit = Unit },
                repeatable: false,
                cancellation
            )
            .ConfigureAwait(false);
        return added.Items;
    }

    public Task<Document> GetDocumentAsync(string id, CancellationToken cancellation = default) =>
        GetAsync<Document>($"/v1/documents/{Escape(id)}?offsetUnit={Unit}", cancellation);

    /// <summary>Asks the model in use for suggestions in place of those that are undecided.</summary>
    public Task<Document> SuggestAsync(string documentId, CancellationToken cancellation = default) =>
        PostAsync<Document>(
            $"/v1/documents/{Escape(documentId)}/suggestions?offsetUnit={Unit}",
            new { replace = true },
            true,
            cancellation
        );

    /// <summary>Saves what a person decided on the document as it was at this revision: all of it or nothing.</summary>
    /// <exception cref="ServiceException"><see cref="ServiceException.IsStale"/>: somebody else saved first.</exception>
    public Task<Saved> CorrectAsync(
        string documentId,
        int revision,
        IReadOnlyList<Change> changes,
        string? idempotencyKey = null,
        CancellationToken cancellation = default
    ) =>
        PostAsync<Saved>(
            $"/v1/documents/{Escape(documentId)}/corrections",
            new
            {
                revision,
                changes,
                idempotencyKey = idempotencyKey ?? Guid.NewGuid().ToString(),
                offsetUnit = Unit,
            },
            repeatable: true,
            cancellation
        );

    /// <summary>Declares the document gold.</summary>
    /// <param name="undecided">What becomes of suggestions that nobody decided: <c>accept</c> or <c>reject</c>; null refuses while there are any.</param>
    public Task<Saved> CompleteAsync(string documentId, int revision, string? undecided = null, CancellationToken cancellation = default) =>
        PostAsync<Saved>(
            $"/v1/documents/{Escape(documentId)}/complete",
            new
            {
                revision,
                undecided,
                idempotencyKey = Guid.NewGuid().ToString(),
                offsetUnit = Unit,
            },
            repeatable: true,
            cancellation
        );

    /// <summary>Concepts of the imported terminologies by their names, the best first.</summary>
    /// <param name="label">Of the mention: decides which terminologies come first.</param>
    /// <param name="system">The one terminology to look in.</param>
    public async Task<IReadOnlyList<FoundConcept>> FindConceptsAsync(
        string query,
        string? label = null,
        string? system = null,
        int limit = 10,
        CancellationToken cancellation = default
    )
    {
        string more = (label is null ? "" : $"&label={Escape(label)}") + (system is null ? "" : $"&system={Escape(system)}");
        Listed<FoundConcept> found = await GetAsync<Listed<FoundConcept>>(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/v1/concepts?query={Escape(query)}&limit={limit}{more}"),
                cancellation
            )
            .ConfigureAwait(false);
        return found.Items;
    }

    /// <summary>What happens in a project from now on, or after an event. It never ends by itself: a broken line is asked for again, and nothing is missed or told twice.</summary>
    /// <param name="after">The id of the last event that was worked on.</param>
    public IAsyncEnumerable<ProjectEvent> FollowAsync(string projectId, long? after = null, CancellationToken cancellation = default) =>
        events.FollowAsync(projectId, after, cancellation);

    /// <summary>Registers an address that is told of events; keep the secret of the answer for <see cref="WebhookSignature"/>.</summary>
    public Task<NewWebhook> CreateWebhookAsync(
        string projectId,
        Uri url,
        IReadOnlyList<string> types,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(url);
        return PostAsync<NewWebhook>(
            $"/v1/projects/{Escape(projectId)}/webhooks",
            new { url = url.AbsoluteUri, events = types },
            repeatable: false,
            cancellation
        );
    }

    public IAsyncEnumerable<Webhook> ListWebhooksAsync(string projectId, CancellationToken cancellation = default) =>
        ListAsync<Webhook>($"/v1/projects/{Escape(projectId)}/webhooks", cancellation);

    /// <summary>Moves an address, chooses its events anew, or lets messages wait; null leaves as it is. Messages that wait go to the new address.</summary>
    public Task<Webhook> ChangeWebhookAsync(
        string projectId,
        string id,
        Uri? url = null,
        IReadOnlyList<string>? types = null,
        bool? paused = null,
        CancellationToken cancellation = default
    )
    {
        var change = new JsonObject();
        if (url is not null)
            change["url"] = url.AbsoluteUri;
        if (types is not null)
            change["events"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]);
        if (paused is not null)
            change["paused"] = paused;
        return SendAsync<Webhook>(
            () =>
                new HttpRequestMessage(HttpMethod.Put, $"/v1/projects/{Escape(projectId)}/webhooks/{Escape(id)}")
                {
                    Content = JsonContent.Create(change, options: Json),
                },
            // Said twice, the second is refused as no change.
            repeatable: false,
            cancellation
        );
    }

    /// <summary>Makes a new secret; messages are signed with the old one too for the time given, so that a receiver can change over without missing any.</summary>
    /// <param name="oldValidHours">0 to 720; 0 when the old one has leaked.</param>
    public Task<RotatedSecret> RotateWebhookSecretAsync(
        string projectId,
        string id,
        int oldValidHours,
        CancellationToken cancellation = default
    ) =>
        PostAsync<RotatedSecret>(
            $"/v1/projects/{Escape(projectId)}/webhooks/{Escape(id)}/rotate-secret",
            new { oldValidHours },
            repeatable: false,
            cancellation
        );

    /// <summary>Lets a document come in again under the external id of one that was erased.</summary>
    public async Task AllowErasedIdAsync(string projectId, string externalId, CancellationToken cancellation = default)
    {
        using HttpResponseMessage answer = await retrying
            .SendAsync(
                () =>
                    new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{Escape(projectId)}/erased-ids/allow")
                    {
                        Content = JsonContent.Create(new { externalId }, options: Json),
                    },
                repeatable: false,
                cancellation
            )
            .ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await ProblemAsync(answer, cancellation).ConfigureAwait(false);
    }

    public async Task DeleteWebhookAsync(string projectId, string id, CancellationToken cancellation = default)
    {
        using HttpResponseMessage answer = await retrying
            .SendAsync(
                () => new HttpRequestMessage(HttpMethod.Delete, $"/v1/projects/{Escape(projectId)}/webhooks/{Escape(id)}"),
                repeatable: true,
                cancellation
            )
            .ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await ProblemAsync(answer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a message of the type <c>webhook.test</c>.</summary>
    public Task<WebhookDelivery> TestWebhookAsync(string projectId, string id, CancellationToken cancellation = default) =>
        PostAsync<WebhookDelivery>(
            $"/v1/projects/{Escape(projectId)}/webhooks/{Escape(id)}/test",
            new { },
            repeatable: false,
            cancellation
        );

    /// <summary>What an address was told, the newest first.</summary>
    public IAsyncEnumerable<WebhookDelivery> ListDeliveriesAsync(string projectId, string id, CancellationToken cancellation = default) =>
        ListAsync<WebhookDelivery>($"/v1/projects/{Escape(projectId)}/webhooks/{Escape(id)}/deliveries", cancellation);

    public void Dispose() => http.Dispose();

    private static string Escape(string part) => Uri.EscapeDataString(part);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        SendAsync<T>(() => new HttpRequestMessage(HttpMethod.Get, path), repeatable: true, cancellation);

    private Task<T> PostAsync<T>(string path, object body, bool repeatable, CancellationToken cancellation) =>
        SendAsync<T>(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType(), options: Json) },
            repeatable,
            cancellation
        );

    private async IAsyncEnumerable<T> ListAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            string page = after is null ? path : $"{path}?after={Escape(after)}";
            Listed<T> listed = await GetAsync<Listed<T>>(page, cancellation).ConfigureAwait(false);
            foreach (T item in listed.Items)
                yield return item;
            after = listed.Next;
        } while (after is not null);
    }

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> build, bool repeatable, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await retrying.SendAsync(build, repeatable, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await ProblemAsync(answer, cancellation).ConfigureAwait(false);
        return await ReadAsync<T>(answer, cancellation).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation) =>
        await answer.Content.ReadFromJsonAsync<T>(Json, cancellation).ConfigureAwait(false)
        ?? throw new ServiceException(answer.StatusCode, "empty_answer", "The answer has no content.", null);

    internal static async Task<ServiceException> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        string text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        JsonObject? problem = null;
        try
        {
            problem = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // Something between us and the service answered.
        }
        return new ServiceException(
            answer.StatusCode,
            (string?)problem?["code"] ?? "http_error",
            (string?)problem?["detail"] ?? answer.ReasonPhrase,
            problem
        );
    }
}
