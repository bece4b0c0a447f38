using ClinicalNlp.Models;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Entities;

/// <summary>Finds labelled mentions in raw text with one model version. Thread-safe.</summary>
public sealed class EntityRecognizer : IDisposable
{
    /// <summary>The network with its embedding tables and transitions folded in.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>Characters handed to a thread at once: enough to fill a few batches.</summary>
    private const int ShareLength = 20_000;

    private readonly EntityModel model;
    private readonly int threads;

    private EntityRecognizer(ModelBundle bundle, EntityModel model, int threads)
    {
        Bundle = bundle;
        this.model = model;
        this.threads = threads;
    }

    public ModelBundle Bundle { get; }

    public IReadOnlyList<string> Labels => model.Labels;

    /// <param name="threads">Documents worked on at the same time by <see cref="Recognize(IReadOnlyList{string}, CancellationToken)"/>.</param>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: not an entity model, or made for other word features.</exception>
    public static EntityRecognizer Load(ModelBundle bundle, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (bundle.Card.Kind != ModelCard.EntitiesKind)
            throw Foreign($"The model's kind is \"{bundle.Card.Kind}\", not \"{ModelCard.EntitiesKind}\".");
        EntitySettings settings = EntitySettings.FromJson(bundle.Card.Settings);
        if (settings.Features != WordFeatures.Version)
            throw Foreign($"The model was trained on word features {settings.Features}; supported are {WordFeatures.Version}.");
        OnnxSession? session = null;
        try
        {
            session = OnnxSession.Load(bundle.PathOf(ModelFile));
            return new EntityRecognizer(bundle, new EntityModel(session, bundle.Card.Labels, settings), threads);
        }
        catch (Exception e) when (e is OnnxRuntimeException or ArgumentException)
        {
            session?.Dispose();
            // The hashes were right, so whoever wrote the card put it beside another network.
            throw Foreign($"The network does not fit the card: {e.GetType().Name}.");
        }

        ModelBundleException Foreign(string reason) => new(ModelBundleException.Foreign, reason, bundle.Directory, ModelCard.FileName);
    }

    /// <summary>The mentions of one text, sorted, none overlapping another.</summary>
    public IReadOnlyList<Mention> Recognize(string text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ClinicalPipeline.Run(model, [text], cancellation)[0];
    }

    /// <summary>The mentions of each text. Short texts share batches, so many at once are faster than one by one.</summary>
    public IReadOnlyList<IReadOnlyList<Mention>> Recognize(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Recognize(model, texts, threads, cancellation);
    }

    internal static IReadOnlyList<IReadOnlyList<Mention>> Recognize(
        EntityModel model,
        IReadOnlyList<string> texts,
        int threads,
        CancellationToken cancellation
    )
    {
        List<Range> shares = Shares(texts);
        IReadOnlyList<Mention>[] mentions = new IReadOnlyList<Mention>[texts.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.ForEach(
            shares,
            options,
            share =>
            {
                (int offset, int count) = share.GetOffsetAndLength(texts.Count);
                string[] part = new string[count];
                for (int i = 0; i < count; i++)
                    part[i] = texts[offset + i];
                ClinicalPipeline.Run(model, part, cancellation).CopyTo(mentions, offset);
            }
        );
        return mentions;
    }

    public void Dispose() => model.Dispose();

    private static List<Range> Shares(IReadOnlyList<string> texts)
    {
        List<Range> shares = [];
        int start = 0;
        int length = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            length += texts[i].Length;
            if (length < ShareLength && i + 1 < texts.Count)
                continue;
            shares.Add(start..(i + 1));
            start = i + 1;
            length = 0;
        }
        return shares;
    }
}
