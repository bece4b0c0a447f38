-- What happened in a project, for whoever listens: identifiers and counts, never text. Written in the transaction of the change itself.
CREATE TABLE events (
    -- Grows in the order of commits; a listener that comes back says the last it heard.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Null: of the whole service, so of every project.
    project_id TEXT REFERENCES projects (id),
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_project ON events (project_id, id);

-- Addresses that are told of events.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    url TEXT NOT NULL,
    -- JSON array of event types.
    types TEXT NOT NULL,
    -- Sealed with the key beside the database: it must sign, so a hash would not do.
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    -- The first of the failures since the last success.
    failing_since INTEGER,
    disabled_at INTEGER,
    disabled_reason TEXT CHECK (disabled_reason IN ('failing', 'gone'))
) STRICT;

CREATE INDEX webhooks_by_project ON webhooks (project_id, id);

-- The outbox: what is to be sent, and what became of it.
CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id INTEGER,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is due; null when it is over.
    next_at INTEGER,
    last_at INTEGER,
    last_status INTEGER,
    last_error TEXT
) STRICT;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
