-- The keys of client systems: what their programs come in with, each with what it may do.

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    client_system_id INTEGER NOT NULL REFERENCES client_systems (id),
    public_id TEXT NOT NULL UNIQUE,                 -- what is spoken of it by; opens nothing
    lookup TEXT NOT NULL UNIQUE,                    -- the part of the key by which it is found
    hash BLOB NOT NULL,                             -- SHA-256 of the whole key, which is random enough for a fast one
    last4 TEXT NOT NULL,                            -- so that people know it again
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,                           -- words, with a space between them
    pinned TEXT,                                    -- the one holder that it speaks for; NULL: any of its client system
    networks TEXT NOT NULL,                         -- from where it may be used, as CIDR; empty: from anywhere
    created_by TEXT NOT NULL,                       -- who made it
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    rotated_to TEXT,                                -- the public id of the key that takes its place
    last_used_at INTEGER,                           -- written once a minute at most
    last_used_from TEXT                             -- the network of who used it
);
CREATE INDEX api_keys_of ON api_keys (client_system_id, public_id);
