-- A link into a person's page that the client system asks for is a token as the others are, good for as long as it says, however
-- often it is opened. The table is made anew, because a CHECK can't be changed; no other table refers to it.

CREATE TABLE browser_sessions_new (
    token_hash BLOB PRIMARY KEY,                    -- of what the browser holds, or the link
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('session', 'hop', 'page')),   -- a hop carries a person into another browser, once
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO browser_sessions_new (token_hash, holder_id, purpose, expires_at)
    SELECT token_hash, holder_id, purpose, expires_at FROM browser_sessions;
DROP TABLE browser_sessions;
ALTER TABLE browser_sessions_new RENAME TO browser_sessions;
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_at);
