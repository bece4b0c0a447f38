namespace ClinicalNlp.Training.Entities;

internal static class Buffer
{
    /// <summary>Room for so many values at least; what was in it is kept.</summary>
    public static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
    }
}
