using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>What a text must be before it is stored.</summary>
internal static class StoredText
{
    /// <param name="where">Starts the reason, for example "document 3": one call may store many texts.</param>
    public static void Check(string text, string where)
    {
        try
        {
            ClinicalText.Check(text);
        }
        catch (UnusableInputException refused)
        {
            throw new UnusableInputException(refused.Code, $"{where}: {refused.Reason}");
        }
    }
}
