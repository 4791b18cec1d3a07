-- Requests that must not be carried out twice, by the key that their client systems gave them.

CREATE TABLE idempotency (
    client_system_id INTEGER NOT NULL REFERENCES client_systems (id),
    key BLOB NOT NULL,                              -- SHA-256
    digest BLOB NOT NULL,                           -- of all else that the request says
    public_id TEXT NOT NULL,                        -- of the event that it made
    status INTEGER,                                 -- how it was answered; NULL: not yet
    answer TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_system_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_expires ON idempotency (expires_at);
