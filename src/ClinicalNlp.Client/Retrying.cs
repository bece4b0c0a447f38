using System.Net;

namespace ClinicalNlp.Client;

/// <summary>How often and how patiently a call is tried.</summary>
/// <param name="Attempts">Of one call, the first included.</param>
/// <param name="FirstPause">Before the second attempt; doubled before each further one, up to <paramref name="LongestPause"/>.</param>
public sealed record RetrySettings(int Attempts, TimeSpan FirstPause, TimeSpan LongestPause)
{
    public static RetrySettings Default { get; } = new(5, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
}

/// <summary>
/// Sends again what may succeed later: a broken line, 429, 502, 503, 504. What the service asks for (Retry-After) is kept to. A request is built anew for each attempt.
/// </summary>
internal sealed class Retrying(HttpClient client, RetrySettings settings, TimeProvider time)
{
    /// <summary>The last answer; its caller disposes of it.</summary>
    /// <param name="repeatable">False for requests that would be carried out twice: those are sent again only where the service says that it did nothing (429).</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> build, bool repeatable, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan? asked = null;
            try
            {
                using HttpRequestMessage request = build();
                HttpResponseMessage answer = await client
                    .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                    .ConfigureAwait(false);
                bool again =
                    answer.StatusCode == HttpStatusCode.TooManyRequests
                    || (
                        repeatable
                        && answer.StatusCode
                            is HttpStatusCode.BadGateway
                                or HttpStatusCode.ServiceUnavailable
                                or HttpStatusCode.GatewayTimeout
                    );
                if (!again || attempt >= settings.Attempts)
                    return answer;
                asked = AskedPause(answer);
                answer.Dispose();
            }
            catch (HttpRequestException) when (repeatable && attempt < settings.Attempts) { }
            await Task.Delay(PauseAfter(attempt, asked), time, cancellation).ConfigureAwait(false);
        }
    }

    private TimeSpan? AskedPause(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } pause } => pause,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };

    private TimeSpan PauseAfter(int attempt, TimeSpan? asked)
    {
        TimeSpan pause = asked ?? (settings.FirstPause * Math.Pow(2, attempt - 1));
        return pause < TimeSpan.Zero ? TimeSpan.Zero
            : pause > settings.LongestPause ? settings.LongestPause
            : pause;
    }
}
