-- An event of an answer that can't be read stops no other: the run lists it, and the event whose newest content it was says so.

ALTER TABLE resync_runs ADD COLUMN skipped TEXT;                            -- a JSON array of facts; NULL: none
ALTER TABLE resync_runs ADD COLUMN skipped_count INTEGER NOT NULL DEFAULT 0; -- of all, also those not listed
ALTER TABLE events ADD COLUMN unread TEXT;  -- a fact as JSON: why a newer content can't be read; NULL: the newest is held
