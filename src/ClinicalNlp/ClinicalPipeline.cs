using System.Collections.Concurrent;
using ClinicalNlp.Entities;

namespace ClinicalNlp;

/// <summary>What happens to a text, in order. Open this first; each stage is a folder.</summary>
/// <remarks>
/// Utterances have one stage only and go straight to <see cref="Intents.IntentClassifier"/>. Storing and showing what was found is other
/// projects' work: nothing here changes the text, and every span that comes out is UTF-16 code units of the string that went in.
/// </remarks>
internal static class ClinicalPipeline
{
    /// <summary>Characters worked on together: enough short texts to fill a few batches of the network.</summary>
    private const int ShareLength = 20_000;

    /// <param name="texts">Handed over together, because short ones share the network's batches.</param>
    /// <param name="threads">Shares worked on at the same time.</param>
    /// <param name="stretch">Tokens of a long document worked on at once; the answer does not depend on it.</param>
    /// <returns>The mentions of each text, sorted, none overlapping another.</returns>
    /// <exception cref="OperationCanceledException">Between two batches.</exception>
    public static IReadOnlyList<Mention>[] Run(
        EntityModel model,
        IReadOnlyList<string> texts,
        int threads,
        CancellationToken cancellation,
        int stretch = DocumentStretches.DefaultLength
    )
    {
        DocumentRun[] runs = [.. texts.Select(text => new DocumentRun(text, model.Settings, model.Terms, stretch))];
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        // Not buffered: a share is cut when somebody is free to work on it, so no more of a document is held than that.
        Parallel.ForEach(
            Partitioner.Create(Shares(texts, runs), EnumerablePartitionerOptions.NoBuffering),
            options,
            share => Run(model, share, cancellation)
        );
        // Entities/: the stretches of a document stitched together, its abbreviations made to agree.
        return [.. runs.Select(run => run.Finish())];
    }

    /// <summary>Works on what it is given and puts what it finds.</summary>
    public static void Run(EntityModel model, IReadOnlyList<DocumentShare> shares, CancellationToken cancellation)
    {
        List<(DocumentRun Run, int Number)> from = [];
        List<(TokenizedText Stretch, DocumentAbbreviations? Abbreviations)> stretches = [];
        foreach (DocumentShare share in shares)
        {
            // Text/, Segmentation/: tokens, and the sentences they form.
            for (var cut = share.Cut ?? share.Run.Next(); cut is { } next; cut = share.Cut is null ? share.Run.Next() : null)
            {
                cancellation.ThrowIfCancellationRequested();
                from.Add((share.Run, next.Number));
                stretches.Add((next.Stretch, share.Run.Abbreviations));
            }
        }

        // Entities/, Models/: windows of tokens through the network, the best tag path of each.
        List<Mention>[] found = model.Find(stretches, cancellation);
        for (int i = 0; i < found.Length; i++)
            from[i].Run.Put(from[i].Number, found[i]);
        foreach (DocumentShare share in shares)
        {
            if (share.Cut is null)
                share.Run.Finish();
        }
    }

    /// <summary>Short texts several at a time, long ones a stretch at a time.</summary>
    private static IEnumerable<IReadOnlyList<DocumentShare>> Shares(IReadOnlyList<string> texts, DocumentRun[] runs)
    {
        List<DocumentShare> share = [];
        int length = 0;
        for (int i = 0; i < runs.Length; i++)
        {
            if (texts[i].Length > ShareLength)
            {
                while (runs[i].Next() is { } cut)
                    yield return [new DocumentShare(runs[i], cut)];
                continue;
            }
            share.Add(new DocumentShare(runs[i], null));
            length += texts[i].Length;
            if (length < ShareLength)
                continue;
            yield return share;
            share = [];
            length = 0;
        }
        if (share.Count > 0)
            yield return share;
    }
}

/// <summary>A piece of work: one stretch of a document, or all of a short one.</summary>
/// <param name="Cut">Null for all of it, cut by whoever works on it.</param>
internal sealed record DocumentShare(DocumentRun Run, (int Number, TokenizedText Stretch)? Cut);
