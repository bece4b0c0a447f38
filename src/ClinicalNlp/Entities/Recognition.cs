namespace ClinicalNlp.Entities;

/// <summary>Texts on their way through one model a piece at a time, for whoever shares the processors out among many.</summary>
/// <remarks>One caller at a time cuts pieces; they may be run in any order, by anybody, at the same time.</remarks>
public sealed class Recognition
{
    private readonly DocumentRun[] runs;
    private int next;

    internal Recognition(EntityModel model, IReadOnlyList<string> texts) =>
        runs = [.. texts.Select(text => new DocumentRun(text, model.Settings, model.Terms))];

    /// <summary>Whether <see cref="Cut"/> has more pieces.</summary>
    public bool HasMore => next < runs.Length;

    /// <summary>The next piece: about <paramref name="tokens"/> tokens of short texts, or a stretch of a long one; null when all were handed out.</summary>
    public RecognitionPiece? Cut(int tokens)
    {
        List<DocumentShare> shares = [];
        int count = 0;
        for (; HasMore && count < tokens; next += runs[next].IsHandedOut ? 1 : 0)
        {
            if (runs[next].Next() is not { } cut)
                continue;
            shares.Add(new DocumentShare(runs[next], cut));
            count += cut.Stretch.Tokens.Length;
        }
        return shares.Count == 0 ? null : new RecognitionPiece(shares, count);
    }

    /// <summary>The mentions of each text, once every piece was run; sorted, none overlapping another.</summary>
    public IReadOnlyList<IReadOnlyList<Mention>> Finish() => [.. runs.Select(run => run.Finish())];
}

/// <summary>Part of a <see cref="Recognition"/>.</summary>
public sealed class RecognitionPiece
{
    internal RecognitionPiece(IReadOnlyList<DocumentShare> shares, int tokens)
    {
        Shares = shares;
        Tokens = tokens;
    }

    internal IReadOnlyList<DocumentShare> Shares { get; }

    /// <summary>How much work it is.</summary>
    public int Tokens { get; }
}
