using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ClinicalNlp.Client;

/// <summary>Follows a project through broken lines and restarts of the service: it asks again from the last event that it heard.</summary>
internal sealed class EventStream(HttpClient http, RetrySettings retries, TimeProvider time, JsonSerializerOptions json)
{
    /// <summary>Heartbeats come every 15 seconds: a line silent for three of them is dead.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    public async IAsyncEnumerable<ProjectEvent> FollowAsync(
        string projectId,
        long? after,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        long? last = after;
        int failures = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await using var line = await OpenAsync(projectId, last, cancellation).ConfigureAwait(false);
            while (line is not null && await line.NextAsync(cancellation).ConfigureAwait(false) is { } item)
            {
                failures = 0;
                if (long.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                    last = id;
                if (item.EventType == "reset")
                    yield return new ProjectEvent(last ?? 0, ProjectEvent.Missed, [], false, time.GetUtcNow());
                else if (item.EventType == SseParser.EventTypeDefault)
                    yield return JsonSerializer.Deserialize<ProjectEvent>(item.Data, json)!;
            }
            // An end after something was heard is the service's, which ends every stream after a while.
            double pause = retries.FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures++, 20));
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(pause, retries.LongestPause.TotalMilliseconds)), time, cancellation)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Null where asking again later may help.</summary>
    private async Task<Line?> OpenAsync(string projectId, long? last, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/projects/{Uri.EscapeDataString(projectId)}/events");
        if (last is { } id)
            request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        if (answer.IsSuccessStatusCode)
            return new Line(answer, await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        using (answer)
        {
            return answer.StatusCode is HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500
                ? null
                : throw await ClinicalNlpClient.ProblemAsync(answer, cancellation).ConfigureAwait(false);
        }
    }

    private sealed class Line(HttpResponseMessage answer, Stream stream) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        /// <summary>Null at the end of the line, however it ended.</summary>
        public async Task<SseItem<string>?> NextAsync(CancellationToken cancellation)
        {
            try
            {
                bool more = await items.MoveNextAsync().AsTask().WaitAsync(Silence, cancellation).ConfigureAwait(false);
                return more ? items.Current : null;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or TimeoutException)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            // The answer first: it ends a read that is still waiting.
            answer.Dispose();
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
