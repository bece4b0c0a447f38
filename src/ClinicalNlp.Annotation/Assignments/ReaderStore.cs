using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Who may be given work of a project by name: work given to a name that nobody has is read by nobody.</summary>
public sealed class ReaderStore(AnnotationDatabase database)
{
    /// <summary>People with a role in the project, administrators, and keys that annotate in it.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<string> Of(string projectId)
    {
        var people = database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return connection
                .Query<string>(
                    """
                    SELECT a.name FROM accounts a WHERE a.disabled_at IS NULL AND (a.administrator = 1
                        OR EXISTS (SELECT 1 FROM memberships m WHERE m.account_id = a.id AND m.project_id = @projectId))
                    """,
                    new { projectId }
                )
                .ToList();
        });
        var now = database.Time.GetUtcNow();
        var keys = new KeyStore(database)
            .List()
            .Where(key => key.Revoked is null && !(key.Expires <= now) && Rights.OfKey(key.Scopes, key.ProjectId).In(projectId) is not null)
            .Select(key => key.Name);
        return [.. people.Concat(keys).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The names as they are written in the logs; upper and lower case make no difference to the service, but they would to the queue.</summary>
    /// <remarks>A name that nobody has is not quoted: it may be anything.</remarks>
    /// <param name="caller">May always take work themselves.</param>
    /// <exception cref="UnusableInputException"><c>unknown_person</c>.</exception>
    public IReadOnlyList<string> Checked(string projectId, IReadOnlyCollection<string> people, string caller)
    {
        if (people.Count == 0)
        {
            return [];
        }

        var known = Of(projectId).Append(caller).Distinct().ToLookup(AccountName.KeyOf);
        return
        [
            .. people
                .Select(
                    (person, index) =>
                        known[AccountName.KeyOf(person.Trim())].FirstOrDefault()
                        ?? throw new UnusableInputException(
                            "unknown_person",
                            $"nobody works in this project by name {index + 1} of those given; who does: {string.Join(", ", known.Select(names => names.First()))}"
                        )
                )
                .Distinct(),
        ];
    }
}
