using System.Text.Json;
using ClinicalNlp.Corpora;
using ClinicalNlp.Terms;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>The public terminologies and which dictionary each becomes. Reads one folder; a file that is not there is left out.</summary>
internal static class Terminologies
{
    public const string Drug = "drug";
    public const string Disease = "disease";
    public const string Icd = "icd";
    public const string Phenotype = "phenotype";
    public const string Abbreviation = "abbreviation";

    /// <summary>Builds all dictionaries: those of the folder, the closed lists, then a hospital's own.</summary>
    /// <param name="folder">DrugBank vocabulary, Disease Ontology, ICD-10-CM, HPO lay synonyms and abbreviations as JSON lines; null for none.</param>
    /// <param name="commonWords">See <see cref="TermDictionaryBuilder"/>.</param>
    /// <param name="added">Name of a dictionary (a known name adds to it) and its file; see <see cref="TermDictionaryBuilder.AddFile"/>.</param>
    /// <exception cref="UnusableInputException">A line that cannot be read, with its file.</exception>
    public static TermDictionary Build(
        string? folder,
        IReadOnlySet<string>? commonWords = null,
        params IEnumerable<(string Dictionary, string File)> added
    )
    {
        TermDictionaryBuilder builder = new(commonWords);
        if (folder is not null)
            AddFolder(builder, folder);
        ClosedTerms.AddTo(builder);
        foreach ((string dictionary, string file) in added)
            builder.AddFile(dictionary, file);
        return builder.Build();
    }

    /// <summary>Adds a hospital's own lists to dictionaries that are there, as in the encoder's file.</summary>
    /// <remarks>A model that was trained on <paramref name="terms"/> takes the answer as long as no new name is added: names are its columns.</remarks>
    /// <exception cref="UnusableInputException">A line that cannot be read, with its file.</exception>
    public static TermDictionary Add(TermDictionary terms, params IEnumerable<(string Dictionary, string File)> added)
    {
        TermDictionaryBuilder builder = new(terms);
        foreach ((string dictionary, string file) in added)
            builder.AddFile(dictionary, file);
        return builder.Build();
    }

    private static void AddFolder(TermDictionaryBuilder builder, string folder)
    {
        foreach (string name in Names(folder, "drugbank_vocabulary.jsonl"))
            builder.Add(Drug, IcdDescription.WithoutBrackets(name));
        foreach (string name in Names(folder, "disease_ontology_merged.jsonl"))
            builder.Add(Disease, IcdDescription.WithoutBrackets(name));
        foreach (string file in (string[])["icd10cm_tabular_2021.jsonl", "icd10cm_order_2021.jsonl"])
        {
            foreach (string name in Names(folder, file))
            {
                // The classification also lists what people abuse or are poisoned by.
                foreach (string variant in IcdDescription.Variants(name).Where(variant => !builder.Has(Drug, variant)))
                    builder.Add(Icd, variant);
            }
        }
        foreach (string name in Names(folder, "hpo_layperson_synonyms.jsonl"))
            builder.Add(Phenotype, IcdDescription.WithoutBrackets(name));
        foreach (string form in ShortForms(folder, "medical_abbreviations.jsonl"))
            builder.AddShortForm(Abbreviation, form);
    }

    private static IEnumerable<string> Names(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? TermDictionaryBuilder.Names(path) : [];
    }

    private static IEnumerable<string> ShortForms(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
            yield break;
        using FileStream stream = TextFile.Open(path);
        foreach (JsonLine line in JsonLine.Read(stream, path))
            yield return line.RequiredString(line.Root, "abbr", "the abbreviation");
    }
}
