-- What chat teams need beside decisions: wrong suggestions of intents, transcripts that are not worth labelling.

-- Suggestions on the turns of a working copy that were made wrong on purpose, and what the model had said; nothing of them becomes gold.
CREATE TABLE seeded_intents (
    copy_id TEXT NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL,
    intent TEXT NOT NULL,
    -- NULL: the project has no such intent any more.
    original_intent TEXT,
    PRIMARY KEY (copy_id, position)
) STRICT, WITHOUT ROWID;

-- Transcripts that somebody took out of the inbox undecided, and why. The reason is gone with the document's words.
CREATE TABLE set_aside (
    document_id TEXT PRIMARY KEY REFERENCES documents (id),
    reason TEXT NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
