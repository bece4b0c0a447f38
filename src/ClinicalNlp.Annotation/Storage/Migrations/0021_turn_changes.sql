-- How often the turns of a transcript were changed, by whatever: who has read them once need not read them again until then.
CREATE TABLE turn_changes (
    document_id TEXT PRIMARY KEY REFERENCES documents (id),
    changes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER turns_are_counted AFTER UPDATE ON turns
BEGIN
    INSERT INTO turn_changes (document_id, changes) VALUES (NEW.document_id, 1)
    ON CONFLICT (document_id) DO UPDATE SET changes = changes + 1;
END;
