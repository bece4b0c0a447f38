-- What a person has begun and has done is looked up whenever they ask for work.
CREATE INDEX assignments_by_holder ON assignments (project_id, holder);
CREATE INDEX documents_by_assignee ON documents (project_id, assignee) WHERE source_id IS NOT NULL;
