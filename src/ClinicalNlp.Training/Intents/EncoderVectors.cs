using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Intents;

/// <summary>Word vectors out of a pretrained encoder, for the words that a classifier can be expected to meet.</summary>
internal static class EncoderVectors
{
    /// <summary>The a of a / (a + frequency), as in smooth inverse frequency (Arora et al. 2017).</summary>
    private const float Smoothing = 1e-3f;

    /// <param name="directory">An encoder bundle.</param>
    /// <param name="utterances">All of their words get a vector: those that the encoder never saw, the mean of their character n-grams.</param>
    /// <param name="mostWords">How many of the encoder's most frequent words get one, besides.</param>
    /// <exception cref="ModelBundleException">The folder is no encoder, or is damaged.</exception>
    public static WordVectors Load(string directory, IEnumerable<string> utterances, int mostWords)
    {
        ModelBundle bundle = ModelBundle.Load(directory);
        if (bundle.Card.Kind != ModelCard.EncoderKind)
            throw Foreign($"The model's kind is \"{bundle.Card.Kind}\", not \"{ModelCard.EncoderKind}\".", ModelCard.FileName);
        SubwordVectors vectors;
        try
        {
            vectors = SubwordVectors.Load(bundle.PathOf(SubwordVectors.FileName));
        }
        catch (InvalidDataException e)
        {
            throw Foreign(e.Message, SubwordVectors.FileName);
        }
        string[] words =
        [
            .. vectors
                .Words.Take(mostWords)
                .Concat(utterances.SelectMany(UtteranceFeatures.Words).Order(StringComparer.Ordinal))
                .SelectMany(UtteranceFeatures.Words)
                .Distinct(StringComparer.Ordinal),
        ];
        List<string> kept = [];
        List<float> values = [];
        List<float> rarity = [];
        float[] vector = new float[vectors.Width];
        foreach (string word in words)
        {
            vectors.Fill(word, vector);
            if (!vector.AsSpan().ContainsAnyExcept(0f))
                continue;
            kept.Add(word);
            values.AddRange(vector);
            rarity.Add(Smoothing / (Smoothing + vectors.Frequency(word)));
        }
        return new WordVectors([.. kept], [.. values], [.. rarity]);

        ModelBundleException Foreign(string reason, string file) => new(ModelBundleException.Foreign, reason, bundle.Directory, file);
    }

    /// <summary>The encoder as a corpus of a model card: its words, and the hash of its vectors.</summary>
    public static CardCorpus Describe(string directory, WordVectors vectors)
    {
        ModelCard card = ModelBundle.Load(directory).Card;
        return new CardCorpus(
            $"{card.Name} {card.Version} (word vectors)",
            vectors.Words.Length,
            "as its corpora",
            card.Files[SubwordVectors.FileName].Sha256
        );
    }
}
