using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>Per example and column the largest value of any of its words alone.</summary>
internal sealed class LargestOfWords
{
    private readonly int width;

    /// <summary>Which word has it.</summary>
    private readonly int[] sources;

    public LargestOfWords(IReadOnlyList<BagExample> batch, EmbeddingTable wordTable, EmbeddingTable characterTable)
    {
        width = wordTable.Width;
        Values = new float[batch.Count * width];
        sources = new int[Values.Length];
        Span<float> alone = stackalloc float[width];
        for (int i = 0; i < batch.Count; i++)
        {
            Span<float> best = Values.AsSpan(i * width, width);
            best.Fill(float.NegativeInfinity);
            for (int word = 0; word < batch[i].Words.Length; word++)
            {
                alone.Clear();
                wordTable.AddTo(batch[i].Words[word].Word, alone);
                characterTable.AddTo(batch[i].Words[word].Characters, alone);
                for (int column = 0; column < width; column++)
                {
                    if (alone[column] > best[column])
                    {
                        best[column] = alone[column];
                        sources[(i * width) + column] = word;
                    }
                }
            }
        }
    }

    /// <summary>[examples, width].</summary>
    public float[] Values { get; }

    /// <param name="dx">d loss / d <see cref="Values"/>.</param>
    /// <param name="rows">Of words and of characters.</param>
    public void AddGradients(IReadOnlyList<BagExample> batch, float[] dx, RowGradients[] rows)
    {
        Span<float> own = stackalloc float[width];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int word = 0; word < batch[i].Words.Length; word++)
            {
                bool any = false;
                for (int column = 0; column < width; column++)
                {
                    int at = (i * width) + column;
                    own[column] = sources[at] == word ? dx[at] : 0;
                    any |= own[column] != 0;
                }
                if (!any)
                    continue;
                rows[0].Add(batch[i].Words[word].Word, own);
                rows[1].Add(batch[i].Words[word].Characters, own);
            }
        }
    }
}
