namespace ClinicalNlp.Server.Extraction;

/// <summary>Lets as many model runs go at once as there are processors: more would only wait for each other, each holding its memory.</summary>
public sealed class InferenceGate : IDisposable
{
    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount);

    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return work();
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
