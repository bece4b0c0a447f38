using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Access;

/// <summary>An address that failed to sign in too often.</summary>
public sealed class TooManyAttemptsException(int seconds) : ProblemException("too_many_attempts", $"Wait {seconds} seconds.")
{
    public override int? RetryAfterSeconds => seconds;
}
