-- Which version answered whom and when, never what was asked or found; which documents were withdrawn, and what of them was erased.

-- Signs the ids of answers, so that an id tells its version also when its row was lost, and only ids that this service gave out do.
CREATE TABLE answer_secret (secret BLOB NOT NULL) STRICT;
INSERT INTO answer_secret (secret) VALUES (randomblob(32));

-- One row an answer, for as long as it is kept. Ids begin with the time, so that they stand in the order of the answers.
CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('extract', 'intents', 'suggestions', 'deidentify')),
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    document_id TEXT REFERENCES documents (id),
    texts INTEGER NOT NULL,
    findings INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_version ON answers (model_name, model_version, id);
CREATE INDEX answers_by_document ON answers (document_id, id) WHERE document_id IS NOT NULL;

-- Kept for ever: how many answers each version gave to whom on a day (days since 1970 in UTC), and for how many of them no row could be kept.
CREATE TABLE answer_counts (
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    texts INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    PRIMARY KEY (model_name, model_version, actor, kind, day)
) STRICT, WITHOUT ROWID;

-- One row a start of the service. Where ended_at is missing it was killed: answers between flushed_at and the next start may lack their rows.
CREATE TABLE answer_recordings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    flushed_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

-- Notes nobody had finished that a training labelled by itself and replayed.
CREATE TABLE run_notes (
    run_id TEXT NOT NULL REFERENCES training_runs (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    PRIMARY KEY (run_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_notes_by_document ON run_notes (document_id);

-- 0 for runs of before, whose notes were not written down.
ALTER TABLE training_runs ADD COLUMN notes_known INTEGER NOT NULL DEFAULT 0;

CREATE INDEX snapshot_documents_by_document ON snapshot_documents (document_id);
CREATE INDEX correction_batches_by_actor ON correction_batches (actor, document_id);

-- Of a document and of every working copy of it.
ALTER TABLE documents ADD COLUMN withdrawn_at INTEGER;

CREATE TABLE withdrawals (
    document_id TEXT PRIMARY KEY REFERENCES documents (id),
    reason TEXT NOT NULL CHECK (reason IN ('consent_withdrawn', 'wrong_patient', 'duplicate', 'other')),
    at INTEGER NOT NULL,
    withdrawn_by TEXT NOT NULL,
    erased_at INTEGER,
    erased_by TEXT
) STRICT;

-- The hash of what is left of a snapshot after examples were erased. The hash it was made with stays in snapshots.
CREATE TABLE snapshot_erasures (
    snapshot_id TEXT PRIMARY KEY REFERENCES snapshots (id),
    hash TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE VIEW erased_documents AS
SELECT d.id FROM documents d JOIN withdrawals w ON w.document_id = coalesce(d.source_id, d.id) WHERE w.erased_at IS NOT NULL;

-- What never changes may still be erased.
DROP TRIGGER documents_text_is_immutable;

CREATE TRIGGER documents_text_is_immutable BEFORE UPDATE OF text, project_id ON documents
WHEN NOT (
    NEW.project_id = OLD.project_id AND trim(NEW.text) = '' AND OLD.id IN (SELECT id FROM erased_documents)
)
BEGIN
    SELECT RAISE(ABORT, 'document text is immutable');
END;

DROP TRIGGER corrections_are_kept_u;

CREATE TRIGGER corrections_are_kept_u BEFORE UPDATE ON corrections
WHEN NOT (
    NEW.details IS NULL AND NEW.from_details IS NULL
    AND (NEW.document_id, NEW.revision, NEW.position, NEW.action, NEW.mention_id, NEW.span_start, NEW.span_end, NEW.fragments, NEW.label,
        NEW.from_start, NEW.from_end, NEW.from_fragments, NEW.from_label, NEW.turn, NEW.intent, NEW.from_intent, NEW.relation_id,
        NEW.relation_from, NEW.relation_to, NEW.relation_type, NEW.confidence, NEW.model_name, NEW.model_version)
    IS (OLD.document_id, OLD.revision, OLD.position, OLD.action, OLD.mention_id, OLD.span_start, OLD.span_end, OLD.fragments, OLD.label,
        OLD.from_start, OLD.from_end, OLD.from_fragments, OLD.from_label, OLD.turn, OLD.intent, OLD.from_intent, OLD.relation_id,
        OLD.relation_from, OLD.relation_to, OLD.relation_type, OLD.confidence, OLD.model_name, OLD.model_version)
    AND OLD.document_id IN (SELECT id FROM erased_documents)
)
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

DROP TRIGGER snapshot_documents_are_frozen_u;

CREATE TRIGGER snapshot_documents_are_frozen_u BEFORE UPDATE ON snapshot_documents
WHEN NOT (
    NEW.line LIKE '{"erased":"%"}' AND length(NEW.line) = 77 AND NEW.group_key = 'erased'
    AND (NEW.snapshot_id, NEW.position, NEW.document_id, NEW.revision, NEW.side, NEW.weight)
    IS (OLD.snapshot_id, OLD.position, OLD.document_id, OLD.revision, OLD.side, OLD.weight)
    AND OLD.document_id IN (SELECT id FROM erased_documents)
)
BEGIN
    SELECT RAISE(ABORT, 'snapshots are frozen');
END;
