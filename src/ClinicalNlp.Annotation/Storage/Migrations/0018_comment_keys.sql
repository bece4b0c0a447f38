-- A comment whose answer was lost is sent again under the key it was first sent under, and is said once.
ALTER TABLE comments ADD COLUMN idempotency_key TEXT;
CREATE UNIQUE INDEX comments_by_key ON comments (document_id, author, idempotency_key) WHERE idempotency_key IS NOT NULL;
