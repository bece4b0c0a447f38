using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Tests.Browser;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Schemas;

/// <summary>A service where a change of PROBLEM takes as long as a test wants: a gate in the real file holds it in each of three documents.</summary>
internal sealed class HeldChange : IAsyncDisposable
{
    private const int Documents = 3;
    private const int MentionsEach = 20_000; // a slice of a change's work

    private readonly SemaphoreSlim _gate = new(0);

    private HeldChange() { }

    public RunningServer Server { get; private set; } = null!;

    public string Project { get; private set; } = "";

    public static async Task<HeldChange> StartAsync()
    {
        var held = new HeldChange();
        held.Server = await RunningServer.StartAsync(configure: builder =>
            builder.Services.AddSingleton(services =>
                AnnotationDatabase.Open(
                    Path.Combine(services.GetRequiredService<ServerOptions>().DataDirectory, "clinicalnlp.db"),
                    TimeProvider.System,
                    readOnly: false,
                    connection => connection.CreateFunction("pass_gate", () => held._gate.Wait(TimeSpan.FromMinutes(2)) ? 1L : 0L)
                )
            )
        );
        held.Project = await held.Server.NewProjectAsync("Notes");
        await held.FillAsync();
        return held;
    }

    public void LetOnePass() => _gate.Release();

    public void LetAllPass() => _gate.Release(Documents);

    public async ValueTask DisposeAsync()
    {
        LetAllPass();
        await Server.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>Rows as decisions of people leave them, and the gate, written straight into the file.</summary>
    private async Task FillAsync()
    {
        var text = string.Concat(Enumerable.Repeat("a ", MentionsEach));
        for (var i = 0; i < Documents; i++)
        {
            await Server.NewNoteAsync(Project, text);
        }

        Server
            .App.Services.GetRequiredService<AnnotationDatabase>()
            .Write(
                "test",
                transaction =>
                {
                    transaction.Connection.Execute(
                        """
                        WITH RECURSIVE places(at) AS (SELECT 0 UNION ALL SELECT at + 2 FROM places WHERE at + 2 < 2 * @MentionsEach)
                        INSERT INTO mentions (id, document_id, span_start, span_end, label, state)
                        SELECT d.id || at, d.id, at, at + 1, 'PROBLEM', 'added' FROM documents d, places;
                        CREATE TRIGGER gate AFTER UPDATE OF label ON mentions WHEN NEW.span_start = 0 BEGIN SELECT pass_gate(); END;
                        """,
                        new { MentionsEach }
                    );
                    transaction.OnlyProgress();
                }
            );
    }
}
