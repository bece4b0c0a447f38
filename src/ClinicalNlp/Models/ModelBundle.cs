using System.Security.Cryptography;
using System.Text.Json;

namespace ClinicalNlp.Models;

/// <summary>A model folder that was verified: its card, and files whose sizes and hashes are what the card says.</summary>
public sealed class ModelBundle
{
    private ModelBundle(string directory, ModelCard card, string fingerprint)
    {
        Directory = directory;
        Card = card;
        Fingerprint = fingerprint;
    }

    /// <summary>Full path of the folder.</summary>
    public string Directory { get; }
    public ModelCard Card { get; }

    /// <summary>SHA-256 of <c>card.json</c>, in lower-case hexadecimal: since the card holds all hashes, it identifies the whole bundle.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads the card and verifies every file.</summary>
    /// <exception cref="ModelBundleException">What was found, in which file.</exception>
    public static ModelBundle Load(string directory)
    {
        directory = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(directory))
            throw new ModelBundleException(ModelBundleException.Missing, "There is no model folder here.", directory);
        var bytes = ReadCard(directory);
        var card = ParseCard(bytes, directory);
        foreach (var (name, expected) in card.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            Verify(directory, name, expected);
        RefuseStrangers(directory, card);
        return new ModelBundle(directory, card, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The path of a file that the card lists.</summary>
    /// <exception cref="ModelBundleException"><c>model_foreign</c>: this kind of model needs a file that the bundle does not have.</exception>
    public string PathOf(string file) =>
        Card.Files.ContainsKey(file)
            ? Path.Combine(Directory, file)
            : throw new ModelBundleException(ModelBundleException.Foreign, "The card does not list this file.", Directory, file);

    private static byte[] ReadCard(string directory)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, ModelCard.FileName));
        }
        catch (FileNotFoundException)
        {
            throw new ModelBundleException(
                ModelBundleException.Incomplete,
                "The folder has no card: it is half written or no model.",
                directory,
                ModelCard.FileName
            );
        }
    }

    private static ModelCard ParseCard(byte[] bytes, string directory)
    {
        try
        {
            // The format is looked at before anything else: another format's missing fields are no damage.
            using var document = JsonDocument.Parse(bytes);
            var format =
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("format", out var value)
                && value.ValueKind == JsonValueKind.String
                    ? value.GetString()
                    : null;
            if (format != ModelCard.CurrentFormat)
                throw Foreign($"The format is {Quote(format)}; supported is \"{ModelCard.CurrentFormat}\".");
            var card = ModelCard.Parse(bytes);
            if (card.Kind is not (ModelCard.EntitiesKind or ModelCard.IntentsKind or ModelCard.EncoderKind))
                throw Foreign(
                    $"The kind is {Quote(card.Kind)}; supported are \"{ModelCard.EntitiesKind}\", \"{ModelCard.IntentsKind}\" and \"{ModelCard.EncoderKind}\"."
                );
            return card;
        }
        catch (JsonException exception)
        {
            throw new ModelBundleException(
                ModelBundleException.Damaged,
                $"The card cannot be read: {exception.Message}",
                directory,
                ModelCard.FileName
            );
        }

        ModelBundleException Foreign(string reason) => new(ModelBundleException.Foreign, reason, directory, ModelCard.FileName);
    }

    private static void Verify(string directory, string name, CardFile expected)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\', ':') || name.StartsWith('.') || name == ModelCard.FileName)
        {
            throw new ModelBundleException(
                ModelBundleException.Damaged,
                $"The card lists {Quote(name)}, which is no plain file name.",
                directory,
                ModelCard.FileName
            );
        }
        var path = Path.Combine(directory, name);
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new ModelBundleException(ModelBundleException.Incomplete, "The file is missing.", directory, name);
        if (info.Length != expected.Bytes)
        {
            throw new ModelBundleException(
                info.Length < expected.Bytes ? ModelBundleException.Incomplete : ModelBundleException.Damaged,
                $"The file has {info.Length} bytes; the card says {expected.Bytes}.",
                directory,
                name
            );
        }
        using var stream = File.OpenRead(path);
        if (!Convert.ToHexStringLower(SHA256.HashData(stream)).Equals(expected.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new ModelBundleException(ModelBundleException.Damaged, "The file's SHA-256 is not the card's.", directory, name);
    }

    private static void RefuseStrangers(string directory, ModelCard card)
    {
        foreach (var path in System.IO.Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (name == ModelCard.FileName || card.Files.ContainsKey(name) || name.StartsWith('.'))
                continue;
            throw name.EndsWith(".tmp", StringComparison.Ordinal)
                ? new ModelBundleException(ModelBundleException.Incomplete, "A half-written file is left in the folder.", directory, name)
                : new ModelBundleException(ModelBundleException.Damaged, "The card does not list this file.", directory, name);
        }
    }

    private static string Quote(string? value) => value is null ? "not given" : $"\"{value}\"";
}
