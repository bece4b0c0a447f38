using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Extraction;

/// <summary>Refuses a batch before any of it is worked on, and says which of its texts is the bad one.</summary>
public static class CheckedTexts
{
    /// <param name="batch">The field that holds several, null when there is the one text.</param>
    /// <exception cref="UnusableInputException">As <see cref="ClinicalText.Check"/>; the place counts from 0, as a JSON array does.</exception>
    /// <param name="maximum">UTF-16 code units of one text.</param>
    public static void Check(IReadOnlyList<string> texts, string? batch, int maximum = ClinicalText.MaximumLength)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            try
            {
                ClinicalText.Check(texts[i], maximum: maximum);
            }
            catch (UnusableInputException e) when (batch is not null)
            {
                throw new UnusableInputException(e.Code, $"{batch}[{i}]: {e.Reason}");
            }
        }
    }
}
