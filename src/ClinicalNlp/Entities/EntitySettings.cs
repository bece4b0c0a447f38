using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ClinicalNlp.Entities;

/// <summary>What a recogniser must know of its model beside the labels; saved in the model card.</summary>
internal sealed record EntitySettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>
    /// Of the <see cref="Threshold"/>: candidates that evidence may lift over it once they are calibrated. 0.55 to 0.85 were worth much the same.
    /// </summary>
    public const double CandidateShare = 0.7;

    /// <summary>The word features that the tables were trained with.</summary>
    public int Features { get; init; } = WordFeatures.Version;

    /// <summary>Columns of the hidden layers. From nothing, 192 and more layers gained nothing that seeds do not; from an encoder they are its.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Residual convolutions; each sees one more neighbour on either side.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Linear maps under each maxout.</summary>
    public int Pieces { get; init; } = 2;

    /// <summary>
    /// Tokens in one window of the network, without its margins: enough for an abstract or a page, because a word's other occurrences
    /// in the window are looked at (<see cref="GroupAfter"/>).
    /// </summary>
    public int Window { get; init; } = 600;

    /// <summary>Convolutions below the layer that sees what a word's other occurrences in the window look like; -1: there is none.</summary>
    public int GroupAfter { get; init; } = 2;

    /// <summary>
    /// Whether a layer over the mean of the window tells kinds of text apart, such as notes from case reports, whose annotators draw spans
    /// differently. Cards written before there was one do not name it.
    /// </summary>
    public bool Genre { get; init; }

    /// <summary>
    /// Annotation guidelines other than our own that the network was told apart while it learnt; their columns are zero in use, so that
    /// it answers by ours.
    /// </summary>
    public IReadOnlyList<string> Guidelines { get; init; } = [];

    /// <summary>Neighbouring tokens a window sees on either side; more than <see cref="Depth"/>, so that no score depends on where a text was cut.</summary>
    public int Margin { get; init; } = 12;

    /// <summary>Whether abbreviations take the type of their long form through the document (<see cref="AbbreviationConsistency"/>).</summary>
    public bool Abbreviations { get; init; } = true;

    /// <summary>
    /// Scores are divided by this before confidences are computed, never before decoding: trained to the end, a chain is surer than it is right
    /// (temperature scaling, Guo et al. 2017). The recipe fits it on dev.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Above 0, a mention is answered where its confidence is higher, whether or not it is on the most probable path; 0, as in cards that do not name
    /// it, leaves it to the path. Half of the F1 that can be had makes the most of F1 (Lipton, Elkan and Naryanaswamy 2014). A model trained from this
    /// one keeps it unless it learns new labels.
    /// </summary>
    public double Threshold { get; init; }

    /// <summary>What is made of the probabilities at that temperature; cards written before there was one have none.</summary>
    public ConfidenceCalibration? Calibration { get; init; }

    /// <summary>From which probability of the chain on a mention is a candidate: below the threshold where a calibration follows it.</summary>
    [JsonIgnore]
    public double CandidateThreshold => Calibration is null ? Threshold : Threshold * CandidateShare;

    /// <summary>Why a model with these settings cannot be used here; null when it can.</summary>
    [JsonIgnore]
    public string? Unsupported =>
        Features != WordFeatures.Version ? $"The model was trained on word features {Features}; supported are {WordFeatures.Version}."
        : Calibration is { Format: not ConfidenceCalibration.CurrentFormat }
            ? $"The calibration of its confidences has format {Calibration.Format}; supported is {ConfidenceCalibration.CurrentFormat}."
        : null;

    /// <summary>With the layers of another: what a model must have to take over that one's weights.</summary>
    public EntitySettings WithLayersOf(EntitySettings other) =>
        this with
        {
            Width = other.Width,
            Depth = other.Depth,
            Pieces = other.Pieces,
            GroupAfter = other.GroupAfter,
        };

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, Json)!;

    public static EntitySettings FromJson(JsonObject settings) => settings.Deserialize<EntitySettings>(Json) ?? new EntitySettings();
}
