-- What lists of documents are filtered by: a row has its text before its status, so that reading one means walking through the text.
CREATE INDEX documents_listed ON documents (project_id, id, kind, status, external_id, group_key, withdrawn_at) WHERE source_id IS NULL;
