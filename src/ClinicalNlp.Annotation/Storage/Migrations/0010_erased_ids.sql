-- External ids of documents that were erased, as keyed hashes: what comes again under one of them is refused.
CREATE TABLE erased_external_ids (
    project_id TEXT NOT NULL REFERENCES projects (id),
    -- HMAC-SHA256 by the key beside the database: record numbers are few enough that a plain hash could be undone by trying them all.
    hash TEXT NOT NULL,
    -- Of the key: with another one nothing would be recognised, and that must be noticed.
    key_mark TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    PRIMARY KEY (project_id, hash)
) STRICT, WITHOUT ROWID;
