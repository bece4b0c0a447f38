using ClinicalNlp.Models;

namespace ClinicalNlp.Training;

/// <param name="Directory">The bundle as written.</param>
/// <param name="DevScore">Micro F1 or accuracy on the dev corpora, in [0, 1]; 0 without any.</param>
public sealed record TrainingResult(string Directory, ModelCard Card, double DevScore);
