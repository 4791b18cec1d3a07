-- Room for providers that give objects names of their own.

ALTER TABLE placements ADD COLUMN seen_handle TEXT;     -- what the provider calls the object; NULL: it goes by our key
