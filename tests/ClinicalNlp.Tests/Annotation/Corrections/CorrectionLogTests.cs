using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Corrections;

/// <summary>The log alone says what the document holds: replaying it gives the state that was stored beside it.</summary>
public sealed class CorrectionLogTests
{
    private const string Text = "alpha 😀 beta\r\ngamma delta e\u0301psilon zeta eta theta";
    private static readonly string[] Labels = ["PROBLEM", "MEDICATION"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Replaying_the_log_gives_the_stored_state(int seed)
    {
        using var store = new TemporaryStore();
        string id = store.AddNote(store.CreateProject().Id, Text);
        var random = new Random(seed);
        int revision = 0;
        int refused = 0;
        for (int step = 0; step < 120; step++)
        {
            if (step % 10 == 0)
            {
                Suggest(store, id, random);
            }

            var document = store.Documents.Get(id);
            try
            {
                var changes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomChange(document, random));
                revision = store.Corrections.Apply(id, new CorrectionBatch(revision, [.. changes]), TemporaryStore.Actor).Revision;
            }
            catch (UnusableInputException)
            {
                // A refused batch has left nothing behind, or the end will show it.
                refused++;
            }
        }

        var end = store.Documents.Get(id);
        var batches = store.Corrections.History(id, limit: 1000).Items;
        Assert.Equal(revision, end.Revision);
        Assert.Equal(Enumerable.Range(1, revision), batches.Select(batch => batch.Revision));
        Assert.InRange(refused, 1, 110);
        Assert.Equal(
            end.Mentions.Where(mention => mention.State != MentionState.Suggested)
                .Select(mention => (mention.Id, mention.Span, mention.Label))
                .Order(),
            Replay(batches).Order()
        );
        Assert.Null(store.Audit.FirstBroken());
    }

    private static IEnumerable<(string Id, TextSpan Span, string Label)> Replay(IEnumerable<RecordedBatch> batches)
    {
        var mentions = new Dictionary<string, (TextSpan Span, string Label)>();
        foreach (var change in batches.SelectMany(batch => batch.Changes))
        {
            if (change.Action is CorrectionAction.Reject or CorrectionAction.Remove)
            {
                mentions.Remove(change.MentionId!);
            }
            else
            {
                mentions[change.MentionId!] = (change.Span!.Value, change.Label!);
            }
        }

        return mentions.Select(pair => (pair.Key, pair.Value.Span, pair.Value.Label));
    }

    private static void Suggest(TemporaryStore store, string id, Random random) =>
        store.Suggestions.ReplaceMentions(
            id,
            new ModelStamp("clinical-entities", "1"),
            [.. Enumerable.Range(0, 5).Select(_ => new Mention(RandomSpan(random), Labels[random.Next(2)], random.NextDouble()))],
            "system"
        );

    private static Change RandomChange(Document document, Random random)
    {
        string? mention = document.Mentions.Count == 0 ? null : document.Mentions[random.Next(document.Mentions.Count)].Id;
        var span = RandomSpan(random);
        string label = Labels[random.Next(2)];
        return random.Next(6) switch
        {
            0 => new Change(CorrectionAction.Accept, mention),
            1 => new Change(CorrectionAction.Reject, mention),
            2 => new Change(CorrectionAction.Relabel, mention, Label: label),
            3 => new Change(CorrectionAction.Resize, mention, span.Start, span.End),
            4 => new Change(CorrectionAction.Remove, mention),
            _ => new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Text: span.Of(Text), Label: label),
        };
    }

    private static TextSpan RandomSpan(Random random)
    {
        int start = random.Next(Text.Length - 1);
        return new TextSpan(start, random.Next(start + 1, Text.Length + 1));
    }
}
