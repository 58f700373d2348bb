-- Up Migration

-- What repositories and GitLab told when they were last asked, of what everybody may know: read by whoever judges dates. What was told
-- before is not kept, for it can be told again.
CREATE TABLE measurements (
  measure text PRIMARY KEY,
  facts jsonb NOT NULL,
  measured_at timestamptz NOT NULL
);
