-- Adjudication of what is said of mentions, and threads of comments.

-- Which detail was decided, 'assertion', 'concepts', 'attribute NAME' or 'relation TYPE'; NULL: the place itself, or a turn's intent.
ALTER TABLE adjudications ADD COLUMN aspect TEXT;

-- The first comment of a thread has no thread; answers name it. What a thread is about and whether it is resolved stand on the first.
-- The mention may be gone later: the span tells where it stood.
ALTER TABLE comments ADD COLUMN thread_id TEXT REFERENCES comments (id);
ALTER TABLE comments ADD COLUMN mention_id TEXT;
ALTER TABLE comments ADD COLUMN resolved_at INTEGER;
ALTER TABLE comments ADD COLUMN resolved_by TEXT;

-- The last comment of a document that somebody has seen; ids grow with time.
CREATE TABLE comment_reads (
    document_id TEXT NOT NULL REFERENCES documents (id),
    reader TEXT NOT NULL,
    comment_id TEXT NOT NULL REFERENCES comments (id),
    PRIMARY KEY (document_id, reader)
) STRICT, WITHOUT ROWID;
