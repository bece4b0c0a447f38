using System.Diagnostics.Metrics;

namespace ClinicalNlp.Server.Extraction;

/// <summary>What the inference queue tells of itself; <c>dotnet-counters</c> and any other listener of .NET meters show it.</summary>
public sealed class QueueMetrics : IDisposable
{
    public const string MeterName = "ClinicalNlp.Server";

    private readonly Meter _meter;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _refused;

    public QueueMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _batch = _meter.CreateHistogram<int>(
            "clinicalnlp.inference.batch.size",
            "{request}",
            "Requests whose pieces went through the network together."
        );
        _wait = _meter.CreateHistogram<double>(
            "clinicalnlp.inference.wait",
            "s",
            "From the queue's door to the first piece being worked on."
        );
        _refused = _meter.CreateCounter<long>("clinicalnlp.inference.refused", "{request}", "Requests that found the queue full.");
    }

    /// <param name="length">Requests that wait or are worked on, asked for when somebody looks.</param>
    public void Observe(Func<int> length) =>
        _meter.CreateObservableUpDownCounter(
            "clinicalnlp.inference.queue.length",
            length,
            "{request}",
            "Requests that wait or are worked on."
        );

    public void Ran(int requests) => _batch.Record(requests);

    public void Waited(TimeSpan time) => _wait.Record(time.TotalSeconds);

    public void Refused() => _refused.Add(1);

    public void Dispose() => _meter.Dispose();
}
