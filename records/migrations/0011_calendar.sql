-- Up Migration

-- The published calendar: what it says follows from every revision so far, so that no date is ever moved in silence.
CREATE TABLE calendar_revisions (
  -- Counted without gaps: a revision takes the number after the last one that it was computed from, and of two that do so at once one is added.
  number integer PRIMARY KEY CHECK (number > 0),
  request_key text NOT NULL UNIQUE,
  -- What was asked for, word for word: the same key with other words is refused.
  wanted jsonb NOT NULL,
  kind text NOT NULL CHECK (kind IN ('publish', 'move', 'cancel')),
  entries jsonb NOT NULL CHECK (jsonb_array_length(entries) > 0),
  made_by jsonb NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  made_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON calendar_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
