using ClinicalNlp.Models;
using ClinicalNlp.Text;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Entities;

/// <summary>Finds labelled mentions in raw text with one model version. Thread-safe.</summary>
public sealed class EntityRecognizer : IDisposable
{
    /// <summary>The network with its embedding tables and transitions folded in.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>Tokens that fill a batch of the network: company beyond them gains nothing.</summary>
    public const int BatchTokens = EntityModel.BatchRows;

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

    internal EntityModel Model => model;

    /// <param name="threads">Texts, or stretches of long ones, worked on at the same time by <see cref="Recognize(IReadOnlyList{string}, CancellationToken)"/>.</param>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: not an entity model, or made for other word features.</exception>
    public static EntityRecognizer Load(ModelBundle bundle, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (bundle.Card.Kind != ModelCard.EntitiesKind)
            throw Foreign($"The model's kind is \"{bundle.Card.Kind}\", not \"{ModelCard.EntitiesKind}\".");
        EntitySettings settings = EntitySettings.FromJson(bundle.Card.Settings);
        if (settings.Unsupported is { } reason)
            throw Foreign(reason);
        OnnxSession? session = null;
        try
        {
            EntityResources resources = EntityResources.Load(bundle.Directory);
            WordEncoder words = WordEncoder.Load(bundle.PathOf(WordEncoder.FileName), resources.Vectors);
            session = OnnxSession.Load(bundle.PathOf(ModelFile));
            return new EntityRecognizer(bundle, new EntityModel(session, words, resources.Terms, bundle.Card.Labels, settings), threads);
        }
        catch (Exception e) when (e is OnnxRuntimeException or ArgumentException or InvalidDataException)
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
        return ClinicalPipeline.Run(model, [text], threads: 1, cancellation)[0];
    }

    /// <summary>The mentions of each text. Short texts share batches, so many at once are faster than one by one.</summary>
    public IReadOnlyList<IReadOnlyList<Mention>> Recognize(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ClinicalPipeline.Run(model, texts, threads, cancellation);
    }

    /// <summary>How probable it is that given spans of a text carry each label, for judging annotations that the model has not made.</summary>
    /// <remarks>Of the chain of tags alone, before a calibration of confidences by other evidence.</remarks>
    /// <param name="spans">In UTF-16 code units.</param>
    /// <returns>In the order of the spans; null for a span that begins or ends inside a token, or whose tokens lie in two windows.</returns>
    public IReadOnlyList<SpanProbabilities?> Judge(string text, IReadOnlyList<TextSpan> spans, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(spans);
        return model.Judge(text, spans, cancellation);
    }

    /// <summary>Starts on the texts; nothing is done before pieces are cut and <see cref="Run"/>.</summary>
    public Recognition Begin(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new Recognition(model, texts);
    }

    /// <summary>Runs pieces of any of this model's recognitions; they share batches of the network.</summary>
    public void Run(IReadOnlyList<RecognitionPiece> pieces, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ClinicalPipeline.Run(model, [.. pieces.SelectMany(piece => piece.Shares)], cancellation);
    }

    public void Dispose() => model.Dispose();
}
