-- What people see on their page: who came in, and what became of each event.

CREATE TABLE browser_sessions (
    token_hash BLOB PRIMARY KEY,                    -- of what the browser holds
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('session', 'hop')),   -- a hop carries a person into another browser, once
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_at);

ALTER TABLE authorizations ADD COLUMN session_hash BLOB;    -- of the browser session that it began in; NULL: in none

ALTER TABLE placements ADD COLUMN written_at INTEGER;       -- the last time that we wrote it
ALTER TABLE placements ADD COLUMN confirmed_at INTEGER;     -- the last time that the provider showed it as we wrote it
