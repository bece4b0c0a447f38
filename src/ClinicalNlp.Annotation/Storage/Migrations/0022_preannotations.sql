-- Documents of a project that the models in use were asked to mark up, many at once. One that waits is worked on, after a restart too, from the
-- document that was reached.
CREATE TABLE preannotations (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    scope TEXT NOT NULL CHECK (scope IN ('missing', 'outdated')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'cancelled')),
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    reached TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    error_code TEXT
) STRICT;

CREATE INDEX preannotations_by_project ON preannotations (project_id, id);
CREATE UNIQUE INDEX preannotations_waiting ON preannotations (project_id) WHERE state = 'waiting';
