-- Work given out to people. A person works on a copy of the document; the copy's corrections, revisions and log are those of any document.

ALTER TABLE documents ADD COLUMN source_id TEXT REFERENCES documents (id);
ALTER TABLE documents ADD COLUMN assignee TEXT;

CREATE UNIQUE INDEX documents_copies ON documents (source_id, assignee) WHERE source_id IS NOT NULL;

-- One reading of one document by one person; who has no person yet is taken by whoever asks for work.
CREATE TABLE assignments (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL CHECK (kind IN ('work', 'gold_question')),
    person TEXT,
    holder TEXT,
    copy_id TEXT REFERENCES documents (id),
    locked_until INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
) STRICT;

CREATE INDEX assignments_by_project ON assignments (project_id, id);
CREATE INDEX assignments_by_document ON assignments (document_id);

CREATE TABLE assignment_skips (
    assignment_id TEXT NOT NULL REFERENCES assignments (id),
    person TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (assignment_id, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment_settings (
    project_id TEXT PRIMARY KEY REFERENCES projects (id),
    lock_minutes REAL NOT NULL CHECK (lock_minutes > 0),
    suggestions INTEGER NOT NULL CHECK (suggestions IN (0, 1)),
    gold_question_every INTEGER NOT NULL CHECK (gold_question_every >= 0),
    seeded_share REAL NOT NULL CHECK (seeded_share >= 0 AND seeded_share <= 0.5)
) STRICT, WITHOUT ROWID;

-- Finished documents that are put before people who do not know it.
CREATE TABLE gold_questions (
    document_id TEXT PRIMARY KEY REFERENCES documents (id),
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Suggestions of a working copy that were made wrong on purpose, and what the model had said; nothing of them becomes gold.
CREATE TABLE seeded_suggestions (
    mention_id TEXT PRIMARY KEY,
    copy_id TEXT NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL CHECK (kind IN ('label', 'edge', 'spurious')),
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    label TEXT NOT NULL,
    original_start INTEGER,
    original_end INTEGER,
    original_label TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX seeded_suggestions_by_copy ON seeded_suggestions (copy_id);

-- Copies on which seeds were sown once, whether any were planted or not.
CREATE TABLE seeded_copies (
    copy_id TEXT PRIMARY KEY REFERENCES documents (id),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Hashed words of a text, a byte a bucket, for choosing documents unlike those that were done.
CREATE TABLE document_words (
    document_id TEXT PRIMARY KEY REFERENCES documents (id),
    words BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER,
    span_end INTEGER,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX comments_by_document ON comments (document_id, id);

-- What somebody decided where annotators differed, beside the revision of the source that it made.
CREATE TABLE adjudications (
    document_id TEXT NOT NULL REFERENCES documents (id),
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    span_start INTEGER,
    span_end INTEGER,
    turn INTEGER,
    agreed INTEGER NOT NULL CHECK (agreed IN (0, 1)),
    taken_from TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (document_id, revision, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER adjudications_are_kept_u BEFORE UPDATE ON adjudications
BEGIN
    SELECT RAISE(ABORT, 'adjudications are append-only');
END;

CREATE TRIGGER adjudications_are_kept_d BEFORE DELETE ON adjudications
BEGIN
    SELECT RAISE(ABORT, 'adjudications are append-only');
END;

-- How much a document counts in training: less where those who annotated it were measured to accept what is wrong.
ALTER TABLE snapshot_documents ADD COLUMN weight REAL NOT NULL DEFAULT 1;
