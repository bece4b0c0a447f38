using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Intents;

/// <summary>Which changes of intents make sense.</summary>
internal static class IntentChangeRules
{
    private const int MaximumNameLength = 200;

    /// <exception cref="UnusableInputException">See <see cref="IntentStore"/>.</exception>
    public static void Check(Project project, IntentChange change)
    {
        var intents = project.Intents.Select(intent => intent.Name).Append(IntentPrediction.OutOfScope).ToHashSet();
        int least = change.Kind == IntentChangeKind.Add ? 0 : 1;
        int most = change.Kind switch
        {
            IntentChangeKind.Add => 0,
            IntentChangeKind.Merge => int.MaxValue,
            _ => 1,
        };
        if (change.From.Count < least || change.From.Count > most)
        {
            throw new UnusableInputException("invalid_value", "from names the intents that change: none to add, one or more otherwise");
        }

        if (change.From.FirstOrDefault(from => !intents.Contains(from)) is not null)
        {
            throw new UnusableInputException("label_not_in_schema", "the project has no intent of a name in from");
        }

        if (change.Kind != IntentChangeKind.Split && change.From.Contains(IntentPrediction.OutOfScope))
        {
            throw new UnusableInputException("invalid_value", "oos is an intent of every project: it can only be split");
        }

        if (change.Kind == IntentChangeKind.Split && change.Utterances is not { Count: > 0 })
        {
            throw new UnusableInputException("no_changes", "a split names the utterances that get the other intent");
        }

        if (change.Kind != IntentChangeKind.Split && change.Utterances is not null)
        {
            throw new UnusableInputException("invalid_value", "only a split names utterances");
        }

        CheckTarget(change, intents);
    }

    private static void CheckTarget(IntentChange change, HashSet<string> intents)
    {
        if (change.Kind == IntentChangeKind.Remove)
        {
            if (change.To is not null)
            {
                throw new UnusableInputException("invalid_value", "a removal puts nothing in the place of the intent: that is a merge");
            }

            return;
        }

        if (string.IsNullOrWhiteSpace(change.To) || change.To.Length > MaximumNameLength || change.To.Contains('\0'))
        {
            throw new UnusableInputException("name_missing", $"an intent needs a name of 1 to {MaximumNameLength} characters");
        }

        if (change.Kind is IntentChangeKind.Add or IntentChangeKind.Rename && intents.Contains(change.To))
        {
            throw new UnusableInputException("name_taken", "the project has an intent of this name: two become one by a merge");
        }

        if (change.From.All(from => from == change.To) && change.From.Count > 0)
        {
            throw new UnusableInputException("no_changes", "the intent is so already");
        }
    }
}
