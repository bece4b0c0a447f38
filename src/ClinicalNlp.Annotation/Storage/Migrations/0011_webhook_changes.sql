-- Secrets that were rotated and are still valid for a while: messages are signed with them too.
CREATE TABLE webhook_old_secrets (
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    -- Sealed, like the secret in use.
    secret BLOB NOT NULL,
    valid_until INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_old_secrets_by_webhook ON webhook_old_secrets (webhook_id, valid_until);

-- Messages wait while it is set.
ALTER TABLE webhooks ADD COLUMN paused_at INTEGER;
