using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Models;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Cli;

/// <summary>Two small models, trained once through the command line; bounded by epochs, so that a busy machine trains the same ones.</summary>
public sealed class TrainedModels : IAsyncLifetime
{
    internal TemporaryFolder Folder { get; } = new();
    internal CommandRun EntityTraining { get; private set; } = null!;
    internal CommandRun IntentTraining { get; private set; } = null!;
    internal string Entities => Folder.File("models/notes/3");
    internal string Intents => Folder.File("care");

    internal static string Own(string corpus, string file) => Path.Combine(RepositoryPaths.Root, "corpora", corpus, file);

    public async ValueTask InitializeAsync()
    {
        // Ten utterances of each of three intents and out of scope are learnt in seconds.
        var few = UtteranceFile
            .Read(Own("care-intents", "train.jsonl"))
            .Where(utterance => utterance.Intent is "greeting" or "billing_question" or "cancel_appointment" or "oos")
            .GroupBy(utterance => utterance.Intent!, StringComparer.Ordinal)
            .SelectMany(intent => intent.Take(10));
        UtteranceFile.Write(few, Folder.File("few.jsonl"));
        new JsonlFormat().Write(new JsonlFormat().Read(Own("clinical-notes", "train.jsonl")).Take(20), Folder.File("notes.jsonl"));
        EntityTraining = await CommandRun.Of([
            "train",
            "entities",
            "--train",
            Folder.File("notes.jsonl"),
            "--dev",
            Folder.File("notes.jsonl"),
            "--out",
            Entities,
        ]);
        IntentTraining = await CommandRun.Of([
            "train",
            "intents",
            "--train",
            Folder.File("few.jsonl"),
            "--dev",
            Folder.File("few.jsonl"),
            "--out",
            Intents,
        ]);
    }

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class ModelVerbsTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Note = "HPI: 54yo 😀 man with chest pain.\r\nAspirin 81mg PO daily.\n";

    [Fact]
    public void Training_reports_progress_and_writes_a_verified_bundle()
    {
        Assert.True(models.EntityTraining.Code == 0, models.EntityTraining.Error);
        Assert.True(models.IntentTraining.Code == 0, models.IntentTraining.Error);
        Assert.Contains("dev ", models.EntityTraining.Error, StringComparison.Ordinal);
        Assert.Empty(models.EntityTraining.Output);
        var card = ModelBundle.Load(models.Entities).Card;
        Assert.Equal(("notes", "3", "entities"), (card.Name, card.Version, card.Kind));
        Assert.StartsWith("clinicalnlp train entities --train ", card.Training!.Command, StringComparison.Ordinal);
        Assert.Equal(64, Assert.Single(card.Corpora).Sha256!.Length);
        Assert.Equal(
            ("care", "1", "intents"),
            (
                ModelBundle.Load(models.Intents).Card.Name,
                ModelBundle.Load(models.Intents).Card.Version,
                ModelBundle.Load(models.Intents).Card.Kind
            )
        );
    }

    [Fact]
    public async Task A_student_of_a_model_names_the_text_that_it_was_taught_on()
    {
        var text = models.Folder.File("ward.txt");
        await File.WriteAllTextAsync(text, Note, TestContext.Current.CancellationToken);
        string[] training =
        [
            "train",
            "entities",
            "--train",
            models.Folder.File("notes.jsonl"),
            "--epochs",
            "1",
            "--members",
            "1",
            "--out",
            models.Folder.File("student"),
        ];
        var lonely = await CommandRun.Of([.. training, "--teacher", models.Entities]);
        Assert.Equal(2, lonely.Code);
        Assert.Contains("--teacher and --text", lonely.Error, StringComparison.Ordinal);
        var beyond = await CommandRun.Of([.. training, "--base", models.Entities, "--share", "1.5"]);
        Assert.Equal(2, beyond.Code);
        Assert.Contains("--share", beyond.Error, StringComparison.Ordinal);
        var taught = await CommandRun.Of([.. training, "--teacher", models.Entities, "--text", text]);
        Assert.True(taught.Code == 0, taught.Error);
        Assert.Equal("ward (text only)", ModelBundle.Load(models.Folder.File("student")).Card.Corpora[^1].Name);
    }

    [Fact]
    public async Task Calibrating_prints_errors_by_corpus_and_writes_the_model_again()
    {
        var notes = models.Folder.File("notes.jsonl");
        string[] calibrate = ["calibrate", "--model", models.Entities, "--data", notes, "--out", models.Folder.File("calibrated")];
        var lonely = await CommandRun.Of([.. calibrate, "--twin", models.Entities]);
        Assert.Equal(2, lonely.Code);
        Assert.Contains("--twin-data", lonely.Error, StringComparison.Ordinal);
        var run = await CommandRun.Of(calibrate);
        Assert.True(run.Code == 0, run.Error);
        Assert.Matches(@"notes +\d+( +\d+\.\d){5}\n$", run.Output);
        Assert.Equal(
            ModelBundle.Load(models.Entities).Card.Files.Values,
            ModelBundle.Load(models.Folder.File("calibrated")).Card.Files.Values
        );
    }

    [Fact]
    public async Task A_text_file_comes_out_as_a_document_named_after_it()
    {
        var file = models.Folder.Write("note.txt", Note);
        var run = await CommandRun.Of("extract", file, "--model", models.Entities);
        Assert.Equal((0, ""), (run.Code, run.Error));
        var document = Assert.Single(Read(run.Output));
        Assert.Equal(("note.txt", Note), (document.Id, document.Text));
        Assert.NotEmpty(document.Spans);
        Assert.All(document.Spans, span => Assert.Equal(span.Span.Of(Note).Trim(), span.Span.Of(Note)));
    }

    [Fact]
    public async Task Documents_keep_their_ids_and_meta_and_get_new_spans()
    {
        const string Line = """{"id":"n7","text":"chest pain","spans":[{"start":0,"end":5,"label":"X"}],"meta":{"ward":"3"}}""";
        var output = models.Folder.File("out.jsonl");
        var run = await CommandRun.WithInput(Line, ["extract", "--model", models.Entities, "--input", "-", "--output", output]);
        Assert.Equal(0, run.Code);
        Assert.Contains("1 spans of the input were replaced", run.Error, StringComparison.Ordinal);
        var document = Assert.Single(new JsonlFormat().Read(output));
        Assert.Equal(("n7", "3"), (document.Id, document.Meta!["ward"]!.GetValue<string>()));
        Assert.DoesNotContain(document.Spans, span => span.Label == "X");
    }

    [Theory]
    [InlineData("empty_text", "bad.txt", " \n")]
    [InlineData("nul_character", "bad.txt", "pain\0")]
    [InlineData("empty_text", "bad.jsonl", "{\"text\":\"\"}")]
    [InlineData("invalid_json", "bad.jsonl", "{\"text\":\"pain\"")]
    [InlineData("unknown_field", "bad.jsonl", "{\"text\":\"pain\",\"txet\":\"\"}")]
    public async Task Unusable_documents_end_with_2_and_leave_no_output(string code, string name, string content)
    {
        var output = models.Folder.File("never.jsonl");
        var run = await CommandRun.Of("extract", "--model", models.Entities, models.Folder.Write(name, content), "--output", output);
        Assert.Equal(2, run.Code);
        Assert.StartsWith($"clinicalnlp: {code}: {models.Folder.File(name)}", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_note_of_two_million_characters_is_marked_up_as_its_parts_are()
    {
        const string Line = "Known asthma 😀; started metformin today.\n\n";
        var output = models.Folder.File("long.jsonl");
        var text = string.Concat(Enumerable.Repeat(Line, 2_000_000 / Line.Length));
        var run = await CommandRun.Of("extract", "--model", models.Entities, models.Folder.Write("long.txt", text), "--output", output);
        Assert.True(run.Code == 0, run.Error);
        var document = Assert.Single(JsonlFormat.Read(File.OpenRead(output), output, forExtraction: true));
        Assert.Equal(text, document.Text);
        var notes = document.Spans.GroupBy(span => span.Span.Start / Line.Length).ToList();
        Assert.Equal(2_000_000 / Line.Length, notes.Count);
        // The first and the last may see another neighbourhood.
        Assert.Single(
            notes
                .Skip(5)
                .SkipLast(5)
                .Select(note => string.Join(' ', note.Select(s => $"{s.Span.Start % Line.Length} {s.Label}")))
                .Distinct()
        );
    }

    [Fact]
    public async Task Two_hundred_megabytes_and_invalid_utf8_are_refused()
    {
        var path = models.Folder.File("large.txt");
        using (var sparse = File.Create(path))
            sparse.SetLength(3L * (ClinicalText.MaximumExtractedLength + 10));
        var large = await CommandRun.Of("extract", "--model", models.Entities, path);
        Assert.Equal(2, large.Code);
        Assert.Contains(
            $"text_too_long: {path}: The file has over {ClinicalText.MaximumExtractedLength} characters",
            large.Error,
            StringComparison.Ordinal
        );
        var latin = await CommandRun.Of("extract", "--model", models.Entities, models.Folder.Write("latin.txt", [.. "fine\ncaf"u8, 0xE9]));
        Assert.Equal(2, latin.Code);
        Assert.Contains("latin.txt:2: ", latin.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_adds_to_each_utterance_and_keeps_its_fields()
    {
        const string Lines = """
            {"text":"hello there","channel":"web"}
            {"text":"please cancel my appointment 😀"}
            """;
        var run = await CommandRun.WithInput(Lines, ["classify", "--model", models.Intents]);
        Assert.True(run.Code == 0, run.Error);
        var rows = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(2, rows.Count);
        Assert.Equal("web", rows[0]["channel"]!.GetValue<string>());
        Assert.All(rows, row => Assert.InRange(row["confidence"]!.GetValue<double>(), 0, 1));
        Assert.All(rows, row => Assert.NotEmpty(row["alternatives"]!.AsArray()));
        Assert.Contains("😀", rows[1]["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_says_red_flags_with_places_in_code_points()
    {
        const string text = "😀 my chest hurts";
        var run = await CommandRun.WithInput(
            $$"""
            {"text":"{{text}}","redFlags":"of an earlier run"}
            {"text":"hello","redFlags":"of an earlier run"}
            """,
            ["classify", "--model", models.Intents]
        );
        Assert.True(run.Code == 0, run.Error);
        var rows = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(
            """[{"flag":"chest_pain","level":"urgent","spans":[{"start":5,"end":10},{"start":11,"end":16}]}]""",
            rows[0]["redFlags"]!.ToJsonString()
        );
        Assert.False(rows[1].ContainsKey("redFlags"));
    }

    [Fact]
    public async Task A_text_file_is_an_utterance_a_line()
    {
        var run = await CommandRun.Of("classify", "--model", models.Intents, models.Folder.Write("u.txt", "hi\r\n\r\ncancel it\n"));
        Assert.Equal(
            ["hi", "cancel it"],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["text"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task Evaluate_prints_a_table_and_warns_of_labels_that_do_not_meet()
    {
        var data = models.Folder.Write(
            "gold.jsonl",
            """{"text":"chest pain","spans":[{"start":0,"end":10,"label":"DISEASE"},{"start":0,"end":5,"label":"SITE"}]}"""
        );
        var run = await CommandRun.Of("evaluate", "--model", models.Entities, "--data", data, "--map", "DISEASE=PROBLEM");
        Assert.Equal(0, run.Code);
        Assert.Contains("cannot find these labels of the data: SITE", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^PROBLEM +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +1$", run.Output);
        Assert.Matches(@"(?m)^micro +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +2$", run.Output);
    }

    [Fact]
    public async Task Evaluate_says_the_same_in_json()
    {
        var run = await CommandRun.Of(
            "evaluate",
            "--model",
            models.Entities,
            "--data",
            models.Folder.File("notes.jsonl"),
            "--json",
            "--labels",
            "DOSAGE"
        );
        var json = JsonNode.Parse(run.Output)!;
        Assert.Equal("notes", json["model"]!["name"]!.GetValue<string>());
        Assert.Equal(json["labels"]!["DOSAGE"]!.ToJsonString(), json["micro"]!.ToJsonString());
        Assert.Single(json["labels"]!.AsObject());
    }

    [Fact]
    public async Task Evaluate_knows_intents_by_the_card()
    {
        var run = await CommandRun.Of("evaluate", "--model", models.Intents, "--data", models.Folder.File("few.jsonl"), "--json");
        var json = JsonNode.Parse(run.Output)!;
        Assert.Equal(40, json["utterances"]!.GetValue<int>());
        foreach (var rate in new[] { "accuracy", "inScopeAccuracy", "outOfScopeRecall", "calibrationError", "calibrationErrorByChance" })
            Assert.InRange(json[rate]!.GetValue<double>(), 0, 1);
    }

    [Fact]
    public async Task A_model_of_the_other_kind_is_foreign_and_a_half_written_one_incomplete()
    {
        var note = models.Folder.Write("plain.txt", "pain");
        var foreign = await CommandRun.Of("extract", "--model", models.Intents, note);
        Assert.Equal(2, foreign.Code);
        Assert.Contains("model_foreign", foreign.Error, StringComparison.Ordinal);
        var half = Directory.CreateDirectory(models.Folder.File("half")).FullName;
        File.Copy(Path.Combine(models.Entities, "card.json"), Path.Combine(half, "card.json"));
        var incomplete = await CommandRun.Of("extract", "--model", half, note);
        Assert.Equal(2, incomplete.Code);
        Assert.Contains($"model_incomplete: {half}", incomplete.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_training_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        var run = await CommandRun.WithInput(
            "",
            [
                "train",
                "entities",
                "--train",
                models.Folder.File("notes.jsonl"),
                "--dev",
                models.Folder.File("notes.jsonl"),
                "--out",
                models.Folder.File("gone/1"),
                "--minutes",
                "5",
            ],
            cancellation.Token
        );
        Assert.Equal(130, run.Code);
        Assert.Empty(Directory.Exists(models.Folder.File("gone")) ? Directory.GetFileSystemEntries(models.Folder.File("gone")) : []);
    }

    [Fact]
    public async Task A_model_is_never_overwritten()
    {
        var run = await CommandRun.Of("train", "entities", "--train", models.Folder.File("notes.jsonl"), "--out", models.Entities);
        Assert.Equal(2, run.Code);
        Assert.Contains("output_exists", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_input_that_is_unusable_names_file_and_line()
    {
        var bad = models.Folder.Write(
            "bad-train.jsonl",
            "{\"text\":\"a\"}\n{\"text\":\"pain\",\"spans\":[{\"start\":0,\"end\":4,\"label\":\"A\",\"text\":\"ache\"}]}"
        );
        var run = await CommandRun.Of("train", "entities", "--train", bad, "--out", models.Folder.File("never"));
        Assert.Equal(2, run.Code);
        Assert.Contains($"span_off_surface: {bad}:2: ", run.Error, StringComparison.Ordinal);
    }

    private static List<AnnotatedDocument> Read(string output) =>
        [.. JsonlFormat.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(output)), "output")];
}
