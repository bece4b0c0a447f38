namespace ClinicalNlp.Training.Intents;

/// <summary>Words and one vector each, row after row.</summary>
/// <param name="Values">One row of <see cref="Width"/> numbers a word.</param>
/// <param name="Rarity">Per word a / (a + its frequency), the weight of smooth inverse frequency (Arora et al. 2017).</param>
internal sealed record WordVectors(string[] Words, float[] Values, float[] Rarity)
{
    public int Width => Words.Length == 0 ? 0 : Values.Length / Words.Length;
}
