using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Intents;
using ClinicalNlp.Training.Pretraining;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training;

/// <summary>Running text in, encoder bundle out: word vectors, dictionaries, and layers that know what stands where.</summary>
/// <remarks>
/// Every recipe starts from an encoder. One with <see cref="TrainingOptions.BaseModelDirectory"/> goes on from another, for example from
/// the shipped one on a hospital's own notes. A killed run goes on where it was when the same request is made again.
/// </remarks>
public static class EncoderRecipe
{
    /// <summary>Of the time bound, for the word vectors; the rest is the layers'.</summary>
    private const double VectorShare = 0.55;

    /// <param name="labelled">Annotated corpora that the layers learn from last (intermediate-task training, Phang et al. 2018); may be empty.</param>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>, <c>output_exists</c>, <c>other_pretraining</c>, <c>no_vectors</c>; a text that cannot be read.</exception>
    /// <exception cref="OperationCanceledException">What was reached is kept beside the output, for the next run.</exception>
    public static TrainingResult Train(
        IReadOnlyList<TextCorpus> texts,
        IReadOnlyList<EntityCorpus> labelled,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        return Train(texts, labelled, options, new EncoderSettings(), new EntitySettings(), progress, cancellation);
    }

    internal static TrainingResult Train(
        IReadOnlyList<TextCorpus> texts,
        IReadOnlyList<EntityCorpus> labelled,
        TrainingOptions options,
        EncoderSettings settings,
        EntitySettings entities,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        long started = options.Time.GetTimestamp();
        ModelBundleWriter.RefuseExisting(options.OutputDirectory);
        EntityBase? parent = options.BaseModelDirectory is null ? null : EntityBase.Load(options.BaseModelDirectory, ModelCard.EncoderKind);
        PretrainingState state = PretrainingState.Open(options.OutputDirectory, Request(texts, labelled, options, settings));
        var vectors = options.KeepVectors
            ? Kept(parent)
            : WordVectorPretraining.Run(
                texts,
                settings.SkipGram,
                parent?.Resources.Vectors,
                options,
                options.Minutes * VectorShare,
                state,
                progress,
                cancellation
            );
        // A hospital that continues an encoder keeps its dictionaries.
        var terms =
            options.TerminologyDirectory is null && options.TermFiles.Count == 0 && parent is not null
                ? parent.Resources.Terms
                : Terminologies.Build(options.TerminologyDirectory, null, options.TermFiles);
        EntityResources resources = new(vectors, terms);
        entities = parent?.Settings ?? entities with { Width = settings.Width };
        entities = entities with { Width = options.Width ?? entities.Width };
        string[] labels =
        [
            .. labelled
                .SelectMany(corpus => corpus.Documents)
                .SelectMany(document => document.Spans)
                .Select(span => span.Label)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        entities = entities with { Guidelines = EntityRecipe.Guidelines(labelled), Temperature = 1 };
        EntityNetwork network = new(labels, entities, resources, options.Seed);
        if (parent is not null && parent.Resources.ColumnsWidth == resources.ColumnsWidth && parent.Settings.Width == entities.Width)
            network.CopyFrom(parent);
        double? left = options.Minutes is { } minutes ? Math.Max(0.05, minutes - options.Time.GetElapsedTime(started).TotalMinutes) : null;
        double loss = MaskedWordPretraining.Run(network, texts, settings.MaskedCharacters, options, left, state, progress, cancellation);
        if (labelled.Count > 0)
        {
            EntityHyperparameters hyper = new() { Epochs = settings.LabelledEpochs };
            EntityRecipe.Fit(
                network,
                labelled,
                [],
                options with
                {
                    Minutes = null,
                },
                hyper,
                options.Time.GetTimestamp(),
                progress,
                cancellation
            );
        }
        progress?.Report(new TrainingProgress("writing", 0, 1, "models", 0, null));
        ModelCard card = new()
        {
            Kind = ModelCard.EncoderKind,
            Name = options.ModelName,
            Version = options.ModelVersion,
            Created = options.Time.GetUtcNow(),
            Labels = [],
            Settings = Describe(entities, settings, loss),
            Corpora =
            [
                .. texts.Select(RunningText.Describe),
                .. labelled.Select(corpus => new CardCorpus(corpus.Name, corpus.Documents.Count, corpus.Licence, corpus.Sha256)),
            ],
            Parent = parent?.Identity,
            Training = new CardTraining(
                options.Seed,
                Math.Round(options.Time.GetElapsedTime(started).TotalSeconds, 1),
                options.Workers,
                options.Command
            ),
        };
        cancellation.ThrowIfCancellationRequested();
        card = ModelBundleWriter.Write(card, options.OutputDirectory, network.ToParts().Save);
        state.Delete();
        return new TrainingResult(options.OutputDirectory, card, 0);
    }

    private static SubwordVectors Kept(EntityBase? parent) =>
        parent?.Resources.Vectors
        ?? throw new UnusableInputException("no_vectors", "There are no vectors to keep: no base model was named, or it has none.");

    private static JsonObject Describe(EntitySettings entities, EncoderSettings settings, double loss)
    {
        JsonObject described = entities.ToJson();
        described["pretraining"] = JsonSerializer.SerializeToNode(settings, new JsonSerializerOptions(JsonSerializerDefaults.Web));
        described["maskedWordLoss"] = Math.Round(loss, 4);
        return described;
    }

    /// <summary>A hash of everything that decides the result but the clock.</summary>
    private static string Request(
        IReadOnlyList<TextCorpus> texts,
        IReadOnlyList<EntityCorpus> labelled,
        TrainingOptions options,
        EncoderSettings settings
    )
    {
        StringBuilder request = new();
        foreach (TextCorpus text in texts)
            request.AppendLine($"{Path.GetFullPath(text.Path)} {new FileInfo(text.Path).Length} {text.Weight}");
        foreach (EntityCorpus corpus in labelled)
            request.AppendLine($"{corpus.Name} {corpus.Sha256} {corpus.Documents.Count} {corpus.Weight}");
        request.AppendLine(
            $"{options.Seed} {options.BaseModelDirectory} {options.Width} {options.KeepVectors} {JsonSerializer.Serialize(settings)}"
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.ToString())));
    }
}
