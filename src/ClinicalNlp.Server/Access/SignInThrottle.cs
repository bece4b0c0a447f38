using System.Net;
using System.Net.Sockets;
using ClinicalNlp.Annotation.Access;

namespace ClinicalNlp.Server.Access;

/// <summary>Slows down guessing: who fails more often than people do waits, each time twice as long. Kept in memory: a restart forgives.</summary>
/// <remarks>
/// An attempt counts as failed while it is being made, so that many at once are no way around the wait. Failures at a name count together
/// from wherever they come, except from where the person has signed in before: those count by themselves, so that guesses made elsewhere
/// keep nobody out of their own account (OWASP calls this device cookies; here the network is the device).
/// </remarks>
public sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>A person mistypes a password a few times; behind one address there may be several people.</summary>
    public const int AllowedPerName = 5;

    public const int AllowedPerAddress = 10;

    /// <summary>Long enough to make guessing hopeless; short enough that nobody can keep somebody else out for long.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);

    /// <summary>How long a network where somebody signed in is theirs.</summary>
    public static readonly TimeSpan Familiar = TimeSpan.FromDays(30);

    // Names and addresses remembered at most, and pairs of both.
    private const int Capacity = 20_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _places = new(StringComparer.Ordinal);

    /// <summary>Begins an attempt.</summary>
    /// <param name="name">Of the account, when one is named.</param>
    /// <exception cref="TooManyAttemptsException">It is too early for one.</exception>
    public Attempt Begin(IPAddress? address, string? name)
    {
        var network = Network(address);
        var addressKey = $"address {network}";
        // A name that is too long for any account is not kept.
        var person = name is { Length: <= AccountName.MaximumLength } ? $"name {name.ToUpperInvariant()}" : null;
        var place = person is null ? null : $"{person} at {network}";
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var nameKey = place is not null && _places.TryGetValue(place, out var last) && now - last <= Familiar ? place : person;
            var until = Later(BlockedUntil(addressKey, now), nameKey is null ? null : BlockedUntil(nameKey, now));
            if (until is { } end)
            {
                throw new TooManyAttemptsException((int)Math.Ceiling((end - now).TotalSeconds));
            }

            Count(addressKey, AllowedPerAddress, now);
            if (nameKey is not null)
            {
                Count(nameKey, AllowedPerName, now);
            }

            return new Attempt(this, addressKey, nameKey, place);
        }
    }

    private DateTimeOffset? BlockedUntil(string key, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (now - entry.Last > Forgotten)
        {
            _entries.Remove(key);
            return null;
        }

        return entry.Until > now ? entry.Until : null;
    }

    private void Count(string key, int allowed, DateTimeOffset now)
    {
        if (_entries.Count >= Capacity && !_entries.ContainsKey(key))
        {
            _entries.Remove(_entries.MinBy(e => e.Value.Last).Key);
        }

        var failures = _entries.GetValueOrDefault(key).Failures + 1;
        var seconds = failures < allowed ? 0 : Math.Min(Math.Pow(2, failures - allowed), LongestWait.TotalSeconds);
        _entries[key] = new Entry(failures, now, now.AddSeconds(seconds));
    }

    private void Remember(string place)
    {
        lock (_lock)
        {
            if (_places.Count >= Capacity && !_places.ContainsKey(place))
            {
                _places.Remove(_places.MinBy(p => p.Value).Key);
            }

            _places[place] = time.GetUtcNow();
        }
    }

    private void Forgive(string key, bool all)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                if (all || entry.Failures == 1)
                {
                    _entries.Remove(key);
                }
                else
                {
                    // The waits that the other failures made stay.
                    _entries[key] = entry with
                    {
                        Failures = entry.Failures - 1,
                        Until = entry.Last,
                    };
                }
            }
        }
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other
        : other is null || one > other ? one
        : other;

    // Whoever has one IPv6 address has the 2^64 beside it.
    private static string Network(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain?.ToString() ?? "";
    }

    private readonly record struct Entry(int Failures, DateTimeOffset Last, DateTimeOffset Until);

    /// <summary>An attempt under way; it has failed unless it is said to have succeeded.</summary>
    public sealed class Attempt(SignInThrottle throttle, string address, string? name, string? place)
    {
        public void Succeeded()
        {
            // An own account that signs in must not wipe out the guesses made at others from the same place.
            throttle.Forgive(address, all: false);
            if (name is not null)
            {
                throttle.Forgive(name, all: true);
            }

            if (place is not null)
            {
                throttle.Remember(place);
            }
        }
    }
}
