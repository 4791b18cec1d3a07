-- A holder may have several links, of which one carries what is exported. The table is made anew, because a column's UNIQUE
-- can't be taken away. Foreign keys are off while migrations run: dropping `links` would take every placement along.

CREATE TABLE links_10 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,           -- never used twice: remote keys are derived from it
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    slot TEXT NOT NULL,                             -- 'only' where a holder has one link at most, else the provider
    role TEXT NOT NULL CHECK (role IN ('carries', 'leaves', 'rests')),
    waits INTEGER NOT NULL DEFAULT 0,               -- it carries, once what carried before is clean
    enabled INTEGER NOT NULL DEFAULT 1,             -- the client system's switch: off means not one request
    suspended INTEGER NOT NULL DEFAULT 0,           -- its client system is: not one request either
    provider TEXT NOT NULL,
    site TEXT NOT NULL,                             -- host of the calendar: shares of work are kept per site
    account TEXT NOT NULL,                          -- unique name of the account: budgets are kept per account
    username TEXT NOT NULL,                         -- the account as its person knows it
    credentials BLOB NOT NULL,                      -- sealed with the vault
    sealed_for TEXT,                                -- an age recipient; NULL: from before version 9
    unreadable INTEGER NOT NULL DEFAULT 0,          -- it waits because nobody could open them
    calendar_url TEXT NOT NULL,
    calendar_name TEXT NOT NULL,
    calendar_is_ours INTEGER NOT NULL,              -- we made it, so an empty one goes when the link ends
    calendar_zone TEXT,                             -- IANA; where the provider needs one for floating times
    calendar_made_at INTEGER,                       -- when we made it; NULL: we did not, or before version 2
    state TEXT NOT NULL CHECK (state IN ('active', 'needs_reauthorization', 'calendar_lost', 'unlinking')),
    reason TEXT,                                    -- the trouble of the link as a whole, while it lasts
    held TEXT,                                      -- the question of the brake (JSON), until it is answered
    linked_at INTEGER NOT NULL,
    last_sync_at INTEGER,
    survey INTEGER NOT NULL,                        -- look at the whole calendar before the next writes
    attempts INTEGER NOT NULL DEFAULT 0,            -- rounds that failed since the last good one
    not_before INTEGER NOT NULL DEFAULT 0,          -- no request before this time
    wake_at INTEGER,                                -- when the driver looks next; NULL: nothing to do
    unlink_requested_at INTEGER,
    unlink_deleted INTEGER NOT NULL DEFAULT 0,
    UNIQUE (holder_id, slot),                       -- whatever races
    UNIQUE (holder_id, account, calendar_url)
);
INSERT INTO links_10 (id, holder_id, slot, role, provider, site, account, username, credentials, sealed_for, unreadable,
                      calendar_url, calendar_name, calendar_is_ours, calendar_zone, calendar_made_at, state, reason, held,
                      linked_at, last_sync_at, survey, attempts, not_before, wake_at, unlink_requested_at, unlink_deleted)
    SELECT id, holder_id, 'only', CASE WHEN state = 'unlinking' THEN 'leaves' ELSE 'carries' END, provider, site, account,
           username, credentials, sealed_for, unreadable, calendar_url, calendar_name, calendar_is_ours, calendar_zone,
           calendar_made_at, state, reason, held, linked_at, last_sync_at, survey, attempts, not_before, wake_at,
           unlink_requested_at, unlink_deleted
    FROM links;
-- The number that was given last counts on, also where that link has ended.
DELETE FROM sqlite_sequence WHERE name = 'links_10';
INSERT INTO sqlite_sequence (name, seq) SELECT 'links_10', seq FROM sqlite_sequence WHERE name = 'links';
DROP TABLE links;
ALTER TABLE links_10 RENAME TO links;

CREATE UNIQUE INDEX links_carrier ON links (holder_id) WHERE role = 'carries';
CREATE INDEX links_wake ON links (wake_at)
    WHERE wake_at IS NOT NULL AND enabled = 1 AND suspended = 0 AND waits = 0;
CREATE INDEX links_account ON links (account);
CREATE INDEX links_sealed_for ON links (sealed_for, state);

-- Nothing may have lost what it refers to: this step is taken back as a whole where something has.
CREATE TABLE whole (lost INTEGER NOT NULL CONSTRAINT nothing_is_lost CHECK (lost = 0));
INSERT INTO whole SELECT count(*) FROM pragma_foreign_key_check;
DROP TABLE whole;
