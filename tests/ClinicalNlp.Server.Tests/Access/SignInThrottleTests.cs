using System.Net;
using ClinicalNlp.Server.Access;

namespace ClinicalNlp.Server.Tests.Access;

public class SignInThrottleTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private readonly ShiftedTime _time = new(frozen: true);
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new SignInThrottle(_time);

    [Fact]
    public void The_wait_doubles_and_has_an_end()
    {
        for (var i = 1; i < SignInThrottle.AllowedPerName; i++)
        {
            _throttle.Begin(Here, "ana");
        }

        var waits = new List<int>();
        for (var i = 0; i < 11; i++)
        {
            _throttle.Begin(Elsewhere(i), "Ana"); // from another address each time, which is no way around
            waits.Add(Wait("ana"));
            _time.Offset += TimeSpan.FromSeconds(waits[^1]);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], waits);
    }

    [Fact]
    public void An_attempt_while_waiting_makes_the_wait_no_longer()
    {
        for (var i = 0; i < SignInThrottle.AllowedPerName + 3; i++)
        {
            _throttle.Begin(Elsewhere(i), "ana");
            _time.Offset += TimeSpan.FromSeconds(10);
        }

        _throttle.Begin(Elsewhere(99), "ana");
        var wait = Wait("ana");
        Assert.Equal(wait, Wait("ana"));
    }

    [Fact]
    public void Attempts_at_once_are_counted_before_they_are_answered()
    {
        var begun = 0;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                _throttle.Begin(Elsewhere(i), "ana");
                begun++;
            }
            catch (TooManyAttemptsException)
            {
                // refused while the others are still under way
            }
        }

        Assert.Equal(SignInThrottle.AllowedPerName, begun);
    }

    [Fact]
    public void Who_signs_in_starts_anew_and_forgives_nobody_else()
    {
        for (var i = 0; i < SignInThrottle.AllowedPerName - 1; i++)
        {
            _throttle.Begin(Here, "ana");
        }

        _throttle.Begin(Here, "ana").Succeeded();
        for (var i = 0; i < SignInThrottle.AllowedPerName - 1; i++)
        {
            _throttle.Begin(Elsewhere(i), "ana");
        }

        // Eight failures at two names remain counted against the address, though one of its people signed in.
        _throttle.Begin(Here, "ben").Succeeded();
        for (var i = 0; i < SignInThrottle.AllowedPerAddress - SignInThrottle.AllowedPerName + 1; i++)
        {
            _throttle.Begin(Here, $"name {i}");
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Here, "carl"));
        _throttle.Begin(Elsewhere(200), "carl");
    }

    [Fact]
    public void Guesses_made_elsewhere_keep_nobody_out_of_where_they_signed_in_before()
    {
        _throttle.Begin(Here, "Ana").Succeeded();
        for (var i = 0; i < SignInThrottle.AllowedPerName; i++)
        {
            _throttle.Begin(Elsewhere(i), "ana");
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Elsewhere(99), "ana"));
        _throttle.Begin(Here, "ana").Succeeded();
        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Elsewhere(99), "ana"));

        // Whoever sits down there does not get to guess for ever either, and after a month it is a place like any other.
        for (var i = 0; i < SignInThrottle.AllowedPerName; i++)
        {
            _throttle.Begin(Here, "ana");
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Here, "ana"));
        _time.Offset += SignInThrottle.Familiar + TimeSpan.FromSeconds(1);
        for (var i = 0; i < SignInThrottle.AllowedPerName; i++)
        {
            _throttle.Begin(Elsewhere(i), "ana");
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Here, "ana"));
    }

    [Fact]
    public void A_name_that_nobody_can_have_is_counted_by_its_address_alone()
    {
        var name = new string('a', 1_000_000);
        for (var i = 0; i < SignInThrottle.AllowedPerName + 1; i++)
        {
            _throttle.Begin(Elsewhere(i), name);
        }

        for (var i = 0; i < SignInThrottle.AllowedPerAddress; i++)
        {
            _throttle.Begin(Here, name);
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Here, name));
    }

    [Fact]
    public void It_forgets()
    {
        for (var i = 0; i < SignInThrottle.AllowedPerAddress; i++)
        {
            _throttle.Begin(Here, null);
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(Here, null));
        _time.Offset += SignInThrottle.Forgotten + TimeSpan.FromSeconds(1);
        for (var i = 0; i < SignInThrottle.AllowedPerAddress; i++)
        {
            _throttle.Begin(Here, null);
        }
    }

    [Fact]
    public void A_network_of_ipv6_addresses_is_one()
    {
        for (var i = 0; i < SignInThrottle.AllowedPerAddress; i++)
        {
            _throttle.Begin(IPAddress.Parse($"2001:db8:1:2::{i:x}"), null);
        }

        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(IPAddress.Parse("2001:db8:1:2:ffff::1"), null));
        _throttle.Begin(IPAddress.Parse("2001:db8:1:3::1"), null);
    }

    private static IPAddress Elsewhere(int i) => new([198, 51, 100, (byte)i]);

    private int Wait(string name) =>
        Assert.Throws<TooManyAttemptsException>(() => _throttle.Begin(IPAddress.Parse("203.0.113.1"), name)).RetryAfterSeconds!.Value;
}
