namespace ClinicalNlp.Annotation.Storage;

/// <summary>A thread that works off what waits in the store, one piece after another.</summary>
/// <param name="workNext">Does the next piece; false when nothing waits. What it throws is trouble with the store: it is called again later.</param>
/// <param name="begin">Runs first on the thread.</param>
internal sealed class QueueThread(string name, Func<bool> workNext, Action? begin = null) : IDisposable
{
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stopping = new();
    private Thread? thread;

    /// <summary>Cancelled when the process ends; what is under way then is not finished by it.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Takes up what waits already, and then what comes.</summary>
    public void Start()
    {
        thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Says that something waits.</summary>
    public void Wake() => wake.Release();

    public void Dispose()
    {
        stopping.Cancel();
        thread?.Join();
        stopping.Dispose();
        wake.Dispose();
    }

    private void Work()
    {
        begin?.Invoke();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!workNext())
                {
                    wake.Wait(stopping.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // The disk is full or gone: the piece waits, and its end is written when that can be.
                stopping.Token.WaitHandle.WaitOne(AfterTrouble);
            }
        }
    }
}
