-- Whose identity opens the credentials of a link, and whether a link waits for its person for that reason alone.

ALTER TABLE links ADD COLUMN sealed_for TEXT;   -- an age recipient; NULL: from before, and found out at the next start
ALTER TABLE links ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0;     -- it waits because nobody could open them
CREATE INDEX links_sealed_for ON links (sealed_for, state);

-- Until now only the words of its history said so.
UPDATE links SET unreadable = 1 WHERE state = 'needs_reauthorization' AND
    (SELECT instr(detail, 'a sealed secret') FROM activity
     WHERE activity.holder_id = links.holder_id AND kind = 'needs_reauthorization'
     ORDER BY activity.id DESC LIMIT 1) > 0;
