-- The words of the product, as tables. Times are milliseconds since 1970 (UTC).
-- Migrations are append-only: never change a file that was released.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    instance TEXT NOT NULL                          -- random; part of every mark
);
INSERT INTO installation (id, instance) VALUES (1, lower(hex(randomblob(16))));

CREATE TABLE client_systems (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO client_systems (id, name) VALUES (1, 'puentes');

CREATE TABLE holders (
    id INTEGER PRIMARY KEY,
    client_system_id INTEGER NOT NULL REFERENCES client_systems (id),
    key TEXT NOT NULL,                              -- for Puentes: the phone number in E.164
    UNIQUE (client_system_id, key)
);

CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,           -- never used twice: remote keys are derived from it
    holder_id INTEGER NOT NULL UNIQUE REFERENCES holders (id),   -- one link per holder, whatever races
    provider TEXT NOT NULL,
    site TEXT NOT NULL,                             -- host of the calendar: shares of work are kept per site
    account TEXT NOT NULL,                          -- unique name of the account: budgets are kept per account
    username TEXT NOT NULL,                         -- the account as its person knows it
    credentials BLOB NOT NULL,                      -- sealed with the vault
    calendar_url TEXT NOT NULL,
    calendar_name TEXT NOT NULL,
    calendar_is_ours INTEGER NOT NULL,              -- we made it, so an empty one goes when the link ends
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_reauthorization', 'calendar_lost', 'unlinking')),
    reason TEXT,                                    -- the trouble of the link as a whole, while it lasts
    linked_at INTEGER NOT NULL,
    last_sync_at INTEGER,
    survey INTEGER NOT NULL,                        -- look at the whole calendar before the next writes
    attempts INTEGER NOT NULL DEFAULT 0,            -- rounds that failed since the last good one
    not_before INTEGER NOT NULL DEFAULT 0,          -- no request before this time
    wake_at INTEGER,                                -- when the driver looks next; NULL: nothing to do
    unlink_requested_at INTEGER,
    unlink_deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX links_wake ON links (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    event_id TEXT NOT NULL,
    ical TEXT NOT NULL,                             -- as the client system sent it
    revision INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,             -- wanted no more, but perhaps still in the calendar
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (holder_id, event_id)
);

CREATE TABLE placements (
    id INTEGER PRIMARY KEY,
    link_id INTEGER NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    event_id INTEGER NOT NULL REFERENCES events (id),
    generation INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL,                              -- derived before the first call: the intent
    wanted INTEGER,                                 -- revision; NULL: absent
    known TEXT NOT NULL CHECK (known IN ('nothing', 'at', 'unsure', 'gone')),
    seen_version TEXT,
    seen_revision INTEGER,
    refused INTEGER,                                -- the revision that the provider will never take
    due_at INTEGER,                                 -- when to act; NULL: at rest
    attempts INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_attempt_at INTEGER,
    reason TEXT,
    degradations TEXT,                              -- JSON array of sentences
    UNIQUE (link_id, event_id)
);
CREATE INDEX placements_due ON placements (link_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX placements_event ON placements (event_id);

CREATE TABLE resync_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    link_id INTEGER NOT NULL,                       -- outlives the link
    mode TEXT NOT NULL CHECK (mode IN ('repair', 'rebuild')),
    confirmed INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('asking', 'writing', 'succeeded', 'failed')),
    total INTEGER,
    created INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    remaining INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error TEXT,
    requested_at INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE UNIQUE INDEX resync_runs_going ON resync_runs (link_id) WHERE finished_at IS NULL;   -- one at a time
CREATE INDEX resync_runs_holder ON resync_runs (holder_id, id);

CREATE TABLE unlink_receipts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    link_id INTEGER NOT NULL UNIQUE,
    requested_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    reason TEXT
);
CREATE INDEX unlink_receipts_holder ON unlink_receipts (holder_id, id);

CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,                             -- a stable word: linked, unlinked, resync_succeeded, ...
    detail TEXT NOT NULL
);
CREATE INDEX activity_holder ON activity (holder_id, id);
