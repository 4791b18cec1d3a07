-- Many client systems: what each is called, what it has chosen, which secrets it shares with us, and who did what.

ALTER TABLE client_systems RENAME COLUMN name TO slug;          -- how the operator calls it
ALTER TABLE client_systems ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
ALTER TABLE client_systems ADD COLUMN state TEXT NOT NULL DEFAULT 'active'
    CHECK (state IN ('active', 'suspended', 'removing', 'removed'));
ALTER TABLE client_systems ADD COLUMN naming TEXT NOT NULL DEFAULT 'id' CHECK (naming IN ('phone', 'id'));
ALTER TABLE client_systems ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE client_systems ADD COLUMN locale TEXT NOT NULL DEFAULT 'es';
ALTER TABLE client_systems ADD COLUMN time_zone TEXT;           -- IANA; NULL: the installation's
ALTER TABLE client_systems ADD COLUMN default_region TEXT;      -- ISO 3166; NULL: the installation's
ALTER TABLE client_systems ADD COLUMN events_url TEXT;          -- where it tells all events of a holder; NULL: nowhere
ALTER TABLE client_systems ADD COLUMN webhook_url TEXT;         -- where it wants to be told; NULL: nowhere
ALTER TABLE client_systems ADD COLUMN json_names TEXT NOT NULL DEFAULT 'snake' CHECK (json_names IN ('snake', 'camel'));
ALTER TABLE client_systems ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '[]';   -- a JSON array
ALTER TABLE client_systems ADD COLUMN takes_md5 INTEGER NOT NULL DEFAULT 1;
ALTER TABLE client_systems ADD COLUMN guests_as_attendees INTEGER NOT NULL DEFAULT 0;
ALTER TABLE client_systems ADD COLUMN direction TEXT NOT NULL DEFAULT 'export'
    CHECK (direction IN ('export', 'import', 'both'));
ALTER TABLE client_systems ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';            -- a JSON object
ALTER TABLE client_systems ADD COLUMN branding TEXT NOT NULL DEFAULT '{}';          -- a JSON object
ALTER TABLE client_systems ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;        -- 0: before this column

UPDATE client_systems SET naming = 'phone', display_name = 'Puentes',
    -- A UUID of version 7, as those that are made by the program.
    public_id = 'cs_' || printf('%012x', CAST(unixepoch('subsec') * 1000 AS INTEGER)) || '7' ||
        substr(lower(hex(randomblob(2))), 2) || 'a' || substr(lower(hex(randomblob(8))), 2)
    WHERE id = 1;
CREATE UNIQUE INDEX client_systems_public_id ON client_systems (public_id);

CREATE TABLE client_system_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_system_id INTEGER NOT NULL REFERENCES client_systems (id),
    public_id TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,                            -- the operator's words
    sealed BLOB NOT NULL,                           -- with the vault
    sealed_for TEXT NOT NULL,                       -- an age recipient
    created_at INTEGER NOT NULL,
    expires_at INTEGER                              -- NULL: until it is revoked
);
CREATE INDEX client_system_secrets_client ON client_system_secrets (client_system_id);

-- Who changed keys, client systems and links, and who was refused. It refers to no other table, because it outlives what it
-- tells of.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    client_system_id INTEGER,                       -- NULL: of the installation itself
    holder_id INTEGER,                              -- NULL: of no holder
    actor_kind TEXT NOT NULL,                       -- operator, key, token, person, server
    actor_id TEXT,                                  -- the public name of the key, the operator's user name
    via TEXT NOT NULL,                              -- command_line, api, page
    action TEXT NOT NULL,                           -- a stable word: client.added, key.revoked, ...
    object TEXT,                                    -- the public name of what it was done to
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    request_id TEXT,
    detail TEXT NOT NULL                            -- a JSON object; never a secret
);
CREATE INDEX audit_client ON audit (client_system_id, id);

-- Entries below the cut may go. Only what keeps to the retention moves it, and only forward.
CREATE TABLE audit_cut (id INTEGER PRIMARY KEY CHECK (id = 1), below INTEGER NOT NULL);
INSERT INTO audit_cut (id, below) VALUES (1, 0);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'an audit entry is never changed'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN OLD.id >= (SELECT below FROM audit_cut WHERE id = 1)
    BEGIN SELECT RAISE(ABORT, 'an audit entry is kept for its time'); END;
-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'an audit entry is never replaced'); END;
CREATE TRIGGER audit_cut_moves_forward BEFORE UPDATE ON audit_cut WHEN NEW.below < OLD.below OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'the cut of the audit moves forward only'); END;
CREATE TRIGGER audit_cut_stays BEFORE DELETE ON audit_cut
    BEGIN SELECT RAISE(ABORT, 'the cut of the audit stays'); END;
CREATE TRIGGER audit_cut_is_one BEFORE INSERT ON audit_cut
    BEGIN SELECT RAISE(ABORT, 'there is one cut of the audit'); END;
