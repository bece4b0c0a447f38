-- Changes of a schema that were asked for. One that waits is carried out, after a restart too; its end is written in the transaction of the
-- change itself. `change` and `effect` are JSON.
CREATE TABLE schema_jobs (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    change TEXT NOT NULL,
    seen INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'cancelled', 'refused')),
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    effect TEXT,
    error_code TEXT,
    error_reason TEXT
) STRICT;

CREATE INDEX schema_jobs_by_project ON schema_jobs (project_id, id);
CREATE INDEX schema_jobs_waiting ON schema_jobs (id) WHERE state = 'waiting';
