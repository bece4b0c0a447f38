-- People: who they are, what they may do in which project, how they come in. Accounts are never deleted, only disabled: the logs name them.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    -- What the audit log and corrections call the person.
    name TEXT NOT NULL,
    -- The name in one case, so that two people cannot be taken for each other.
    name_key TEXT NOT NULL UNIQUE,
    administrator INTEGER NOT NULL CHECK (administrator IN (0, 1)),
    password_hash TEXT,
    password_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    disabled_at INTEGER
) STRICT;

CREATE TABLE memberships (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    role TEXT NOT NULL CHECK (role IN ('annotator', 'reviewer', 'manager')),
    granted_at INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (account_id, project_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_project ON memberships (project_id, account_id);

-- One-time links with which a person chooses a password. A newer one of the same account ends the older.
CREATE TABLE invitations (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_account ON invitations (account_id);

-- Who a person is elsewhere: the subject that an identity provider gives them.
CREATE TABLE account_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Sessions of before were of nobody in particular: they end here, and a new link is printed at the start that applies this.
DROP TABLE sessions;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('link', 'password', 'invitation', 'single_sign_on')),
    address TEXT,
    browser TEXT
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_id);

-- A key made before there were scopes keeps what it could do: everything, for ever.
ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE api_keys ADD COLUMN project_id TEXT REFERENCES projects (id);
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;

CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id);
