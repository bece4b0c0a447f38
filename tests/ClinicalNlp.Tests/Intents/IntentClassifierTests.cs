using System.Text.Json.Nodes;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Intents;

public sealed class IntentClassifierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_of_entities_is_foreign() => Foreign(Card() with { Kind = ModelCard.EntitiesKind });

    [Fact]
    public void Settings_of_another_recipe_are_foreign() =>
        Foreign(
            Card() with
            {
                Settings = new JsonObject
                {
                    ["recipe"] = "trees/7",
                    ["features"] = 1,
                    ["temperature"] = 1,
                    ["outOfScopeBias"] = 0,
                },
            }
        );

    [Fact]
    public void Labels_without_oos_are_foreign() => Foreign(Card() with { Labels = ["a", "b"] });

    [Fact]
    public void Files_that_are_no_model_are_foreign() => Foreign(Card());

    [Fact]
    public void A_vocabulary_that_is_cut_short_is_refused()
    {
        FeatureVocabulary vocabulary = new(
            [FeatureFamily.Words, FeatureFamily.Characters],
            [
                [0, 7, 9],
                [0, 8],
            ],
            [
                [1, 2, 3],
                [1, 4],
            ]
        );
        string path = folder.File("features.bin");
        vocabulary.Save(path);
        FeatureVocabulary loaded = FeatureVocabulary.Load(path);
        Assert.Equal([0u, 7u, 9u], loaded.Hashes(FeatureFamily.Words));
        Assert.Equal([1f, 4f], loaded.Rarity(FeatureFamily.Characters));
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 3, 8, 12, 20, bytes.Length - 1 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<InvalidDataException>(() => FeatureVocabulary.Load(path));
        }
    }

    private void Foreign(ModelCard card)
    {
        ModelBundleWriter.Write(
            card,
            folder.File("m"),
            directory =>
            {
                File.WriteAllText(Path.Combine(directory, "model.onnx"), "not a network");
                new FeatureVocabulary(
                    [FeatureFamily.Words, FeatureFamily.Characters],
                    [
                        [0],
                        [0],
                    ],
                    [
                        [1],
                        [1],
                    ]
                ).Save(Path.Combine(directory, "features.bin"));
            }
        );
        ModelBundleException e = Assert.Throws<ModelBundleException>(() => IntentClassifier.Load(ModelBundle.Load(folder.File("m"))));
        Assert.Equal("model_foreign", e.Code);
        Assert.StartsWith(folder.Path, e.Directory);
    }

    private static ModelCard Card() =>
        new()
        {
            Kind = ModelCard.IntentsKind,
            Name = "toy",
            Version = "1",
            Created = DateTimeOffset.UnixEpoch,
            Labels = ["a", "b", "oos"],
            Settings = new IntentSettings(IntentSettings.CurrentRecipe, UtteranceFeatures.Version, 1, 0).ToJson(),
        };
}
