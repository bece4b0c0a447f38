-- Labels that change with everything that carries them, and what people are told about labels.
-- Every change of a project's labels or guidelines makes a version of its schema; 1 is the schema that the project was made with.

ALTER TABLE projects ADD COLUMN schema_version INTEGER NOT NULL DEFAULT 1;

-- A JSON list of texts.
ALTER TABLE project_labels ADD COLUMN examples TEXT;

-- Of a batch that a change of the schema made: the version of the schema after it.
ALTER TABLE correction_batches ADD COLUMN schema_version INTEGER;

-- Names that were labels: renamed or merged (now is the label in their place), or removed (now is null). Models trained before go on
-- saying the old name, and pages that were open save it; both are read through this table.
CREATE TABLE former_labels (
    project_id TEXT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    now TEXT,
    colour TEXT,
    shortcut TEXT,
    description TEXT,
    examples TEXT,
    version INTEGER NOT NULL,
    retired_at INTEGER NOT NULL,
    retired_by TEXT NOT NULL,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

-- `change` is JSON: what was asked, the label before and after, and how much it touched.
CREATE TABLE schema_changes (
    project_id TEXT NOT NULL REFERENCES projects (id),
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    change TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER schema_changes_are_kept_u BEFORE UPDATE ON schema_changes
BEGIN
    SELECT RAISE(ABORT, 'schema changes are append-only');
END;

CREATE TRIGGER schema_changes_are_kept_d BEFORE DELETE ON schema_changes
BEGIN
    SELECT RAISE(ABORT, 'schema changes are append-only');
END;

-- What people decided with a label that was removed, and what fell together with another mention when labels were merged.
-- The columns are those of mentions and relations.
CREATE TABLE archived_mentions (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    fragments TEXT,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    details TEXT,
    reason TEXT NOT NULL CHECK (reason IN ('removed', 'duplicate')),
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX archived_mentions_by_document ON archived_mentions (document_id, span_start);

CREATE TABLE archived_relations (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    from_mention TEXT NOT NULL,
    to_mention TEXT NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX archived_relations_by_from ON archived_relations (from_mention);
CREATE INDEX archived_relations_by_to ON archived_relations (to_mention);

-- Markdown. An empty label stands for the project as a whole; the newest version is in force. A label's texts follow it to a new name.
CREATE TABLE guidelines (
    project_id TEXT NOT NULL REFERENCES projects (id),
    label TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (project_id, label, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER guidelines_are_kept_u BEFORE UPDATE OF text, version, actor, at ON guidelines
BEGIN
    SELECT RAISE(ABORT, 'guidelines are append-only');
END;

CREATE TRIGGER guidelines_are_kept_d BEFORE DELETE ON guidelines
BEGIN
    SELECT RAISE(ABORT, 'guidelines are append-only');
END;
