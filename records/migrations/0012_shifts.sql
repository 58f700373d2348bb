-- Up Migration

-- Who manages releases from when to when: what the roster says follows from every revision so far.
CREATE TABLE shift_revisions (
  -- Counted without gaps, as revisions of the calendar are; a shift is named after the revision that it came with.
  number integer PRIMARY KEY CHECK (number > 0),
  request_key text NOT NULL UNIQUE,
  -- What was asked for, word for word: the same key with other words is refused.
  wanted jsonb NOT NULL,
  kind text NOT NULL CHECK (kind IN ('set', 'cancel')),
  shift jsonb NOT NULL,
  made_by jsonb NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  made_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shift_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
