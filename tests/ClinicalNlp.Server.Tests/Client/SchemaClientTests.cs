using System.Threading.Channels;
using ClinicalNlp.Client;
using ClinicalNlp.Server.Tests.Browser;
using ClinicalNlp.Server.Tests.Schemas;

namespace ClinicalNlp.Server.Tests.Client;

public class SchemaClientTests
{
    [Fact]
    public async Task A_short_change_is_previewed_carried_out_and_taken_back()
    {
        await using var server = await RunningServer.StartAsync();
        string project = await server.NewProjectAsync("Notes");
        string note = await server.NewNoteAsync(project, "Takes metformin.", ("metformin", "MEDICATION", 0.9));
        using var client = new ClinicalNlpClient(server.Url);
        var rename = SchemaChange.Rename("MEDICATION", "DRUG");
        var seen = await client.GetSchemaAsync(project);

        var preview = await client.PreviewSchemaChangeAsync(project, rename);
        var done = await client.ChangeSchemaAsync(project, rename, seen.Version);

        Assert.Equivalent(preview, done, strict: true);
        Assert.Equal((2, 0, 1, 1), (done.Version, done.Mentions, done.Suggestions, done.Documents));
        Assert.Equal("DRUG", (await client.GetDocumentAsync(note)).Mentions.Single().Label);
        Assert.Contains("TREATS", done.NamedIn);
        var stale = await Assert.ThrowsAsync<ServiceException>(() => client.ChangeSchemaAsync(project, rename, seen.Version));
        Assert.Equal("stale_schema", stale.Code);

        var undone = await client.ChangeSchemaAsync(project, SchemaChange.TakeBack(2), 2);
        Assert.Equal((3, 1), (undone.Version, undone.Suggestions));
        Assert.Equal(["PROBLEM", "MEDICATION", "DOSAGE"], (await client.GetSchemaAsync(project)).Labels.Select(usage => usage.Label.Name));
        var jobs = new List<SchemaJob>();
        await foreach (var job in client.ListSchemaJobsAsync(project))
            jobs.Add(job);
        Assert.Equal([("take_back", "done"), ("rename", "done")], jobs.Select(job => (job.Change.Kind, job.State)));
    }

    [Fact]
    public async Task Relation_types_attributes_and_values_change_by_their_part()
    {
        await using var server = await RunningServer.StartAsync();
        string project = await server.NewProjectAsync("Notes");
        using var client = new ClinicalNlpClient(server.Url);
        SchemaChange[] changes =
        [
            new("add", To: "CAUSES", Part: "relation", Definition: new(["MEDICATION"], ["PROBLEM"])),
            new("rename", ["severity"], "grade", Part: "attribute"),
            new("merge", ["mild", "moderate"], "moderate", Part: "value", Attribute: "grade"),
            new("edit", ["DOSAGE"], Look: new("#112233", "d", "How much", ["500 mg"])),
        ];
        foreach (var (i, change) in changes.Index())
            Assert.Equal(i + 2, (await client.ChangeSchemaAsync(project, change, i + 1)).Version);

        var schema = await server.Client.GetJsonAsync($"/v1/projects/{project}/schema");
        Assert.Contains("CAUSES", schema["relations"]!.AsArray().Select(item => (string)item!["relation"]!["name"]!));
        var grade = schema["attributes"]!.AsArray().Single(item => (string)item!["attribute"]!["name"]! == "grade")!;
        Assert.Equal(["moderate", "severe"], grade["attribute"]!["values"]!.AsArray().Select(value => (string)value!));
        Assert.Equal(
            new Label("DOSAGE", "#112233", "d", "How much"),
            (await client.GetSchemaAsync(project)).Labels.Single(usage => usage.Label.Name == "DOSAGE").Label
        );
    }

    [Fact]
    public async Task A_long_change_is_followed_to_its_end()
    {
        await using var held = await HeldChange.StartAsync();
        using var client = new ClinicalNlpClient(held.Server.Url);
        var told = new Told();
        var change = client.ChangeSchemaAsync(held.Project, SchemaChange.Rename("PROBLEM", "FINDING"), 1, told);
        var job = await told.NextAsync(job => job.Progress is { Phase: "working", Done: 0, Total: 60_000 });
        held.LetOnePass();
        await told.NextAsync(next => next.Id == job.Id && next.Progress is { Done: 20_000, RowsPerSecond: > 0, SecondsLeft: > 0 });
        Assert.Equal(1, (await client.GetSchemaAsync(held.Project)).Version);
        held.LetAllPass();

        Assert.Equal((2, 60_000, 3), Counted(await change));
        Assert.Equal((2, 60_000, 3), Counted((await told.NextAsync(next => next.IsOver)).Effect!));
        Assert.Equal("done", (await client.GetSchemaJobAsync(held.Project, job.Id)).State);
        Assert.Equal(
            "state_conflict",
            (await Assert.ThrowsAsync<ServiceException>(() => client.CancelSchemaJobAsync(held.Project, job.Id))).Code
        );
    }

    [Fact]
    public async Task A_wait_may_end_before_the_change_and_the_change_may_be_stopped()
    {
        await using var held = await HeldChange.StartAsync();
        using var client = new ClinicalNlpClient(held.Server.Url);
        using var impatience = new CancellationTokenSource();
        var told = new Told();
        var change = client.ChangeSchemaAsync(held.Project, SchemaChange.Rename("PROBLEM", "FINDING"), 1, told);
        var job = await told.NextAsync(_ => true);

        // Whoever waits no longer leaves the change as it is.
        var follower = client.WaitForSchemaJobAsync(held.Project, job.Id, cancellation: impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower);
        Assert.Equal("waiting", (await client.GetSchemaJobAsync(held.Project, job.Id)).State);

        var stopping = client.CancelSchemaJobAsync(held.Project, job.Id);
        held.LetAllPass();
        await stopping;
        Assert.Equal("cancelled", (await client.WaitForSchemaJobAsync(held.Project, job.Id)).State);
        Assert.Equal("state_conflict", (await Assert.ThrowsAsync<ServiceException>(() => change)).Code);
        Assert.Equal(60_000, (await client.GetSchemaAsync(held.Project)).Labels.Single(usage => usage.Label.Name == "PROBLEM").Decided);
    }

    private static (int, int, int) Counted(SchemaChangeEffect effect) => (effect.Version, effect.Mentions, effect.Documents);

    /// <summary>Keeps what it is told until a test looks at it.</summary>
    private sealed class Told : IProgress<SchemaJob>
    {
        private readonly Channel<SchemaJob> jobs = Channel.CreateUnbounded<SchemaJob>();

        public void Report(SchemaJob value) => jobs.Writer.TryWrite(value);

        public async Task<SchemaJob> NextAsync(Func<SchemaJob, bool> wanted)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (true)
            {
                var job = await jobs.Reader.ReadAsync(patience.Token);
                if (wanted(job))
                    return job;
            }
        }
    }
}
