-- Feeds: addresses that nobody guesses, by which a holder's events can be subscribed to.

CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,                 -- 'fd_' and a UUID of version 7
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    name TEXT NOT NULL,                             -- what calendars show
    privacy TEXT NOT NULL CHECK (privacy IN ('full', 'busy', 'free_busy')),
    with_confidential INTEGER NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,               -- of the secret in its address
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL                     -- when its address was last made
);
CREATE INDEX feeds_holder ON feeds (holder_id);

-- Addresses that were given up: they answer an empty calendar that says so, until their time is over.
CREATE TABLE former_feeds (
    secret_hash BLOB PRIMARY KEY,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    name TEXT NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX former_feeds_until ON former_feeds (until);
CREATE INDEX former_feeds_holder ON former_feeds (holder_id);
