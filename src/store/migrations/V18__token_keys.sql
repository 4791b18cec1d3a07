-- With what client systems sign for their own users: a secret, or a public key.

CREATE TABLE token_keys (
    id INTEGER PRIMARY KEY,
    client_system_id INTEGER NOT NULL REFERENCES client_systems (id),
    name TEXT NOT NULL,                             -- the client system's own
    alg TEXT NOT NULL CHECK (alg IN ('HS256', 'RS256', 'ES256')),
    kid TEXT,                                       -- what a token must name; NULL: nothing
    sealed BLOB,                                    -- the secret of HS256
    sealed_for TEXT,
    public TEXT,                                    -- a PEM or a JWKS document, of the others
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (client_system_id, name),
    CHECK ((sealed IS NULL) <> (public IS NULL))
);
