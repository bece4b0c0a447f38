using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Withdrawals;

/// <summary>Remembers under which external ids documents were erased, without the ids, so that an import that is repeated does not bring them back.</summary>
internal sealed class StoredErasedIds(SqliteConnection connection, StoreKey key)
{
    private const string Purpose = "erased external ids";
    private const int Named = 20;

    /// <summary>Before the id is taken out of the document; nothing is done for one without.</summary>
    public void Remember(string documentId)
    {
        var (projectId, externalId) = connection.QuerySingle<(string ProjectId, string? ExternalId)>(
            "SELECT project_id, external_id FROM documents WHERE id = @documentId",
            new { documentId }
        );
        if (externalId is not null)
        {
            byte[] secret = key.For(Purpose);
            connection.Execute(
                "INSERT OR REPLACE INTO erased_external_ids (project_id, hash, key_mark, document_id) VALUES (@projectId, @hash, @mark, @documentId)",
                new
                {
                    projectId,
                    hash = Hash(secret, projectId, externalId),
                    mark = Mark(secret),
                    documentId,
                }
            );
        }
    }

    /// <param name="externalIds">Of the documents to be added, in their order.</param>
    /// <exception cref="UnusableInputException"><c>external_id_erased</c>, with the places of all of them from 1, never the ids.</exception>
    /// <exception cref="StorageException"><c>storage_damaged</c>: the key is not the one that the ids were hashed with.</exception>
    public void Refuse(string projectId, IEnumerable<string?> externalIds)
    {
        if (Secret(projectId) is not { } secret)
        {
            return;
        }

        var erased = connection
            .Query<string>("SELECT hash FROM erased_external_ids WHERE project_id = @projectId", new { projectId })
            .ToHashSet(StringComparer.Ordinal);
        List<int> places =
        [
            .. externalIds
                .Index()
                .Where(given => given.Item is not null && erased.Contains(Hash(secret, projectId, given.Item)))
                .Select(given => given.Index + 1),
        ];
        if (places.Count > 0)
        {
            string more = places.Count > Named ? $" and {places.Count - Named} more" : "";
            throw new UnusableInputException(
                "external_id_erased",
                $"document {string.Join(", ", places.Take(Named))}{more}: the project had a document with this external id, and it was erased; "
                    + "leave it out, or let a manager allow the id again"
            );
        }
    }

    /// <returns>The document that was erased; null when none was under this id.</returns>
    public string? Forget(string projectId, string externalId) =>
        Secret(projectId) is { } secret
            ? connection.QuerySingleOrDefault<string?>(
                "DELETE FROM erased_external_ids WHERE project_id = @projectId AND hash = @hash RETURNING document_id",
                new { projectId, hash = Hash(secret, projectId, externalId) }
            )
            : null;

    /// <returns>Null when nothing of the project was erased; then no key is needed or made.</returns>
    private byte[]? Secret(string projectId)
    {
        var marks = connection
            .Query<string>("SELECT DISTINCT key_mark FROM erased_external_ids WHERE project_id = @projectId", new { projectId })
            .ToList();
        if (marks.Count == 0)
        {
            return null;
        }

        byte[] secret = key.For(Purpose);
        return marks is [var mark] && mark == Mark(secret)
            ? secret
            : throw new StorageException(
                "storage_damaged",
                "the key beside the database is not the one that erased external ids were hashed with: bring it back from a backup",
                key.File
            );
    }

    // Neither holds a NUL; with it, no two pairs are one string.
    private static string Hash(byte[] secret, string projectId, string externalId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{projectId}\0{externalId}")));

    private static string Mark(byte[] secret) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, "mark"u8))[..16];
}
