using System.Net;
using System.Net.Http.Json;

namespace ClinicalNlp.Client;

public sealed partial class ClinicalNlpClient
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public Task<Schema> GetSchemaAsync(string projectId, CancellationToken cancellation = default) =>
        GetAsync<Schema>($"/v1/projects/{Escape(projectId)}/schema", cancellation);

    /// <summary>What a change would do; nothing is written.</summary>
    public Task<SchemaChangeEffect> PreviewSchemaChangeAsync(
        string projectId,
        SchemaChange change,
        CancellationToken cancellation = default
    ) => PostAsync<SchemaChangeEffect>($"/v1/projects/{Escape(projectId)}/schema/changes/preview", change, repeatable: true, cancellation);

    /// <summary>Changes a schema and waits for the end, as a whole or not at all.</summary>
    /// <remarks>While a long change runs, what others save is refused with <c>schema_changing</c> and sent again.</remarks>
    /// <param name="version">Of the schema that was seen.</param>
    /// <param name="progress">Told about every second how far a long change is, with the id to stop it by.</param>
    /// <param name="cancellation">Ends the waiting, not the change: that is stopped by <see cref="CancelSchemaJobAsync"/>.</param>
    /// <exception cref="ServiceException"><c>stale_schema</c>: somebody changed it first. <c>state_conflict</c>: the change was stopped. Nothing was changed then.</exception>
    public async Task<SchemaChangeEffect> ChangeSchemaAsync(
        string projectId,
        SchemaChange change,
        int version,
        IProgress<SchemaJob>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(change);
        SchemaJob job;
        using (
            HttpResponseMessage answer = await retrying
                .SendAsync(
                    () =>
                        new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{Escape(projectId)}/schema/changes")
                        {
                            Content = JsonContent.Create(new ChangeRequest(change, version), options: Json),
                        },
                    // Said twice, the second is refused: the schema is another one by then.
                    repeatable: false,
                    cancellation
                )
                .ConfigureAwait(false)
        )
        {
            if (!answer.IsSuccessStatusCode)
                throw await ProblemAsync(answer, cancellation).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.Accepted)
                return await ReadAsync<SchemaChangeEffect>(answer, cancellation).ConfigureAwait(false);
            job = await ReadAsync<SchemaJob>(answer, cancellation).ConfigureAwait(false);
        }

        progress?.Report(job);
        job = await WaitForSchemaJobAsync(projectId, job.Id, progress, cancellation).ConfigureAwait(false);
        return job.Effect
            ?? throw new ServiceException(
                HttpStatusCode.Conflict,
                job.ErrorCode ?? "state_conflict",
                job.ErrorReason ?? "the change was cancelled",
                null
            );
    }

    /// <summary>Changes of a schema that were asked for, the newest first.</summary>
    public IAsyncEnumerable<SchemaJob> ListSchemaJobsAsync(string projectId, CancellationToken cancellation = default) =>
        ListAsync<SchemaJob>($"/v1/projects/{Escape(projectId)}/schema/jobs", cancellation);

    public Task<SchemaJob> GetSchemaJobAsync(string projectId, string id, CancellationToken cancellation = default) =>
        GetAsync<SchemaJob>($"/v1/projects/{Escape(projectId)}/schema/jobs/{Escape(id)}", cancellation);

    /// <summary>Waits until a change is done, cancelled or refused.</summary>
    /// <param name="progress">Told about every second how far it is, and of the end.</param>
    public async Task<SchemaJob> WaitForSchemaJobAsync(
        string projectId,
        string id,
        IProgress<SchemaJob>? progress = null,
        CancellationToken cancellation = default
    )
    {
        while (true)
        {
            SchemaJob job = await GetSchemaJobAsync(projectId, id, cancellation).ConfigureAwait(false);
            progress?.Report(job);
            if (job.IsOver)
                return job;
            await Task.Delay(BetweenLooks, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Stops a change that is not done; nothing of it is stored.</summary>
    /// <returns>The job, which may still be waiting where it takes long to stop.</returns>
    /// <exception cref="ServiceException"><c>state_conflict</c>: it is over.</exception>
    public Task<SchemaJob> CancelSchemaJobAsync(string projectId, string id, CancellationToken cancellation = default) =>
        PostAsync<SchemaJob>(
            $"/v1/projects/{Escape(projectId)}/schema/jobs/{Escape(id)}/cancel",
            new { },
            // Said twice, the second is refused because it is over.
            repeatable: false,
            cancellation
        );

    /// <summary>A change with the version that it was thought out on, as it is sent.</summary>
    private sealed record ChangeRequest(
        string Kind,
        IReadOnlyList<string>? From,
        string? To,
        LabelLook? Look,
        string? Part,
        PartDefinition? Definition,
        string? Attribute,
        int? Undoes,
        int Version
    )
    {
        public ChangeRequest(SchemaChange change, int version)
            : this(
                change.Kind,
                change.From,
                change.To,
                change.Look,
                change.Part,
                change.Definition,
                change.Attribute,
                change.Undoes,
                version
            ) { }
    }
}
