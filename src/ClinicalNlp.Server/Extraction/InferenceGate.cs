namespace ClinicalNlp.Server.Extraction;

/// <summary>Lets as many model runs go at once as there are processors: more would only wait for each other, each holding its memory.</summary>
public sealed class InferenceGate : IDisposable
{
    /// <summary>Characters of a batch that are worked on before others get their turn: a quarter of a second or so, many small texts in one run.</summary>
    internal const int ShareLength = 50_000;

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

    /// <summary>Runs a batch share by share, so that a single note does not wait for somebody's thousand.</summary>
    public async Task<IReadOnlyList<T>> RunAsync<T>(
        IReadOnlyList<string> texts,
        Func<IReadOnlyList<string>, IReadOnlyList<T>> work,
        CancellationToken cancellation
    )
    {
        var results = new List<T>(texts.Count);
        foreach (var share in Shares(texts))
        {
            results.AddRange(await RunAsync(() => work(share), cancellation));
        }

        return results;
    }

    public void Dispose() => _free.Dispose();

    internal static IEnumerable<IReadOnlyList<string>> Shares(IReadOnlyList<string> texts)
    {
        var share = new List<string>();
        var length = 0;
        foreach (var text in texts)
        {
            if (share.Count > 0 && length + text.Length > ShareLength)
            {
                yield return share;
                share = [];
                length = 0;
            }

            share.Add(text);
            length += text.Length;
        }

        if (share.Count > 0)
        {
            yield return share;
        }
    }
}
