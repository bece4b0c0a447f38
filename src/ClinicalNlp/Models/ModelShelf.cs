namespace ClinicalNlp.Models;

/// <summary>Holds the model in use. A request takes a lease and is answered by one version to its end, whatever is swapped in meanwhile.</summary>
/// <remarks>A replaced model is disposed when its last lease ends; nobody waits for anybody.</remarks>
public sealed class ModelShelf<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private Slot? _current;
    private bool _disposed;

    public ModelShelf(T? first = null) => _current = first is null ? null : new Slot(first);

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _current is null;
        }
    }

    /// <exception cref="UnusableInputException"><c>model_missing</c>: nothing was put on the shelf yet.</exception>
    public Lease Acquire()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is null)
                throw new UnusableInputException("model_missing", "No model is in use.");
            _current.Leases++;
            return new Lease(this, _current);
        }
    }

    /// <summary>From now on leases are of <paramref name="next"/>, which the shelf owns; the model before it goes when its last lease ends.</summary>
    public void Swap(T next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Slot? retired;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            retired = _current;
            _current = new Slot(next);
            if (retired is not null && !Retire(retired))
                retired = null;
        }
        retired?.Model.Dispose();
    }

    /// <summary>No more leases; those that are out stay good until they end.</summary>
    public void Dispose()
    {
        Slot? retired;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            retired = _current;
            _current = null;
            if (retired is not null && !Retire(retired))
                retired = null;
        }
        retired?.Model.Dispose();
    }

    /// <summary>True when nobody uses it and the caller is to dispose it, outside the lock.</summary>
    private static bool Retire(Slot slot)
    {
        slot.Retired = true;
        return slot.Leases == 0;
    }

    private void Return(Slot slot)
    {
        bool last;
        lock (_gate)
            last = --slot.Leases == 0 && slot.Retired;
        if (last)
            slot.Model.Dispose();
    }

    internal sealed class Slot(T model)
    {
        public T Model { get; } = model;
        public int Leases { get; set; }
        public bool Retired { get; set; }
    }

    /// <summary>The right to use one model until disposed; disposing twice does nothing.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly ModelShelf<T> _shelf;
        private Slot? _slot;

        internal Lease(ModelShelf<T> shelf, Slot slot)
        {
            _shelf = shelf;
            _slot = slot;
        }

        public T Model => _slot?.Model ?? throw new ObjectDisposedException(nameof(Lease));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slot, null) is { } slot)
                _shelf.Return(slot);
        }
    }
}
