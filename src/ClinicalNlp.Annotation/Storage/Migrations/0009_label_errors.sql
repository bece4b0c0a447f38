-- Runs that look for label errors by cross-validation stand beside those that retrain: one queue, one worker.
ALTER TABLE training_runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'retrain' CHECK (kind IN ('retrain', 'label_errors'));
ALTER TABLE training_runs ADD COLUMN folds INTEGER;

-- Where cross-validated models contradict what people made of a document, at the revision that they read. Offsets in UTF-16 code units.
-- `rank` is the score weighed by how often people confirmed errors of that kind before; lists go by it.
CREATE TABLE label_errors (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    run_id TEXT NOT NULL REFERENCES training_runs (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('missing', 'spurious', 'wrong_label', 'wrong_edge', 'wrong_intent')),
    span_start INTEGER,
    span_end INTEGER,
    label TEXT,
    suggested_start INTEGER,
    suggested_end INTEGER,
    suggested_label TEXT,
    turn INTEGER,
    score REAL NOT NULL,
    rank REAL NOT NULL,
    -- Of a later run that still reports it, the row moves on; what a later run does not report any more is gone unless somebody decided it.
    decision TEXT CHECK (decision IN ('error', 'right')),
    decided_by TEXT,
    decided_at INTEGER
) STRICT;

CREATE INDEX label_errors_by_project ON label_errors (project_id, rank DESC, id);
CREATE INDEX label_errors_by_document ON label_errors (document_id);
