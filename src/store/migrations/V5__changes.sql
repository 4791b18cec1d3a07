-- Every change of what is held for a holder has a number, the next one of that holder, taken in the write itself: it says
-- which of two changes came later where clocks can't.

ALTER TABLE holders ADD COLUMN last_change INTEGER NOT NULL DEFAULT 0;  -- the number taken last
ALTER TABLE events ADD COLUMN change INTEGER NOT NULL DEFAULT 0;        -- of its last change; 0: before there were numbers
