-- Up Migration

-- What internal releases were asked for, and so who may know of each. Read by its audience alone.
CREATE TABLE internal_requests (
  workflow_id text PRIMARY KEY CHECK (workflow_id ~ '^internal:[a-z0-9]{10}$'),
  -- What the person's request was keyed with: asked twice, it is one.
  request_key text NOT NULL UNIQUE,
  request jsonb NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON internal_requests
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
