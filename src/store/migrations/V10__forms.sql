-- An event is said in iCalendar or in JSON, and has a name of ours by which answers call it.

ALTER TABLE events RENAME COLUMN ical TO text;                          -- as the client system sent it
ALTER TABLE events ADD COLUMN form TEXT NOT NULL DEFAULT 'ical' CHECK (form IN ('ical', 'json'));
ALTER TABLE events ADD COLUMN public_id TEXT;                           -- 'ev_' and a UUID of version 7

-- Those from before get names as if they had been made when they came.
UPDATE events SET public_id =
    'ev_' || printf('%012x', max(created_at, 0)) || '7' || substr(lower(hex(randomblob(2))), 1, 3)
          || substr('89ab', 1 + (random() & 3), 1) || substr(lower(hex(randomblob(8))), 1, 15);

CREATE UNIQUE INDEX events_public_id ON events (public_id);
