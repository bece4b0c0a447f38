using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ClinicalNlp.Server.Access;

/// <summary>Passwords: a length and no other rule (NIST SP 800-63B), hashed by ASP.NET's hasher (PBKDF2, HMAC-SHA512, salted).</summary>
public sealed class Passwords(AccountStore accounts)
{
    public const int MinimumLength = 12;

    /// <summary>What a hash is made of is bounded; a passphrase of a page is not one anybody types.</summary>
    public const int MaximumLength = 256;

    // What OWASP asks of PBKDF2 with SHA-512; stored with each hash, so that raising it rehashes at the next sign-in.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<string> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    // A hash takes a tenth of a second of a processor: many at once would starve everybody who is at work.
    private readonly SemaphoreSlim _working = new(2);
    private string? _nobodys;

    /// <exception cref="ProblemException"><c>password_too_short</c></exception>
    public async Task<string> HashAsync(string password, CancellationToken cancellation)
    {
        if (password.EnumerateRunes().Count() < MinimumLength || password.Length > MaximumLength)
        {
            throw new ProblemException(
                "password_too_short",
                $"A password has {MinimumLength} to {MaximumLength} characters. Several words are easy to remember; nothing else is asked of it."
            );
        }

        return await WorkAsync(() => _hasher.HashPassword("", password), cancellation);
    }

    /// <summary>The account of this name and password, or null. Takes as long when there is no such account.</summary>
    public async Task<(string AccountId, string Name)?> CheckAsync(string name, string password, CancellationToken cancellation)
    {
        var found = name.Length <= AccountName.MaximumLength ? accounts.FindCredentials(name) : null;
        var bounded = password.Length <= MaximumLength ? password : "";
        var result = await WorkAsync(
            () =>
                _hasher.VerifyHashedPassword(
                    "",
                    found?.PasswordHash ?? (_nobodys ??= _hasher.HashPassword("", "nobody's password")),
                    bounded
                ),
            cancellation
        );
        if (found is not { } person)
        {
            return null;
        }

        switch (result)
        {
            case PasswordVerificationResult.Failed:
                accounts.RecordRefusal(person.AccountId);
                return null;
            case PasswordVerificationResult.SuccessRehashNeeded:
                var hash = await WorkAsync(() => _hasher.HashPassword("", bounded), cancellation);
                accounts.Rehash(person.AccountId, person.PasswordHash, hash);
                break;
        }

        return (person.AccountId, person.Name);
    }

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _working.WaitAsync(cancellation);
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            _working.Release();
        }
    }
}
