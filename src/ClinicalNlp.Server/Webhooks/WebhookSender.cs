using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Webhooks;
using ClinicalNlp.Server.Events;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Webhooks;

/// <summary>
/// Sends what is in the outbox. A message leaves the outbox when an answer to it is written down: a service that dies in between sends it again, with
/// the same id. At least once, in no promised order.
/// </summary>
public sealed partial class WebhookSender(
    DeliveryStore store,
    EventStore events,
    EventFeed feed,
    WebhookTargets targets,
    TimeProvider time,
    ILogger<WebhookSender> log
) : BackgroundService
{
    private const int Batch = 32;
    private const int AtOnce = 4;

    /// <summary>The specification asks receivers to answer within 15 seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The outbox is looked at this often even when nothing was heard: the clock may have been set.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var client = new HttpClient(targets.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ClinicalNlp", "1"));
        var pruned = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var news = feed.News; // before the outbox is read
                if (time.GetUtcNow() - pruned > PruneEvery)
                {
                    events.Prune();
                    pruned = time.GetUtcNow();
                }

                var due = store.Due(Batch);
                if (due.Count == 0)
                {
                    await WaitAsync(news, stoppingToken);
                    continue;
                }

                await Parallel.ForEachAsync(
                    due,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                    async (delivery, cancellation) => store.Finish(delivery, await SendAsync(client, delivery, cancellation))
                );
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The outbox is whole; what could not be read or written now is tried again.
                LogFailure(log, e.GetType().Name, (e as StorageException)?.Code);
                await Task.Delay(TimeSpan.FromSeconds(5), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync(Task news, CancellationToken cancellation)
    {
        var wait = store.NextDue() is { } next ? next - time.GetUtcNow() : LongestWait;
        wait = TimeSpan.FromMilliseconds(Math.Clamp(wait.TotalMilliseconds, 10, LongestWait.TotalMilliseconds));
        await Task.WhenAny(news, Task.Delay(wait, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task<DeliveryAttempt> SendAsync(HttpClient client, DueDelivery delivery, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            long now = time.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, targets.Check(delivery.Url))
            {
                Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("webhook-id", delivery.Id);
            request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation(
                "webhook-signature",
                WebhookSignature.Sign(delivery.Secrets, delivery.Id, now, delivery.Body)
            );
            // The body of the answer is nobody's: it is not read.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new DeliveryAttempt((int)answer.StatusCode, null);
        }
        catch (ProblemException)
        {
            return new DeliveryAttempt(null, "refused"); // what is allowed has changed since it was registered
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DeliveryAttempt(null, "timeout");
        }
        catch (HttpRequestException e)
        {
            return new DeliveryAttempt(null, Word(e));
        }
    }

    private static string Word(HttpRequestException e) =>
        e.InnerException is RefusedTargetException
            ? "refused"
            : e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "name_not_found",
                HttpRequestError.SecureConnectionError => "tls",
                _ => e.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.HostNotFound }
                    ? "name_not_found"
                    : "unreachable",
            };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox of webhooks: {Exception} {Code}")]
    private static partial void LogFailure(ILogger log, string exception, string? code);
}
