using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Corrections;

/// <summary>The log holds all that is needed to take any change back, and to say what is there without looking at what is stored beside it.</summary>
public sealed class UndoTests
{
    private const string Text = "alpha 😀 beta\r\ngamma delta e\u0301psilon zeta eta theta";
    private static readonly string[] Labels = ["PROBLEM", "MEDICATION"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_the_log_says_of_a_change_is_enough_to_take_it_back(int seed)
    {
        using var store = new TemporaryStore();
        string id = store.AddNote(store.CreateProject().Id, Text);
        var random = new Random(seed);
        var done = new Dictionary<CorrectionAction, int>();
        for (int step = 0; step < 150; step++)
        {
            if (step % 15 == 0)
            {
                Suggest(store, id, random);
            }

            var before = store.Documents.Get(id);
            var change = RandomChange(before, random);
            if (!TryApply(store, before, change, out var after))
            {
                continue;
            }

            done[change.Action] = done.GetValueOrDefault(change.Action) + 1;
            var recorded = store.Corrections.History(id, limit: 1, after: $"{before.Revision}").Items.Single().Changes;
            var inverse = recorded.Reverse().SelectMany(line => Inverse(line, before)).ToArray();

            Assert.True(TryApply(store, after, inverse, out var undone), $"{change.Action} could not be taken back");
            Assert.Equal(before.Mentions.OrderBy(mention => mention.Id), undone.Mentions.OrderBy(mention => mention.Id));
            Assert.Equal(before.Relations, undone.Relations);

            // And on from there, most of the time, or nothing would ever grow.
            TryApply(store, undone, change, out _);
        }

        // Which of the nine come up is up to the seed.
        Assert.InRange(done.Count, 7, 9);
        AssertReplays(store, id);
    }

    /// <summary>The log of a long document is read once for all, not once for each of its mentions.</summary>
    [Fact]
    public void A_step_that_touched_hundreds_is_taken_back_as_one()
    {
        using var store = new TemporaryStore();
        string text = string.Join(' ', Enumerable.Repeat("alpha", 400));
        string id = store.AddNote(store.CreateProject().Id, text);
        store.Suggestions.ReplaceMentions(
            id,
            new ModelStamp("clinical-entities", "1"),
            [.. Enumerable.Range(0, 400).Select(i => new Mention(new TextSpan(i * 6, (i * 6) + 5), Labels[i % 2], 0.9))],
            "system"
        );
        var suggested = store.Documents.Get(id);
        Assert.Equal(400, suggested.Mentions.Count);
        Assert.True(
            TryApply(store, suggested, [.. suggested.Mentions.Select(one => new Change(CorrectionAction.Accept, one.Id))], out var accepted)
        );
        var moved = accepted
            .Mentions.Where((_, i) => i % 3 == 0)
            .Select(one => new Change(CorrectionAction.Relabel, one.Id, Label: Other(one)));
        Assert.True(TryApply(store, accepted, [.. moved], out var relabelled));
        Assert.NotEqual(accepted.Mentions, relabelled.Mentions);

        Assert.Equal(accepted.Mentions, TakeBack(relabelled, accepted).Mentions);
        Assert.Equal(suggested.Mentions, TakeBack(store.Documents.Get(id), suggested, batch: accepted.Revision).Mentions);
        AssertReplays(store, id);

        Document TakeBack(Document now, Document before, int? batch = null)
        {
            var lines = store.Corrections.History(id, 1, $"{(batch ?? now.Revision) - 1}").Items.Single().Changes;
            Assert.True(TryApply(store, now, [.. lines.Reverse().SelectMany(line => Inverse(line, before))], out var after));
            return after;
        }

        static string Other(DocumentMention mention) => Labels.Single(label => label != mention.Label);
    }

    /// <summary>Applying the log to nothing gives what is stored.</summary>
    private static void AssertReplays(TemporaryStore store, string id)
    {
        var mentions = new Dictionary<string, (MentionPlace Place, string Label, MentionDetails Details)>();
        var relations = new Dictionary<string, DocumentRelation>();
        string? after = null;
        do
        {
            var page = store.Corrections.History(id, limit: 1000, after: after);
            foreach (var change in page.Items.SelectMany(batch => batch.Changes))
            {
                switch (change.Action)
                {
                    case CorrectionAction.Relate:
                        relations.Add(change.Relation!.Id, change.Relation);
                        break;
                    case CorrectionAction.Unrelate:
                        Assert.True(relations.Remove(change.Relation!.Id));
                        break;
                    case CorrectionAction.Reject or CorrectionAction.Remove:
                        mentions.Remove(change.MentionId!);
                        break;
                    default:
                        mentions[change.MentionId!] = (change.Place!, change.Label!, change.Details ?? MentionDetails.None);
                        break;
                }
            }

            after = page.Next;
        } while (after is not null);

        var end = store.Documents.Get(id);
        var suggested = end.Mentions.Where(mention => mention.State == MentionState.Suggested).Select(mention => mention.Id).ToHashSet();
        Assert.Equal(
            end.Mentions.Where(mention => !suggested.Contains(mention.Id))
                .OrderBy(mention => mention.Id)
                .Select(mention => (mention.Id, mention.Place, mention.Label, mention.Details)),
            mentions
                .Where(pair => end.Mentions.Any(mention => mention.Id == pair.Key) && !suggested.Contains(pair.Key))
                .OrderBy(pair => pair.Key)
                .Select(pair => (pair.Key, pair.Value.Place, pair.Value.Label, pair.Value.Details))
        );
        Assert.Equal(end.Relations, relations.Values.OrderBy(relation => relation.Id));
    }

    private static IEnumerable<Change> Inverse(RecordedChange line, Document before)
    {
        switch (line.Action)
        {
            // A relation that went or came with a mention does so again.
            case CorrectionAction.Relate or CorrectionAction.Unrelate when line.MentionId is not null:
                return [];
            case CorrectionAction.Relate:
                return [new Change(CorrectionAction.Unrelate) { RelationId = line.Relation!.Id }];
            case CorrectionAction.Unrelate:
                return
                [
                    new Change(CorrectionAction.Relate)
                    {
                        RelationId = line.Relation!.Id,
                        From = line.Relation.From,
                        To = line.Relation.To,
                        Type = line.Relation.Type,
                    },
                ];
            case CorrectionAction.Add:
                return [new Change(CorrectionAction.Remove, line.MentionId)];
            case CorrectionAction.Restore when line.FromPlace is null:
                return [new Change(CorrectionAction.Remove, line.MentionId)];
            case CorrectionAction.Annotate:
                return [Saying(new Change(CorrectionAction.Annotate, line.MentionId), line.FromDetails!)];
            default:
                var state = before.Mentions.Single(mention => mention.Id == line.MentionId).State;
                var restore = new Change(CorrectionAction.Restore, line.MentionId, Label: line.FromLabel ?? line.Label, State: state)
                {
                    Fragments = (line.FromPlace ?? line.Place)!.Pieces,
                };
                return [line.Action == CorrectionAction.Restore ? Saying(restore, line.FromDetails ?? MentionDetails.None) : restore];
        }
    }

    private static Change Saying(Change change, MentionDetails details) =>
        change with
        {
            Assertion = details.Assertion,
            Unasserted = details.Assertion is null,
            Attributes = details.Attributes,
            Concepts = details.Concepts,
        };

    private static bool TryApply(TemporaryStore store, Document document, Change change, out Document after) =>
        TryApply(store, document, [change], out after);

    private static bool TryApply(TemporaryStore store, Document document, Change[] changes, out Document after)
    {
        try
        {
            var batch = new CorrectionBatch(document.Revision, changes);
            after = store.Corrections.Apply(document.Id, batch, TemporaryStore.Actor).Document;
            return true;
        }
        catch (UnusableInputException)
        {
            after = document;
            return false;
        }
    }

    private static void Suggest(TemporaryStore store, string id, Random random) =>
        store.Suggestions.ReplaceMentions(
            id,
            new ModelStamp("clinical-entities", "1"),
            [
                .. Enumerable
                    .Range(0, 5)
                    .Select(_ => RandomSpan(random))
                    .Where(IsWhole)
                    .Select(span => new Mention(span, Labels[random.Next(2)], random.NextDouble())),
            ],
            "system"
        );

    private static Change RandomChange(Document document, Random random)
    {
        string? mention = Any(document.Mentions)?.Id;
        string label = Labels[random.Next(2)];
        return random.Next(10) switch
        {
            0 => new Change(CorrectionAction.Accept, mention),
            1 => new Change(CorrectionAction.Reject, mention),
            2 => new Change(CorrectionAction.Relabel, mention, Label: label),
            3 => new Change(CorrectionAction.Resize, mention) { Fragments = RandomPieces(random) },
            4 => new Change(CorrectionAction.Remove, mention),
            5 or 6 => Saying(new Change(CorrectionAction.Annotate, mention), RandomDetails(random)),
            7 => new Change(CorrectionAction.Relate)
            {
                From = mention,
                To = Any(document.Mentions)?.Id,
                Type = "RELATED_TO",
            },
            8 => new Change(CorrectionAction.Unrelate) { RelationId = Any(document.Relations)?.Id },
            _ => Saying(new Change(CorrectionAction.Add, Label: label) { Fragments = RandomPieces(random) }, RandomDetails(random)),
        };

        T? Any<T>(IReadOnlyList<T> items)
            where T : class => items.Count == 0 ? null : items[random.Next(items.Count)];
    }

    /// <summary>Models do not cut through characters; people may try.</summary>
    private static bool IsWhole(TextSpan span) => !char.IsLowSurrogate(Text[span.Start]) && !char.IsHighSurrogate(Text[span.End - 1]);

    private static MentionDetails RandomDetails(Random random) =>
        new()
        {
            Assertion = random.Next(2) == 0 ? null : new SpanAssertion(random.Next(2) == 0, Family: random.Next(2) == 0),
            Concepts = [.. Enumerable.Range(0, random.Next(3)).Select(i => $"C{i}")],
        };

    private static List<TextSpan> RandomPieces(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => RandomSpan(random)).DistinctBy(span => span.Start)];

    private static TextSpan RandomSpan(Random random)
    {
        int start = random.Next(Text.Length - 1);
        return new TextSpan(start, random.Next(start + 1, Math.Min(Text.Length, start + 8) + 1));
    }
}
