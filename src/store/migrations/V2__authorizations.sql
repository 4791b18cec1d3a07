-- Accounts that are linked by a consent at the provider (OAuth), and calendars that are made again.

ALTER TABLE links ADD COLUMN calendar_zone TEXT;             -- IANA; where the provider needs one for floating times
ALTER TABLE links ADD COLUMN calendar_made_at INTEGER;       -- when we made it; NULL: we did not, or before this column
CREATE INDEX links_account ON links (account);

CREATE TABLE authorizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    provider TEXT NOT NULL,
    state_hash BLOB NOT NULL UNIQUE,                         -- of the `state` that goes to the provider and back
    ticket_hash BLOB UNIQUE,                                 -- of what the page that asks for the confirmation holds
    phase TEXT NOT NULL CHECK (phase IN ('sent', 'returned', 'granted', 'ended')),
    secrets BLOB NOT NULL,                                   -- sealed with the vault; empty once it has ended
    ending TEXT,                                             -- how it ended: linked, or why not
    expires_at INTEGER NOT NULL
);
CREATE INDEX authorizations_expiry ON authorizations (expires_at);
