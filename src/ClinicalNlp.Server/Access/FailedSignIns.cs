using System.Collections.Concurrent;
using System.Net;

namespace ClinicalNlp.Server.Access;

/// <summary>Slows down guessing: after a few failures an address waits.</summary>
public sealed class FailedSignIns(TimeProvider time)
{
    /// <summary>A person with a stale link tries a few times; a programme that guesses tries thousands.</summary>
    public const int Allowed = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Addresses remembered at most; more means an attack from many, and forgetting all is better than growing without end.
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<IPAddress, (int Count, DateTimeOffset Since)> _failures = new();

    public bool IsBlocked(IPAddress? address) =>
        _failures.TryGetValue(Key(address), out var f) && f.Count >= Allowed && time.GetUtcNow() - f.Since < Window;

    public void Add(IPAddress? address)
    {
        if (_failures.Count > Capacity)
        {
            _failures.Clear();
        }

        var now = time.GetUtcNow();
        _failures.AddOrUpdate(Key(address), (1, now), (_, f) => now - f.Since < Window ? (f.Count + 1, f.Since) : (1, now));
    }

    private static IPAddress Key(IPAddress? address) => address ?? IPAddress.None;
}
