using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Annotation.Schemas;

/// <summary>Random work and random changes of the schema, on a real file.</summary>
public class SchemaMigrationTests
{
    private const string Words = "one two three 💊 four five six";
    private static readonly string[] Names = ["A", "B", "C", "D", "E"];

    [Fact]
    public void No_mention_is_ever_lost_and_every_preview_is_true()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    private static void Run(int seed)
    {
        var random = new System.Random(seed);
        using var store = new TemporaryStore();
        string projectId = store
            .Projects.Create("p", [.. Names.Take(3).Select(name => new LabelDefinition(name))], [], TemporaryStore.Actor)
            .Id;
        var schema = new SchemaStore(store.Database);
        var archive = new ArchiveStore(store.Database);
        var documents = store.AddNotes(projectId, Words, Words, Words).Select(document => document.Id).ToList();
        for (int round = 0; round < 8; round++)
        {
            Work(store, projectId, documents[random.Next(documents.Count)], random);
            var before = documents.ToDictionary(id => id, id => Decided(store, archive, id));
            var overview = schema.Overview(projectId);
            var change = Any(overview, random);
            SchemaChangeEffect preview;
            try
            {
                preview = schema.Preview(projectId, change);
            }
            catch (UnusableInputException refused)
            {
                Assert.Equal(
                    refused.Code,
                    Assert.Throws<UnusableInputException>(() => schema.Change(projectId, change, overview.Version, "m")).Code
                );
                continue;
            }

            Assert.Equivalent(preview, schema.Change(projectId, change, overview.Version, "m"), strict: true);

            var labels = store.Projects.Get(projectId).Labels.Select(label => label.Name).ToHashSet();
            foreach (string id in documents)
            {
                // Every mention that people decided is still there, on the document or in the archive, where it stood and as it was said.
                var after = Decided(store, archive, id);
                Assert.Equal(before[id].Keys.Order(), after.Keys.Order());
                Assert.All(before[id], pair => Assert.Equal(pair.Value, after[pair.Key]));
                var document = store.Documents.Get(id);
                Assert.All(document.Mentions, mention => Assert.Contains(mention.Label, labels));
                Assert.Equal(document.Mentions.OrderBy(m => m.Id).Select(Place), Replayed(store, id).OrderBy(m => m.Id).Select(Place));
            }
        }

        Assert.Null(store.Audit.FirstBroken());
        Assert.Equal(
            store.Projects.Get(projectId).SchemaVersion,
            schema.History(projectId).Items.Select(version => version.Version).DefaultIfEmpty(1).Max()
        );
    }

    private static (string, TextSpan, string) Place(DocumentMention mention) => (mention.Id, mention.Span, mention.Label);

    /// <summary>What the log alone says of the decided mentions, with the open suggestions, of which it says nothing.</summary>
    private static List<DocumentMention> Replayed(TemporaryStore store, string id)
    {
        var present = store.Documents.Get(id).Mentions.Where(mention => mention.State == MentionState.Suggested).ToList();
        var replayed = new Dictionary<string, DocumentMention>();
        foreach (var change in store.Corrections.History(id).Items.SelectMany(batch => batch.Changes).Where(c => c.Relation is null))
        {
            if (change.Action is CorrectionAction.Remove or CorrectionAction.Reject)
            {
                replayed.Remove(change.MentionId!);
            }
            else
            {
                replayed[change.MentionId!] = new DocumentMention(
                    change.MentionId!,
                    change.Place!,
                    change.Label!,
                    MentionState.Added,
                    null,
                    null
                );
            }
        }

        return [.. replayed.Values, .. present];
    }

    private static Dictionary<string, (MentionPlace, MentionState, MentionDetails)> Decided(
        TemporaryStore store,
        ArchiveStore archive,
        string id
    ) =>
        store
            .Documents.Get(id)
            .Mentions.Where(mention => mention.State != MentionState.Suggested)
            .Concat(archive.Of(id).Select(item => item.Mention))
            .ToDictionary(mention => mention.Id, mention => (mention.Place, mention.State, mention.Details));

    private static SchemaChange Any(SchemaOverview overview, System.Random random)
    {
        string from = Names[random.Next(Names.Length)];
        string to = Names[random.Next(Names.Length)];
        return random.Next(6) switch
        {
            0 => new SchemaChange(SchemaChangeKind.Add, [], to),
            1 => new SchemaChange(SchemaChangeKind.Remove, [from]),
            2 => new SchemaChange(SchemaChangeKind.Restore, [overview.Former.Count == 0 ? from : overview.Former[0].Label.Name]),
            3 => new SchemaChange(
                SchemaChangeKind.Merge,
                [.. overview.Labels.Take(2).Select(label => label.Label.Name)],
                overview.Labels.Count == 0 ? to : overview.Labels[0].Label.Name
            ),
            _ => new SchemaChange(SchemaChangeKind.Rename, [from], to),
        };
    }

    /// <summary>Suggestions of a model that says any name, and a person who adds, accepts, says things and removes.</summary>
    private static void Work(TemporaryStore store, string projectId, string id, System.Random random)
    {
        var labels = store.Projects.Get(projectId).Labels.Select(label => label.Name).ToList();
        var tokens = Tokenizer.Tokenize(Words);
        store.Suggestions.ReplaceMentions(
            id,
            new ModelStamp("m", "1"),
            [.. tokens.Take(5).Select(token => new Mention(token.Span, Names[random.Next(3)], 0.5))],
            "model"
        );
        for (int i = 0; i < 6 && labels.Count > 0; i++)
        {
            var document = store.Documents.Get(id);
            var mention = document.Mentions.Count == 0 ? null : document.Mentions[random.Next(document.Mentions.Count)];
            var span = tokens[random.Next(tokens.Length)].Span;
            var change = random.Next(5) switch
            {
                0 when mention is not null => new Change(CorrectionAction.Accept, mention.Id),
                1 when mention is not null => new Change(CorrectionAction.Annotate, mention.Id) { Concepts = [$"C{random.Next(9)}"] },
                2 when mention is not null => new Change(
                    mention.State == MentionState.Suggested ? CorrectionAction.Reject : CorrectionAction.Remove,
                    mention.Id
                ),
                3 when document.Mentions.Count > 1 => new Change(CorrectionAction.Relate)
                {
                    From = document.Mentions[0].Id,
                    To = document.Mentions[^1].Id,
                    Type = "RELATED_TO",
                },
                _ => new Change(CorrectionAction.Add, Start: span.Start, End: span.End, Label: labels[random.Next(labels.Count)]),
            };
            try
            {
                store.Corrections.Apply(id, new CorrectionBatch(document.Revision, [change]), TemporaryStore.Actor);
            }
            catch (UnusableInputException)
            {
                // Not possible just now, such as accepting what is decided.
            }
        }
    }
}
