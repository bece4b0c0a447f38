using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Audit;
using ClinicalNlp.Annotation.Events;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>One change in the making: its connection, who makes it and when.</summary>
internal sealed class WriteTransaction(SqliteConnection connection, string actor, DateTimeOffset now, RecordIds ids)
{
    private bool audited;
    private bool auditFree;
    private bool unchanged;

    public SqliteConnection Connection { get; } = connection;

    public string Actor { get; } = actor;

    public DateTimeOffset Now { get; } = now;

    public long NowMilliseconds => Now.ToUnixTimeMilliseconds();

    /// <summary>Whether listeners are to look again once this is stored.</summary>
    public bool HasEvents { get; private set; }

    public string NewId() => ids.Next(Now);

    /// <summary>Appends an audit record; what cannot be audited is not stored.</summary>
    /// <param name="details">Identifiers, counts and names of schema elements; never clinical text.</param>
    public void Audit(string action, string subject, JsonObject? details = null)
    {
        AuditStore.Append(Connection, NowMilliseconds, Actor, action, subject, details);
        HasEvents |= StoredEvents.Append(this, action, subject, details);
        audited = true;
    }

    /// <summary>Wakes who waits for events, though this is none.</summary>
    public void Announce() => HasEvents = true;

    /// <summary>Nothing was written, for example because the same request was already answered.</summary>
    public void NothingChanged() => unchanged = true;

    /// <summary>The write says how far work has come; it decides nothing that somebody could be asked about.</summary>
    public void OnlyProgress() => auditFree = true;

    /// <exception cref="InvalidOperationException">A change without an audit record, which is a bug.</exception>
    public bool Commits()
    {
        if (unchanged)
        {
            return false;
        }

        return audited || auditFree ? true : throw new InvalidOperationException("a change was written without an audit record");
    }
}
