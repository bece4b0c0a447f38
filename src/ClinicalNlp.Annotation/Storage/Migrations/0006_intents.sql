-- Names that were intents of a project: renamed or merged (now is the intent in their place), or removed (now is null; turns that were
-- decided so keep the name). Models trained before go on saying the old name, and suggestions are read through this table.
CREATE TABLE former_intents (
    project_id TEXT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    now TEXT,
    description TEXT,
    retired_at INTEGER NOT NULL,
    retired_by TEXT NOT NULL,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;
