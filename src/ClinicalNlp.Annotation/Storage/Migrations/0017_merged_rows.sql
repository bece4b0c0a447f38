-- What a merge of labels changes without a line in the log, as it was before, so that taking the merge back restores it too. `version` is
-- that of the schema which the merge made.

-- Open suggestions that changed their label, and (dropped) those that went because another mention stands over the same words.
CREATE TABLE merged_suggestions (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    fragments TEXT,
    label TEXT NOT NULL,
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    details TEXT,
    dropped INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX merged_suggestions_by_document ON merged_suggestions (document_id, version, id);

-- Rejections; forgotten where a mention of the label stood there after the merge.
CREATE TABLE merged_rejections (
    document_id TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    label TEXT NOT NULL,
    forgotten INTEGER NOT NULL,
    PRIMARY KEY (document_id, version, span_start, span_end, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE merged_seeds (
    copy_id TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    mention_id TEXT NOT NULL,
    label TEXT NOT NULL,
    original_label TEXT,
    PRIMARY KEY (copy_id, version, mention_id)
) STRICT, WITHOUT ROWID;
