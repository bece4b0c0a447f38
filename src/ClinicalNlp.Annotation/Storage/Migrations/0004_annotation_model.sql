-- Mentions in several pieces, what is said of them, and relations between them.
-- `fragments` is [[start,end],...] of a mention in several pieces, NULL for one piece; span_start and span_end are its extent.
-- `details` is {"assertion":{...},"attributes":{...},"concepts":[...]}, NULL when nothing is said.

CREATE TABLE mentions_4 (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    span_start INTEGER NOT NULL CHECK (span_start >= 0),
    span_end INTEGER NOT NULL CHECK (span_end > span_start),
    fragments TEXT,
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suggested', 'accepted', 'added')),
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    details TEXT
) STRICT;

INSERT INTO mentions_4 (id, document_id, span_start, span_end, label, state, confidence, model_name, model_version)
SELECT id, document_id, span_start, span_end, label, state, confidence, model_name, model_version FROM mentions;

DROP TABLE mentions;
ALTER TABLE mentions_4 RENAME TO mentions;

CREATE UNIQUE INDEX mentions_by_place ON mentions (document_id, span_start, span_end, label, coalesce(fragments, ''));

-- Checked at the end of a transaction: a mention that changes is deleted and inserted again.
CREATE TABLE relations (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id),
    from_mention TEXT NOT NULL REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    to_mention TEXT NOT NULL REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    type TEXT NOT NULL,
    CHECK (from_mention <> to_mention)
) STRICT;

CREATE UNIQUE INDEX relations_by_document ON relations (document_id, from_mention, to_mention, type);
CREATE INDEX relations_by_from ON relations (from_mention);
CREATE INDEX relations_by_to ON relations (to_mention);

CREATE TABLE corrections_4 (
    document_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (
        action IN (
            'accept', 'reject', 'relabel', 'resize', 'add', 'remove', 'intent', 'restore', 'annotate', 'relate', 'unrelate'
        )
    ),
    mention_id TEXT,
    span_start INTEGER,
    span_end INTEGER,
    fragments TEXT,
    label TEXT,
    details TEXT,
    from_start INTEGER,
    from_end INTEGER,
    from_fragments TEXT,
    from_label TEXT,
    from_details TEXT,
    turn INTEGER,
    intent TEXT,
    from_intent TEXT,
    relation_id TEXT,
    relation_from TEXT,
    relation_to TEXT,
    relation_type TEXT,
    confidence REAL,
    model_name TEXT,
    model_version TEXT,
    PRIMARY KEY (document_id, revision, position),
    FOREIGN KEY (document_id, revision) REFERENCES correction_batches (document_id, revision)
) STRICT, WITHOUT ROWID;

INSERT INTO corrections_4 (document_id, revision, position, action, mention_id, span_start, span_end, label,
    from_start, from_end, from_label, turn, intent, from_intent, confidence, model_name, model_version)
SELECT document_id, revision, position, action, mention_id, span_start, span_end, label,
    from_start, from_end, from_label, turn, intent, from_intent, confidence, model_name, model_version
FROM corrections;

DROP TABLE corrections;
ALTER TABLE corrections_4 RENAME TO corrections;

CREATE TRIGGER corrections_are_kept_u BEFORE UPDATE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

CREATE TRIGGER corrections_are_kept_d BEFORE DELETE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'corrections are append-only');
END;

-- Lists of label names are JSON; an empty one means any label.
CREATE TABLE project_relations (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    from_labels TEXT NOT NULL,
    to_labels TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

-- An empty list of values means any value. The five assertions stand here by their names.
CREATE TABLE project_attributes (
    project_id TEXT NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    value_names TEXT NOT NULL,
    label_names TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

-- Projects made before may say from now on what any other may say by default.
INSERT INTO project_relations (project_id, position, name, from_labels, to_labels)
SELECT id, 0, 'RELATED_TO', '[]', '[]' FROM projects;

INSERT INTO project_attributes (project_id, position, name, value_names, label_names)
SELECT projects.id, assertions.position, assertions.name, '[]', '[]'
FROM projects, (
    SELECT 0 AS position, 'negated' AS name
    UNION ALL SELECT 1, 'uncertain'
    UNION ALL SELECT 2, 'historical'
    UNION ALL SELECT 3, 'hypothetical'
    UNION ALL SELECT 4, 'family'
) AS assertions;
