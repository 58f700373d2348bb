-- Up Migration

-- What branches of canonical have lost of disclosed fixes, as they were last looked at; what was found before is not kept, for it can be
-- found again. Who accepted it stands in the history of the embargo.
CREATE TABLE reverted_fixes (
  embargo text NOT NULL REFERENCES embargoes,
  project text NOT NULL,
  branch text NOT NULL,
  line text NOT NULL,
  merged text NOT NULL,
  commit text NOT NULL,
  is_merge boolean NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (embargo, project, branch)
);
