-- Objects of ours that no event goes by any more have rows of their own, so that the wish that they go outlives whatever
-- asked for it; and what a rebuild asks for, and what the brake holds, stands beside what it is about.
-- The table is made anew, because a column can't be made to take NULL; no other table refers to it.

CREATE TABLE placements_7 (
    id INTEGER PRIMARY KEY,
    link_id INTEGER NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    event_id INTEGER REFERENCES events (id),        -- NULL: a stray; it is wanted absent
    generation INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL,                              -- derived before the first call: the intent
    wanted INTEGER,                                 -- revision; NULL: absent
    anew INTEGER NOT NULL DEFAULT 0,                -- wanted under a new name: what stands under this one goes first
    known TEXT NOT NULL CHECK (known IN ('nothing', 'at', 'unsure', 'gone')),
    seen_version TEXT,
    seen_handle TEXT,                               -- what the provider calls the object; NULL: it goes by our key
    seen_revision INTEGER,
    refused INTEGER,                                -- the revision that the provider will never take
    due_at INTEGER,                                 -- when to act; NULL: at rest
    held INTEGER NOT NULL DEFAULT 0,                -- not to be created before the question of the brake is answered
    attempts INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_attempt_at INTEGER,
    reason TEXT,
    degradations TEXT,                              -- JSON array of sentences
    written_at INTEGER,                             -- the last time that we wrote it
    confirmed_at INTEGER,                           -- the last time that the provider showed it as we wrote it
    UNIQUE (link_id, event_id),
    UNIQUE (link_id, key),
    CHECK (event_id IS NOT NULL OR wanted IS NULL)
);
INSERT INTO placements_7 (id, link_id, event_id, generation, key, wanted, known, seen_version, seen_handle,
                          seen_revision, refused, due_at, attempts, failing_since, last_attempt_at, reason,
                          degradations, written_at, confirmed_at)
    SELECT id, link_id, event_id, generation, key, wanted, known, seen_version, seen_handle, seen_revision, refused,
           due_at, attempts, failing_since, last_attempt_at, reason, degradations, written_at, confirmed_at
    FROM placements;
DROP TABLE placements;
ALTER TABLE placements_7 RENAME TO placements;
CREATE INDEX placements_due ON placements (link_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX placements_event ON placements (event_id);

ALTER TABLE links ADD COLUMN held TEXT;             -- the question of the brake (JSON), until it is answered
