using System.Numerics.Tensors;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Pretraining;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Tests.Training.Pretraining;

public sealed class EncoderRecipeTests : IDisposable
{
    private static readonly EncoderSettings Quick = new()
    {
        SkipGram = new SkipGramSettings
        {
            Width = 16,
            Epochs = 4,
            MinimumCount = 2,
            Buckets = 500,
            Subsampling = 1,
        },
        Width = 32,
        MaskedCharacters = 40_000,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Words_in_the_same_places_get_vectors_alike()
    {
        SubwordVectors vectors = Vectors(Pretrain("encoder"));
        Assert.True(Cosine(vectors, "aspirin", "warfarin") > Cosine(vectors, "aspirin", "fever") + 0.1);
        Assert.True(Cosine(vectors, "fever", "nausea") > Cosine(vectors, "fever", "warfarin") + 0.1);
    }

    [Fact]
    public void One_worker_and_a_seed_give_the_same_encoder_twice()
    {
        Assert.Equal(Hashes(Pretrain("a")), Hashes(Pretrain("b")));
    }

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_end()
    {
        string whole = Pretrain("whole");
        string halves = folder.File("halves");
        // Stops once among the word vectors and once among the masked words.
        foreach (string phase in (string[])["learning word vectors", "learning contexts"])
        {
            using CancellationTokenSource here = new();
            int seen = 0;
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Pretrain(
                    "halves",
                    new Stopping(report =>
                    {
                        if (report.Phase == phase && ++seen == 3)
                            here.Cancel();
                    }),
                    here.Token
                )
            );
            Assert.False(Directory.Exists(halves));
        }
        Assert.Equal(Hashes(whole)["vectors.bin"], Hashes(Pretrain("halves"))["vectors.bin"]);
        Assert.False(Directory.Exists(halves + PretrainingState.FolderMark));
    }

    [Fact]
    public void The_state_of_another_request_is_refused()
    {
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Pretrain("mixed", new Stopping(_ => stop.Cancel()), stop.Token));
        UnusableInputException error = Assert.Throws<UnusableInputException>(() => Pretrain("mixed", seed: 9));
        Assert.Equal("other_pretraining", error.Code);
    }

    [Fact]
    public void A_model_starts_from_an_encoder_and_ships_what_it_brings()
    {
        string encoder = Pretrain("encoder");
        string model = folder.File("model");
        EntityRecipe.Train(
            [PillBox.Corpus(40, 1)],
            [],
            Options(model) with
            {
                EncoderDirectory = encoder,
            },
            PillBox.Small,
            PillBox.Quick,
            null,
            default
        );
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(model));
        Assert.Contains(recognizer.Recognize("Patient took aspirin 5 mg for chest pain."), mention => mention.Label == "MEDICATION");
        Assert.True(File.Exists(Path.Combine(model, SubwordVectors.FileName)));
    }

    [Fact]
    public void An_encoder_goes_on_with_other_text()
    {
        string first = Pretrain("first");
        TrainingResult result = Continue(folder.File("second"), options => options with { BaseModelDirectory = first });
        Assert.Equal("encoder", result.Card.Parent!.Name);
        Assert.True(Vectors(folder.File("second")).Knows("dressing"));
    }

    [Fact]
    public void A_model_takes_the_width_of_its_encoder()
    {
        string encoder = Pretrain("encoder");
        TrainingResult result = EntityRecipe.Train(
            [PillBox.Corpus(40, 1)],
            [],
            Options(folder.File("model")) with
            {
                EncoderDirectory = encoder,
            },
            PillBox.Small with
            {
                Width = 16,
            },
            PillBox.Quick with
            {
                Epochs = 1,
            },
            null,
            default
        );
        Assert.Equal(32, (int)result.Card.Settings["width"]!);
    }

    [Fact]
    public void Layers_of_another_width_begin_anew_on_vectors_that_are_kept()
    {
        string first = Pretrain("first");
        string wider = folder.File("wider");
        TrainingResult result = Continue(wider, options => options with { BaseModelDirectory = first, Width = 48, KeepVectors = true });
        Assert.Equal(48, (int)result.Card.Settings["width"]!);
        Assert.Equal(Hashes(first)["vectors.bin"], Hashes(wider)["vectors.bin"]);
        Assert.NotEqual(Hashes(first)["words.bin"], Hashes(wider)["words.bin"]);
    }

    [Fact]
    public void Vectors_cannot_be_kept_without_a_base()
    {
        UnusableInputException error = Assert.Throws<UnusableInputException>(() =>
            Continue(folder.File("nothing"), options => options with { KeepVectors = true })
        );
        Assert.Equal("no_vectors", error.Code);
    }

    [Fact]
    public void Masked_word_gradient_equals_finite_differences()
    {
        SubwordVectors vectors = Vectors(Pretrain("encoder"));
        Vocabulary vocabulary = new(vectors);
        int[] words = [vocabulary.Add("aspirin"), vocabulary.Add("fever"), vocabulary.Add("warfarin"), vocabulary.Add("aspirin")];
        EntityExample example = new(words, [], [], [], [], []) { Masked = [true, true, true, true] };
        Random random = new(3);
        float[] outputs = [.. Enumerable.Range(0, 5 * vectors.Width).Select(_ => random.NextSingle() - 0.5f)];
        float[] gradient = new float[outputs.Length];
        MaskedWordLoss loss = new(vocabulary);
        loss.Add([example], outputs, gradient);
        for (int i = 0; i < outputs.Length; i += 3)
        {
            float original = outputs[i];
            outputs[i] = original + 1e-2f;
            double above = loss.Add([example], outputs, new float[gradient.Length]);
            outputs[i] = original - 1e-2f;
            double below = loss.Add([example], outputs, new float[gradient.Length]);
            outputs[i] = original;
            Assert.Equal((above - below) / 2e-2, gradient[i], 2e-2);
        }
    }

    private string Pretrain(
        string name,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default,
        int seed = 1
    )
    {
        string text = folder.File("text.txt");
        if (!File.Exists(text))
            File.WriteAllLines(
                text,
                PillBox.Corpus(600, 4).Documents.Chunk(3).Select(some => string.Join(' ', some.Select(d => d.Text.ReplaceLineEndings(" "))))
            );
        string output = folder.File(name);
        EncoderRecipe.Train(
            [new TextCorpus("text", text)],
            [],
            Options(output) with
            {
                Seed = seed,
            },
            Quick,
            PillBox.Small,
            progress,
            cancellation
        );
        return output;
    }

    private TrainingResult Continue(string output, Func<TrainingOptions, TrainingOptions> change)
    {
        string text = folder.Write(
            "more.txt",
            string.Concat(Enumerable.Repeat("The wound was cleaned and the dressing changed twice today.\n", 40))
        );
        return EncoderRecipe.Train([new TextCorpus("more", text)], [], change(Options(output)), Quick, PillBox.Small, null, default);
    }

    private static TrainingOptions Options(string output) =>
        new()
        {
            OutputDirectory = output,
            ModelName = "encoder",
            ModelVersion = "1",
            Workers = 1,
            Time = new Hurrying(20), // what is saved every half minute is saved all the time
        };

    private static SubwordVectors Vectors(string directory) => SubwordVectors.Load(Path.Combine(directory, SubwordVectors.FileName));

    private static float Cosine(SubwordVectors vectors, string one, string other)
    {
        float[] a = new float[vectors.Width];
        float[] b = new float[vectors.Width];
        vectors.Fill(one, a);
        vectors.Fill(other, b);
        return TensorPrimitives.CosineSimilarity<float>(a, b);
    }

    private static Dictionary<string, string> Hashes(string directory) =>
        ModelBundle.Load(directory).Card.Files.ToDictionary(file => file.Key, file => file.Value.Sha256);

    private sealed class Stopping(Action<TrainingProgress> look) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => look(value);
    }
}
