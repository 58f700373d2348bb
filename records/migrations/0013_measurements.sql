-- Up Migration

-- What repositories and GitLab told when they were last asked, as far as everybody may know it. What was told before is not kept, for it
-- can be told again.
CREATE TABLE measurements (
  measure text PRIMARY KEY,
  facts jsonb NOT NULL,
  measured_at timestamptz NOT NULL
);
