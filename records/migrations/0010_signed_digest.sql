-- Up Migration

-- What exactly was signed: the digest of a rehearsal. Null: a decision of another kind.
ALTER TABLE decisions ADD COLUMN digest text;
