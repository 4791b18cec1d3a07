-- When events happen, so that those of a range are found without reading all of them.
-- Rows from before have no size: they are read, and sized behind.

ALTER TABLE events ADD COLUMN size INTEGER;         -- how long it spans, in classes; NULL: not sized yet
ALTER TABLE events ADD COLUMN first_at INTEGER;     -- nothing of it happens before
ALTER TABLE events ADD COLUMN last_at INTEGER;      -- nothing of it happens after; NULL: it has no end
ALTER TABLE events ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN res_model TEXT;       -- what record of its client system it hangs on; NULL: on none
ALTER TABLE events ADD COLUMN res_id TEXT;
CREATE INDEX events_time ON events (holder_id, size, first_at);
CREATE INDEX events_unsized ON events (id) WHERE size IS NULL;
CREATE INDEX events_record ON events (holder_id, res_model, res_id) WHERE res_model IS NOT NULL;

-- Whom of the same client system an event names, beside the one whose it is.
CREATE TABLE attendances (
    client_system_id INTEGER NOT NULL,
    holder_key TEXT NOT NULL,                       -- a holder, perhaps one of whom nothing else is known
    size INTEGER NOT NULL,                          -- as of the event
    first_at INTEGER NOT NULL,
    event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,                      -- of the content that names them; rows of others mean nothing
    PRIMARY KEY (client_system_id, holder_key, size, first_at, event_id)
) WITHOUT ROWID;
CREATE INDEX attendances_event ON attendances (event_id);
