namespace ClinicalNlp.Annotation.Access;

/// <summary>What a person may do in a project. Each role includes the ones before it.</summary>
public enum ProjectRole
{
    /// <summary>Reads the project's documents, corrects and finishes them.</summary>
    Annotator = 1,

    /// <summary>Decides between annotators.</summary>
    Reviewer = 2,

    /// <summary>Brings documents in and out, gives out work and roles, freezes snapshots, trains.</summary>
    Manager = 3,

    /// <summary>Of the whole service, never of one project: accounts, keys, the audit log.</summary>
    Administrator = 4,
}

/// <summary>What an API key may be used for.</summary>
public enum KeyScope
{
    /// <summary>Asks the models; reads and writes nothing that is stored.</summary>
    Extract,

    /// <summary>As an annotator.</summary>
    Annotate,

    /// <summary>As a reviewer.</summary>
    Review,

    /// <summary>As a manager.</summary>
    Manage,

    /// <summary>Everything.</summary>
    Admin,
}
