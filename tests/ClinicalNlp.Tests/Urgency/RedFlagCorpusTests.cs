using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Tests.Urgency;

/// <summary>The patterns on the messages they were tuned on, and on those they were not.</summary>
public sealed class RedFlagCorpusTests
{
    private sealed record Message(string Text, IReadOnlyList<string> Urgent, IReadOnlyList<string> Mentioned);

    private static List<Message> Messages(string file)
    {
        var path = Path.Combine(RepositoryPaths.Root, "corpora", "red-flags", file);
        using var stream = File.OpenRead(path);
        return
        [
            .. UtteranceFile
                .ReadWithFields(stream, path)
                .Select(read => new Message(read.Utterance.Text, Names(read.Fields, "urgent"), Names(read.Fields, "mentioned"))),
        ];
    }

    private static string[] Names(JsonObject fields, string list) => [.. fields[list]!.AsArray().Select(name => name!.GetValue<string>())];

    [Theory]
    [InlineData("train.jsonl", 0.98)]
    [InlineData("heldout.jsonl", 0.95)]
    public void Urgent_messages_are_found(string file, double least)
    {
        var urgent = Messages(file).Where(message => message.Urgent.Count > 0).ToList();
        var found = urgent.Count(message => RedFlagFinder.Find(message.Text).Any(flag => flag.Level == RedFlagLevel.Urgent));
        Assert.True(found >= least * urgent.Count, $"{found} of {urgent.Count}");
    }

    [Theory]
    [InlineData("train.jsonl", 0.98)]
    [InlineData("heldout.jsonl", 0.93)]
    public void What_is_called_urgent_is(string file, double least)
    {
        var called = Messages(file)
            .Where(message => RedFlagFinder.Find(message.Text).Any(flag => flag.Level == RedFlagLevel.Urgent))
            .ToList();
        var right = called.Count(message => message.Urgent.Count > 0);
        Assert.True(right >= least * called.Count, $"{right} of {called.Count}");
    }

    [Fact]
    public void Requests_to_a_clinic_that_are_no_emergency_are_left_alone()
    {
        var requests = UtteranceFile
            .Read(Path.Combine(RepositoryPaths.Root, "corpora", "care-intents", "heldout.jsonl"), needIntents: true)
            .Where(utterance => utterance.Intent is not ("emergency" or "mental_health_support"))
            .ToList();
        var urgent = requests.Count(utterance => RedFlagFinder.Find(utterance.Text).Any(flag => flag.Level == RedFlagLevel.Urgent));
        Assert.True(urgent <= 0.01 * requests.Count, $"{urgent} of {requests.Count}");
    }

    [Fact]
    public void The_sets_hold_what_their_README_says()
    {
        var train = Messages("train.jsonl");
        var heldOut = Messages("heldout.jsonl");
        Assert.Equal((456, 297), (train.Count, heldOut.Count));
        Assert.Equal((224, 156), (train.Count(m => m.Urgent.Count > 0), heldOut.Count(m => m.Urgent.Count > 0)));
        Assert.Equal(
            RedFlagFinder.Flags.Except([RedFlag.FromIntent]).Order(),
            heldOut.SelectMany(message => message.Urgent).Distinct().Order()
        );
    }
}
