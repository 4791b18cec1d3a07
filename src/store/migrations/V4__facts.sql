-- What happened, and why a resync failed, are facts: their data lies here as JSON. Until now it lay here in words, which
-- are not read: they are kept as what they are, and quoted. Only what `pasarela check` counts is told apart once more.

UPDATE activity SET detail = CASE
    WHEN kind = 'needs_reauthorization' AND instr(detail, 'It ended seven days after it was given') > 0
        THEN json_object('was', detail, 'cause', 'testing_period')
    ELSE json_object('was', detail) END;

UPDATE resync_runs SET error = json_object('was', error) WHERE error IS NOT NULL;
