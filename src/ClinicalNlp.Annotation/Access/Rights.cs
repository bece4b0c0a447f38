namespace ClinicalNlp.Annotation.Access;

/// <summary>What a caller may do: asks the models, has a role in every project, or in some.</summary>
/// <param name="Everywhere">The role in every project that is and will be; null when there is none.</param>
/// <param name="MayExtract">Whether the models answer.</param>
public sealed record Rights(ProjectRole? Everywhere, bool MayExtract, IReadOnlyDictionary<string, ProjectRole> Projects)
{
    public static readonly Rights Administrator = new(ProjectRole.Administrator, true, new Dictionary<string, ProjectRole>());

    public bool IsAdministrator => Everywhere == ProjectRole.Administrator;

    /// <summary>The role in a project, or null for somebody who is not to know that it exists.</summary>
    public ProjectRole? In(string projectId) => Highest(Everywhere, Projects.TryGetValue(projectId, out var role) ? role : null);

    /// <summary>The highest role in any project, and so the least that is known of a person who has one.</summary>
    public ProjectRole? Somewhere => Projects.Values.Aggregate(Everywhere, (highest, role) => Highest(highest, role));

    /// <summary>What a key's scopes are worth; a key of one project has its role there only.</summary>
    public static Rights OfKey(IReadOnlyCollection<KeyScope> scopes, string? projectId)
    {
        ProjectRole? role = null;
        foreach (var scope in scopes)
        {
            role = Highest(role, RoleOf(scope));
        }

        return new Rights(
            projectId is null ? role : null,
            scopes.Contains(KeyScope.Extract) || role == ProjectRole.Administrator,
            projectId is not null && role is { } there
                ? new Dictionary<string, ProjectRole> { [projectId] = there }
                : new Dictionary<string, ProjectRole>()
        );
    }

    /// <summary>A person asks the models when they work in any project.</summary>
    internal static Rights OfPerson(bool administrator, IReadOnlyDictionary<string, ProjectRole> projects) =>
        administrator ? Administrator with { Projects = projects } : new Rights(null, projects.Count > 0, projects);

    private static ProjectRole? RoleOf(KeyScope scope) =>
        scope switch
        {
            KeyScope.Annotate => ProjectRole.Annotator,
            KeyScope.Review => ProjectRole.Reviewer,
            KeyScope.Manage => ProjectRole.Manager,
            KeyScope.Admin => ProjectRole.Administrator,
            _ => null,
        };

    private static ProjectRole? Highest(ProjectRole? one, ProjectRole? other) =>
        one is null ? other
        : other is null || one > other ? one
        : other;
}
