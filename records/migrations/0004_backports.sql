-- Up Migration

CREATE TABLE backports (
  project text NOT NULL,
  -- The merge request of the change.
  iid integer NOT NULL,
  minor text NOT NULL CHECK (minor ~ '^[0-9]+\.[0-9]+$'),
  branch text NOT NULL,
  title text NOT NULL,
  author text NOT NULL,
  team text,
  kind text NOT NULL CHECK (kind IN ('bug', 'perf', 'security')),
  state text NOT NULL CHECK (state IN ('owed', 'proposed', 'checked', 'merged', 'conflicted', 'declined', 'not_needed')),
  -- What the state brings along: merge request, files, who declined and why.
  details jsonb NOT NULL DEFAULT '{}',
  sentence text NOT NULL,
  -- Somebody was asked about it.
  asked boolean NOT NULL DEFAULT false,
  owed_since timestamptz NOT NULL DEFAULT now(),
  since timestamptz NOT NULL DEFAULT now(),
  -- Its minor got no fixes any more while it was open.
  missed_at timestamptz,
  PRIMARY KEY (project, iid, minor)
);
CREATE INDEX backports_open ON backports (project, minor) WHERE state NOT IN ('merged', 'declined', 'not_needed');
CREATE INDEX backports_of_team ON backports (team);

CREATE TABLE backport_changes (
  project text NOT NULL,
  iid integer NOT NULL,
  minor text NOT NULL,
  ordinal integer NOT NULL,
  to_state text NOT NULL,
  details jsonb NOT NULL,
  actor jsonb NOT NULL,
  sentence text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project, iid, minor, ordinal),
  FOREIGN KEY (project, iid, minor) REFERENCES backports
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON backport_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
