using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Annotation.Training;

/// <summary>The loop with real training and small data: corrections in, a better model in use.</summary>
public sealed class RetrainingTests : IDisposable
{
    private static readonly string[] Problems = ["asthma", "hypertension", "migraine", "gout", "anaemia", "psoriasis"];
    private static readonly string[] Medications = ["lisinopril", "metformin", "warfarin", "ibuprofen", "omeprazole", "salbutamol"];

    private readonly TemporaryStore store = new();
    private readonly LiveModels live = new();
    private readonly ModelRegistry registry;
    private readonly TrainingWorker worker;
    private readonly ModelFolders folders;

    public RetrainingTests()
    {
        folders = new ModelFolders(Path.Combine(store.Folder, "shipped"), Path.Combine(store.Folder, "models"));
        registry = new ModelRegistry(store.Database, folders, live.Slots);
        var corpora = new OwnCorpora(Path.Combine(store.Folder, "corpora"));
        worker = new TrainingWorker(
            store.Database,
            registry,
            new Dictionary<ModelTask, TaskTrainer>
            {
                [ModelTask.Entities] = new EntityRetraining(store.Database, corpora),
                [ModelTask.Intents] = new IntentRetraining(corpora),
            }
        );
    }

    public void Dispose()
    {
        worker.Dispose();
        live.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task Corrections_become_a_better_entity_model_that_is_in_use_without_a_restart()
    {
        // The shipped model knows problems; the team also corrects medications, which it has never heard of.
        var notes = Enumerable.Range(0, 40).Select(Note).ToList();
        EntityRecipe.Train(
            [new EntityCorpus("base", [.. notes.Take(20).Select(note => Only(note, "PROBLEM"))])],
            [],
            Options("clinical-entities")
        );
        registry.Start();
        worker.Start();
        string projectId = store
            .Projects.Create("team", [new LabelDefinition("PROBLEM"), new LabelDefinition("MEDICATION")], [], TemporaryStore.Actor)
            .Id;
        foreach (var note in notes)
        {
            Correct(projectId, note);
        }

        // What nobody has finished is labelled by the old version; in this project that teaches nothing about the labels being corrected.
        store.AddNotes(projectId, "Has asthma, takes warfarin.");
        string before = Recognize("Known gout; started metformin today.");
        var run = await Finish(new NewTrainingRun(projectId, ModelTask.Entities, Minutes: 1));

        Assert.Equal((RunState.Succeeded, null), (run.State, run.ErrorReason));
        Assert.Equal(["1.1"], registry.Store.List().Where(version => version.InUse).Select(version => version.Version));
        var gate = registry.Store.Get("clinical-entities", "1.1").Gate!;
        Assert.True(gate.Overall.After > gate.Overall.Before);
        Assert.DoesNotContain("MEDICATION", before, StringComparison.Ordinal);
        Assert.Contains("metformin/MEDICATION", Recognize("Known gout; started metformin today."), StringComparison.Ordinal);

        registry.RollBack("clinical-entities", TemporaryStore.Actor);
        Assert.Equal(before, Recognize("Known gout; started metformin today."));
    }

    [Fact]
    public async Task A_team_that_calls_an_old_label_by_another_name_gets_its_own()
    {
        var notes = Enumerable.Range(0, 40).Select(Note).ToList();
        EntityRecipe.Train([new EntityCorpus("base", [.. notes.Take(20)])], [], Options("clinical-entities"));
        registry.Start();
        worker.Start();
        string projectId = store.Projects.Create("team", [new LabelDefinition("DISEASE")], [], TemporaryStore.Actor).Id;
        foreach (var note in notes)
        {
            Correct(
                projectId,
                Only(note, "PROBLEM") with
                {
                    Spans = [.. Only(note, "PROBLEM").Spans.Select(span => span with { Label = "DISEASE" })],
                }
            );
        }

        store.AddNotes(projectId, [.. notes.Select(note => note.Text)]);
        var run = await Finish(new NewTrainingRun(projectId, ModelTask.Entities, Minutes: 1));

        Assert.Equal((RunState.Succeeded, null), (run.State, run.ErrorReason));
        // What nobody corrected is still known by its old name.
        Assert.Equal("gout/DISEASE metformin/MEDICATION", Recognize("Known gout; started metformin today."));
    }

    [Fact]
    public async Task Corrected_turns_become_a_better_intent_model()
    {
        var first = Enumerable
            .Range(0, 60)
            .Select(i => new Utterance(Words(i, "please book me", "an appointment for", "a visit on"), "book_appointment"));
        var second = Enumerable
            .Range(0, 60)
            .Select(i => new Utterance(Words(i, "when are you open", "opening hours", "are you closed"), "hours"));
        var outside = Enumerable
            .Range(0, 60)
            .Select(i => new Utterance(Words(i, "what is the weather", "tell me a joke", "play music"), "oos"));
        IntentRecipe.Train([new IntentCorpus("base", [.. first, .. second, .. outside])], [], Options("care-intents"));
        registry.Start();
        worker.Start();
        string projectId = store.CreateProject().Id;
        store.Documents.Add(
            projectId,
            [
                .. Enumerable
                    .Range(0, 40)
                    .Select(i => new NewDocument(
                        null,
                        Group: $"patient-{i}",
                        Turns:
                        [
                            new Turn("patient", Words(i, "please book me", "an appointment for", "a visit on"), "book_appointment"),
                            new Turn("bot", "Sure. Anything else?"),
                            new Turn(
                                "patient",
                                Words(i, "I need a refill of my tablets", "renew the prescription", "out of pills"),
                                "refill"
                            ),
                        ]
                    )),
            ],
            TemporaryStore.Actor
        );

        var run = await Finish(new NewTrainingRun(projectId, ModelTask.Intents, Minutes: 1));

        Assert.Equal((RunState.Succeeded, null), (run.State, run.ErrorReason));
        using var lease = live.Intents.Acquire();
        Assert.Equal("refill", lease.Model.Classify("I need a refill of my tablets on friday please").Intent);
    }

    private TrainingOptions Options(string name) =>
        new()
        {
            OutputDirectory = folders.Of(ModelOrigin.Shipped, name, "1"),
            ModelName = name,
            ModelVersion = "1",
            Minutes = 1,
            Workers = 1,
        };

    private void Correct(string projectId, AnnotatedDocument note)
    {
        string id = store.AddNote(projectId, note.Text, note.Id); // the split goes by it
        using (var lease = live.Entities.Acquire())
        {
            var card = lease.Model.Bundle.Card;
            store.Suggestions.ReplaceMentions(id, new ModelStamp(card.Name, card.Version), lease.Model.Recognize(note.Text), "system");
        }

        var gold = note.Spans.Select(span => new NewSpan(span.Span.Start, span.Span.End, span.Label, span.Span.Of(note.Text)));
        store.Corrections.Replace(id, new Replacement(0, [.. gold], null, Done: true), TemporaryStore.Actor);
    }

    private string Recognize(string text)
    {
        using var lease = live.Entities.Acquire();
        return string.Join(' ', lease.Model.Recognize(text).Select(mention => $"{mention.Span.Of(text)}/{mention.Label}"));
    }

    private async Task<TrainingRun> Finish(NewTrainingRun asked)
    {
        var run = worker.Enqueue(asked, TemporaryStore.Actor);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await foreach (var item in worker.Events.Follow(run, patience.Token))
        {
            run = item.Run;
        }

        return run;
    }

    /// <summary>A note of twelve sentences, each with a problem and a medication.</summary>
    private static AnnotatedDocument Note(int number)
    {
        var text = new System.Text.StringBuilder();
        var spans = new List<AnnotatedSpan>();
        for (int i = number * 12; i < (number + 1) * 12; i++)
        {
            string problem = Problems[i % Problems.Length];
            string medication = Medications[i / 2 % Medications.Length];
            string sentence = (i / 3 % 4) switch
            {
                0 => $"Patient {i} has {problem}. Takes {medication} every day.\n",
                1 => $"Started {medication} for {problem} in week {i}.\n",
                2 => $"No {problem} seen; {medication} was stopped after {i} days.\n",
                _ => $"Known {problem}; started {medication} {i} months ago.\n",
            };
            spans.Add(Span(text.Length + sentence.IndexOf(problem, StringComparison.Ordinal), problem, "PROBLEM"));
            spans.Add(Span(text.Length + sentence.IndexOf(medication, StringComparison.Ordinal), medication, "MEDICATION"));
            text.Append(sentence);
        }

        return new AnnotatedDocument($"{number}", text.ToString(), spans);

        static AnnotatedSpan Span(int start, string words, string label) => new(new TextSpan(start, start + words.Length), label);
    }

    private static AnnotatedDocument Only(AnnotatedDocument note, string label) =>
        note with
        {
            Spans = [.. note.Spans.Where(span => span.Label == label)],
        };

    private static string Words(int i, params string[] phrases)
    {
        string[] days = ["monday", "tuesday", "friday", "the weekend"];
        return $"{phrases[i % phrases.Length]} {days[i / 3 % days.Length]} {(i % 2 == 0 ? "please" : "thank you")}";
    }
}
