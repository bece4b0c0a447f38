-- Relation types, attributes and their values change as labels do.

-- Names that were relation types, attributes or values of one: renamed or merged (now is the name in their place), or removed (now is null).
-- `attribute` is empty but for values; `definition` is JSON, null for values.
CREATE TABLE former_parts (
    project_id TEXT NOT NULL REFERENCES projects (id),
    part TEXT NOT NULL CHECK (part IN ('relation', 'attribute', 'value')),
    attribute TEXT NOT NULL,
    name TEXT NOT NULL,
    now TEXT,
    definition TEXT,
    version INTEGER NOT NULL,
    retired_at INTEGER NOT NULL,
    retired_by TEXT NOT NULL,
    PRIMARY KEY (project_id, part, attribute, name)
) STRICT, WITHOUT ROWID;

-- What was said of a mention by an attribute or value that was removed, or that met another value in a merge.
CREATE TABLE archived_details (
    mention_id TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    value TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    PRIMARY KEY (mention_id, name, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX archived_details_by_document ON archived_details (document_id);
