using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Models;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>Model versions, their lineage, and which is in use. Knows rows only; <see cref="ModelRegistry"/> loads and swaps.</summary>
public sealed class RegistryStore(AnnotationDatabase database)
{
    private const string VersionColumns = """
        v.name, v.version, v.task, v.origin, v.state, v.fingerprint, v.parent, v.snapshot_id, v.run_id, v.scores, v.gate,
        v.created_at, v.created_by,
        EXISTS (
            SELECT 1 FROM promotions p WHERE p.name = v.name AND p.version = v.version
            AND p.id = (SELECT max(id) FROM promotions WHERE task = v.task)
        ) AS in_use
        """;

    /// <summary>Every version, in the order of creation.</summary>
    public IReadOnlyList<ModelVersion> List() =>
        database.Read(connection =>
            connection
                .Query<VersionRow>($"SELECT {VersionColumns} FROM model_versions v ORDER BY v.created_at, v.rowid")
                .Select(row => row.ToVersion())
                .ToList()
        );

    /// <exception cref="RecordNotFoundException">No such version.</exception>
    public ModelVersion Get(string name, string version) => database.Read(connection => Get(connection, name, version));

    /// <summary>Null before the first version of the task was registered.</summary>
    public ModelVersion? InUse(ModelTask task) => database.Read(connection => InUse(connection, task));

    /// <summary>Every change of the version in use of a task, the newest first.</summary>
    public IReadOnlyList<Promotion> History(ModelTask task) =>
        database.Read(connection =>
            connection
                .Query<PromotionRow>("SELECT * FROM promotions WHERE task = @task ORDER BY id DESC", new { task = StoredNames.Of(task) })
                .Select(row => row.ToPromotion())
                .ToList()
        );

    internal static ModelVersion Get(SqliteConnection connection, string name, string version) =>
        Find(connection, name, version) ?? throw new RecordNotFoundException("model version", $"{name} {version}");

    internal static ModelVersion? Find(SqliteConnection connection, string name, string version) =>
        connection
            .QuerySingleOrDefault<VersionRow>(
                $"SELECT {VersionColumns} FROM model_versions v WHERE v.name = @name AND v.version = @version",
                new { name, version }
            )
            ?.ToVersion();

    internal static ModelVersion? InUse(SqliteConnection connection, ModelTask task) =>
        Head(connection, task) is { } head ? Get(connection, head.Name, head.Version) : null;

    /// <summary>What a rollback of the task would return to, or null.</summary>
    internal static ModelVersion? Previous(SqliteConnection connection, ModelTask task) =>
        Head(connection, task)?.Previous is { } previous
            ? Get(connection, At(connection, previous).Name, At(connection, previous).Version)
            : null;

    internal static void Register(
        WriteTransaction transaction,
        ModelBundle bundle,
        ModelTask task,
        ModelOrigin origin,
        string? snapshotId = null,
        string? runId = null
    )
    {
        var card = bundle.Card;
        transaction.Connection.Execute(
            """
            INSERT INTO model_versions
                (name, version, task, origin, fingerprint, parent, snapshot_id, run_id, state, scores, created_at, created_by)
            VALUES (@Name, @Version, @task, @origin, @Fingerprint, @parent, @snapshotId, @runId, @state, @scores, @at, @Actor)
            """,
            new
            {
                card.Name,
                card.Version,
                task = StoredNames.Of(task),
                origin = StoredNames.Of(origin),
                bundle.Fingerprint,
                parent = card.Parent is { } parent ? StoredJson.Write(new ModelStamp(parent.Name, parent.Version)) : null,
                snapshotId,
                runId,
                state = StoredNames.Of(origin == ModelOrigin.Shipped ? ModelState.Shipped : ModelState.Candidate),
                scores = StoredJson.Write(card.Scores),
                at = transaction.NowMilliseconds,
                transaction.Actor,
            }
        );
        transaction.Audit(
            "model.registered",
            $"{card.Name} {card.Version}",
            new() { ["fingerprint"] = bundle.Fingerprint, ["run"] = runId }
        );
    }

    internal static void Decide(WriteTransaction transaction, ModelStamp model, GateDecision decision)
    {
        transaction.Connection.Execute(
            "UPDATE model_versions SET gate = @gate, state = @state WHERE name = @Name AND version = @Version",
            new
            {
                model.Name,
                model.Version,
                gate = StoredJson.Write(decision),
                state = StoredNames.Of(decision.Passed ? ModelState.Candidate : ModelState.Refused),
            }
        );
        transaction.Audit("model.gated", $"{model.Name} {model.Version}", new() { ["passed"] = decision.Passed });
    }

    /// <summary>Puts a version in use on top of the one in use now.</summary>
    internal static void Promote(WriteTransaction transaction, ModelVersion next, PromotionKind kind, bool forced)
    {
        var head = Head(transaction.Connection, next.Task);
        Point(transaction, next, kind, forced, head?.Id);
        transaction.Audit(
            "model.promoted",
            $"{next.Name} {next.Version}",
            new()
            {
                ["kind"] = StoredNames.Of(kind),
                ["forced"] = forced,
                ["before"] = head is null ? null : $"{head.Name} {head.Version}",
            }
        );
    }

    /// <summary>Returns to the version that was in use before the one in use now; rolling back again goes further back.</summary>
    /// <exception cref="UnusableInputException"><c>nothing_to_roll_back</c>.</exception>
    internal static ModelVersion RollBack(WriteTransaction transaction, ModelTask task, PromotionKind kind)
    {
        var connection = transaction.Connection;
        var head = Head(connection, task);
        if (head?.Previous is not { } previousId)
        {
            throw new UnusableInputException("nothing_to_roll_back", "no version was in use before this one");
        }

        var target = At(connection, previousId);
        var version = Get(connection, target.Name, target.Version);
        Point(transaction, version, kind, forced: false, target.Previous);
        transaction.Audit(
            kind == PromotionKind.Fallback ? "model.fallback" : "model.rolled_back",
            $"{version.Name} {version.Version}",
            new() { ["before"] = $"{head.Name} {head.Version}" }
        );
        return Get(connection, version.Name, version.Version);
    }

    private static void Point(WriteTransaction transaction, ModelVersion next, PromotionKind kind, bool forced, long? previous)
    {
        var connection = transaction.Connection;
        if (InUse(connection, next.Task) is { } current)
        {
            SetState(connection, current, current.Origin == ModelOrigin.Shipped ? ModelState.Shipped : ModelState.Retired);
        }

        SetState(connection, next, ModelState.Promoted);
        connection.Execute(
            """
            INSERT INTO promotions (task, name, version, kind, previous, forced, actor, at)
            VALUES (@task, @Name, @Version, @kind, @previous, @forced, @Actor, @at)
            """,
            new
            {
                task = StoredNames.Of(next.Task),
                next.Name,
                next.Version,
                kind = StoredNames.Of(kind),
                previous,
                forced,
                transaction.Actor,
                at = transaction.NowMilliseconds,
            }
        );
    }

    private static void SetState(SqliteConnection connection, ModelVersion version, ModelState state) =>
        connection.Execute(
            "UPDATE model_versions SET state = @state WHERE name = @Name AND version = @Version",
            new
            {
                version.Name,
                version.Version,
                state = StoredNames.Of(state),
            }
        );

    private static PromotionRow? Head(SqliteConnection connection, ModelTask task) =>
        connection.QuerySingleOrDefault<PromotionRow>(
            "SELECT * FROM promotions WHERE task = @task ORDER BY id DESC LIMIT 1",
            new { task = StoredNames.Of(task) }
        );

    private static PromotionRow At(SqliteConnection connection, long id) =>
        connection.QuerySingle<PromotionRow>("SELECT * FROM promotions WHERE id = @id", new { id });

    private sealed class VersionRow
    {
        public string Name { get; init; } = "";
        public string Version { get; init; } = "";
        public string Task { get; init; } = "";
        public string Origin { get; init; } = "";
        public string State { get; init; } = "";
        public bool InUse { get; init; }
        public string Fingerprint { get; init; } = "";
        public string? Parent { get; init; }
        public string? SnapshotId { get; init; }
        public string? RunId { get; init; }
        public string? Scores { get; init; }
        public string? Gate { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";

        public ModelVersion ToVersion() =>
            new(
                Name,
                Version,
                StoredNames.Parse<ModelTask>(Task),
                StoredNames.Parse<ModelOrigin>(Origin),
                StoredNames.Parse<ModelState>(State),
                InUse,
                Fingerprint,
                StoredJson.ReadOrDefault<ModelStamp>(Parent),
                SnapshotId,
                RunId,
                StoredJson.ReadOrDefault<List<CardScore>>(Scores) ?? [],
                StoredJson.ReadOrDefault<GateDecision>(Gate),
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy
            );
    }

    private sealed class PromotionRow
    {
        public long Id { get; init; }
        public string Task { get; init; } = "";
        public string Name { get; init; } = "";
        public string Version { get; init; } = "";
        public string Kind { get; init; } = "";
        public long? Previous { get; init; }
        public bool Forced { get; init; }
        public string Actor { get; init; } = "";
        public long At { get; init; }

        public Promotion ToPromotion() =>
            new(
                Id,
                StoredNames.Parse<ModelTask>(Task),
                new ModelStamp(Name, Version),
                StoredNames.Parse<PromotionKind>(Kind),
                Forced,
                Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(At)
            );
    }
}
