-- Times are milliseconds since 1970-01-01 UTC. Offsets are UTF-16 code units of documents.text.
-- Ids are UUIDv7 strings, so that their order is the order of creation.

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
) STRICT;

CREATE TABLE project_labels (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    colour TEXT,
    shortcut TEXT,
    description TEXT,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_intents (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    external_id TEXT,
    kind TEXT NOT NULL,
    group_key TEXT,
    meta TEXT,
    text TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('new', 'in_progress', 'done')),
    revision INTEGER NOT NULL CHECK (revision >= 0),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, external_id)
) STRICT;

CREATE INDEX documents_by_status ON documents (project_id, status, id);
CREATE INDEX documents_by_project ON documents (project_id, id);

-- The text a model and a person read never changes; a new text is a new document.
CREATE TRIGGER documents_text_is_immutable BEFORE UPDATE OF text, project_id ON documents
BEGIN
    SELECT RAISE(ABORT, 'document text is immutable');
END;

CREATE TABLE turns (
    document_id TEXT NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL,
    speaker TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    intent TEXT,
    state TEXT CHECK (state IN ('accepted', 'changed', 'rejected')),
    suggested_intent TEXT,
    suggested_confidence REAL,
    suggested_alternatives TEXT,
    suggested_model TEXT,
    suggested_version TEXT,
    PRIMARY KEY (document_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER NOT NULL CHECK (span_start >= 0),
    span_end INTEGER NOT NULL CHECK (span_end > span_start),
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suggested', 'accepted', 'added')),
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    UNIQUE (document_id, span_start, span_end, label)
) STRICT;

-- What people took away: the same span with the same label is never suggested again.
CREATE TABLE rejections (
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (document_id, span_start, span_end, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE correction_batches (
    document_id TEXT NOT NULL REFERENCES documents (id),
    revision INTEGER NOT NULL,
    seen_revision INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('import', 'corrections', 'replace', 'complete', 'reopen')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    idempotency_key TEXT,
    request_hash TEXT NOT NULL,
    PRIMARY KEY (document_id, revision),
    UNIQUE (document_id, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE corrections (
    document_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('accept', 'reject', 'relabel', 'resize', 'add', 'remove', 'intent', 'restore')),
    mention_id TEXT,
    span_start INTEGER,
    span_end INTEGER,
    label TEXT,
    from_start INTEGER,
    from_end INTEGER,
    from_label TEXT,
    turn INTEGER,
    intent TEXT,
    from_intent TEXT,
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    PRIMARY KEY (document_id, revision, position),
    FOREIGN KEY (document_id, revision) REFERENCES correction_batches (document_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER correction_batches_are_kept_u BEFORE UPDATE ON correction_batches
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

CREATE TRIGGER correction_batches_are_kept_d BEFORE DELETE ON correction_batches
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

CREATE TRIGGER corrections_are_kept_u BEFORE UPDATE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

CREATE TRIGGER corrections_are_kept_d BEFORE DELETE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    task TEXT NOT NULL CHECK (task IN ('entities', 'intents')),
    seed INTEGER NOT NULL,
    held_out_fraction REAL NOT NULL,
    labels TEXT NOT NULL,
    hash TEXT NOT NULL,
    train_documents INTEGER NOT NULL,
    held_out_documents INTEGER NOT NULL,
    train_groups INTEGER NOT NULL,
    held_out_groups INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
) STRICT;

CREATE INDEX snapshots_by_project ON snapshots (project_id, id);

CREATE TABLE snapshot_documents (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
    position INTEGER NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    revision INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('train', 'held_out')),
    group_key TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, position)
) STRICT;

CREATE TRIGGER snapshots_are_frozen_u BEFORE UPDATE ON snapshots
BEGIN
    SELECT RAISE(ABORT, 'snapshots are frozen');
END;

CREATE TRIGGER snapshots_are_frozen_d BEFORE DELETE ON snapshots
BEGIN
    SELECT RAISE(ABORT, 'snapshots are frozen');
END;

CREATE TRIGGER snapshot_documents_are_frozen_u BEFORE UPDATE ON snapshot_documents
BEGIN
    SELECT RAISE(ABORT, 'snapshots are frozen');
END;

CREATE TRIGGER snapshot_documents_are_frozen_d BEFORE DELETE ON snapshot_documents
BEGIN
    SELECT RAISE(ABORT, 'snapshots are frozen');
END;

CREATE TABLE training_runs (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    task TEXT NOT NULL CHECK (task IN ('entities', 'intents')),
    state TEXT NOT NULL CHECK (
        state IN ('queued', 'running', 'gating', 'succeeded', 'refused', 'failed', 'cancelled', 'interrupted')
    ),
    snapshot_id TEXT REFERENCES snapshots (id),
    minutes REAL,
    seed INTEGER NOT NULL,
    auto_promote INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    base_name TEXT,
    base_version TEXT,
    candidate_name TEXT,
    candidate_version TEXT,
    progress TEXT,
    error_code TEXT,
    error_reason TEXT
) STRICT;

CREATE TABLE model_versions (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    task TEXT NOT NULL CHECK (task IN ('entities', 'intents')),
    origin TEXT NOT NULL CHECK (origin IN ('shipped', 'retrained')),
    fingerprint TEXT NOT NULL,
    parent TEXT,
    snapshot_id TEXT REFERENCES snapshots (id),
    run_id TEXT REFERENCES training_runs (id),
    state TEXT NOT NULL CHECK (state IN ('shipped', 'candidate', 'promoted', 'retired', 'refused')),
    scores TEXT,
    gate TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;

-- One row for every change of the version in use; the newest of a task is the one in use. `previous` is what a rollback returns to.
CREATE TABLE promotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL CHECK (task IN ('entities', 'intents')),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'promote', 'rollback', 'fallback')),
    previous INTEGER REFERENCES promotions (id),
    forced INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (name, version) REFERENCES model_versions (name, version)
) STRICT;

CREATE INDEX promotions_by_task ON promotions (task, id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE sign_in_tokens (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did what, when, to which record; never clinical text. Each row carries the hash of the row before it.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_log_is_kept_u BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_log_is_kept_d BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
