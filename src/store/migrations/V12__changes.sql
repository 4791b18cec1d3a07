-- Every change of what a client system has here gets a row and the next number of that client system, in the transaction that
-- makes it. Until now holders were numbered each by themselves, and nobody was told.

CREATE TABLE changes (
    client_system_id INTEGER NOT NULL,              -- that of the holder
    number INTEGER NOT NULL,                        -- from 1, without gaps, in the order of the commits
    holder_id INTEGER NOT NULL REFERENCES holders (id),
    at INTEGER NOT NULL,
    what TEXT NOT NULL,                             -- event.created, link.connected, ...
    public_id TEXT,                                 -- of an event: what answers call it; NULL: of a link
    event_id TEXT,                                  -- what its client system calls it; NULL: it gave none
    provider TEXT,                                  -- of a link; NULL: of an event
    PRIMARY KEY (client_system_id, number)
) WITHOUT ROWID;
CREATE INDEX changes_holder ON changes (holder_id, number);

UPDATE events SET change = 0;                       -- before there were numbers of the client system
ALTER TABLE holders DROP COLUMN last_change;
