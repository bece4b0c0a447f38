using System.Text;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Training.Intents;

/// <param name="Draws">How often the example is seen in one epoch, on average.</param>
/// <param name="Before">The turns before; null where they are not known.</param>
internal readonly record struct IntentExample(string Text, int Intent, double Draws = 1, IReadOnlyList<string>? Before = null);

/// <summary>Corpora as labelled examples over one list of intents.</summary>
internal static class IntentExamples
{
    /// <summary>The intents to learn: those of the base model first and in its order, then new ones in ordinal order; <c>oos</c> is always one.</summary>
    public static string[] Labels(IEnumerable<IntentCorpus> corpora, IReadOnlyList<string>? baseLabels)
    {
        List<string> labels = [.. baseLabels ?? []];
        SortedSet<string> fresh = new(StringComparer.Ordinal) { IntentPrediction.OutOfScope };
        foreach (IntentCorpus corpus in corpora)
        {
            foreach (Utterance utterance in corpus.Utterances)
                fresh.Add(Intent(utterance, corpus));
        }
        fresh.ExceptWith(labels);
        return [.. labels, .. fresh];
    }

    /// <exception cref="UnusableInputException"><c>missing_field</c>: an utterance without an intent. <c>too_little_data</c>: nothing to tell apart.</exception>
    public static List<IntentExample> Training(IReadOnlyList<IntentCorpus> corpora, IReadOnlyList<string> labels)
    {
        List<IntentExample> examples = Read(corpora, labels);
        int inScope = examples
            .Select(example => labels[example.Intent])
            .Where(label => label != IntentPrediction.OutOfScope)
            .Distinct()
            .Count();
        if (inScope < 2)
            throw new UnusableInputException("too_little_data", $"Training needs utterances of at least two intents; there are {inScope}.");
        return examples;
    }

    /// <summary>Utterances of an intent that is not among the labels get the index -1.</summary>
    public static List<IntentExample> Read(IReadOnlyList<IntentCorpus> corpora, IReadOnlyList<string> labels)
    {
        Dictionary<string, int> index = [];
        for (int i = 0; i < labels.Count; i++)
            index[labels[i]] = i;
        List<IntentExample> examples = [];
        foreach (IntentCorpus corpus in corpora)
        {
            foreach (Utterance utterance in corpus.Utterances)
            {
                ClinicalText.Check(utterance.Text, corpus.Name);
                examples.Add(new(utterance.Text, index.GetValueOrDefault(Intent(utterance, corpus), -1), corpus.Weight, utterance.Before));
            }
        }
        return examples;
    }

    /// <summary>
    /// The intents' names as utterances: "card_arrival" says what people say who have that intent. A name is taken when at least half of its words
    /// occur in the examples; "intent_12" says nothing.
    /// </summary>
    public static List<IntentExample> Names(IReadOnlyList<string> labels, IReadOnlyList<IntentExample> examples, double draws)
    {
        HashSet<string> said = [.. examples.SelectMany(example => UtteranceFeatures.Words(example.Text))];
        HashSet<int> taught = [.. examples.Where(example => example.Draws > 0).Select(example => example.Intent)];
        List<IntentExample> names = [];
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] == IntentPrediction.OutOfScope || !taught.Contains(i))
                continue;
            string name = Spoken(labels[i]);
            List<string> words = UtteranceFeatures.Words(name);
            if (words.Count > 0 && 2 * words.Count(said.Contains) >= words.Count)
                names.Add(new IntentExample(name, i, draws));
        }
        return names;
    }

    /// <summary>"smalltalk.agent_beClever" is "smalltalk agent be Clever".</summary>
    private static string Spoken(string label)
    {
        StringBuilder spoken = new(label.Length + 4);
        for (int i = 0; i < label.Length; i++)
        {
            if (i > 0 && char.IsUpper(label[i]) && char.IsLower(label[i - 1]))
                spoken.Append(' ');
            spoken.Append(label[i] is '_' or '.' or '-' ? ' ' : label[i]);
        }
        return spoken.ToString();
    }

    /// <summary>How many examples one epoch sees.</summary>
    public static int Drawn(IReadOnlyList<IntentExample> examples) => (int)Math.Ceiling(examples.Sum(example => example.Draws));

    private static string Intent(Utterance utterance, IntentCorpus corpus) =>
        string.IsNullOrEmpty(utterance.Intent)
            ? throw new UnusableInputException("missing_field", "An utterance has no intent.", corpus.Name)
            : utterance.Intent;
}
