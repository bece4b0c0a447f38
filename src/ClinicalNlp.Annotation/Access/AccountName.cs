using System.Globalization;
using System.Text;

namespace ClinicalNlp.Annotation.Access;

/// <summary>What people and keys are called. The logs name whoever did something by it, so a name belongs to one of them for ever.</summary>
public static class AccountName
{
    public const int MaximumLength = 100;

    /// <summary>Whoever opened the link that the service prints at its start.</summary>
    public const string Owner = "owner";

    // Written by the service itself, or by a programme on this machine while nobody need sign in.
    private static readonly string[] Reserved = ["local", "server", "system", "demo", "sign-in"];

    /// <exception cref="UnusableInputException"><c>name_missing</c>, <c>name_taken</c>: it is one of the service's own.</exception>
    public static string Check(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaximumLength || name != name.Trim() || name.EnumerateRunes().Any(IsInvisible))
        {
            throw new UnusableInputException(
                "name_missing",
                $"a name has 1 to {MaximumLength} visible characters and no space at its ends"
            );
        }

        return Reserved.Contains(KeyOf(name), StringComparer.OrdinalIgnoreCase)
            ? throw new UnusableInputException("name_taken", "the service uses this name for itself")
            : name;
    }

    /// <summary>The same for names that differ in case only.</summary>
    internal static string KeyOf(string name) => name.ToUpperInvariant();

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;
}
