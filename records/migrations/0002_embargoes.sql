-- Up Migration

-- One row. Whoever changes the registry holds it, so changes come one after the other.
CREATE TABLE embargo_registry (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision bigint NOT NULL
);
INSERT INTO embargo_registry (revision) VALUES (0);

CREATE TABLE embargoes (
  id text PRIMARY KEY CHECK (id ~ '^embargo:[a-z0-9]{10}$'),
  -- Place in the registry.
  ordinal integer NOT NULL UNIQUE,
  title text NOT NULL,
  owner text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('S1', 'S2', 'S3', 'S4')),
  state text NOT NULL CHECK (state IN ('opened', 'fixed_on_managed_systems', 'sealed', 'disclosing', 'disclosed',
    'texts_public', 'withdrawn', 'compromised', 'declassified')),
  since timestamptz NOT NULL DEFAULT now(),
  affects jsonb NOT NULL,
  not_before timestamptz,
  -- The release that discloses it.
  plan text,
  CHECK (state <> 'disclosing' OR plan IS NOT NULL)
);

CREATE TABLE embargo_audience (
  embargo text NOT NULL REFERENCES embargoes,
  -- {"person": id} or {"role": name}
  who jsonb NOT NULL,
  "as" text NOT NULL CHECK ("as" IN ('security', 'release', 'owner', 'reviewer', 'operator')),
  until timestamptz NOT NULL,
  PRIMARY KEY (embargo, who)
);

CREATE TABLE embargo_topics (
  embargo text NOT NULL REFERENCES embargoes,
  project text NOT NULL,
  line text NOT NULL CHECK (line ~ '^(default|[0-9]+\.[0-9]+)$'),
  branch text NOT NULL,
  head text NOT NULL,
  -- Its branch was deleted; its objects are kept.
  gone boolean NOT NULL DEFAULT false,
  PRIMARY KEY (embargo, project, line)
);

-- Every object that was ever part of a topic, whatever became of the branch.
CREATE TABLE embargo_objects (
  project text NOT NULL,
  object text NOT NULL CHECK (object ~ '^[0-9a-f]{40,64}$'),
  embargo text NOT NULL REFERENCES embargoes,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (embargo, project, object)
);
CREATE INDEX embargo_objects_by_id ON embargo_objects (object, project);

-- What its changes look like, whatever commit they are in.
CREATE TABLE embargo_fingerprints (
  embargo text NOT NULL REFERENCES embargoes,
  project text NOT NULL,
  -- How fingerprints were made; those of another making are never compared.
  making text NOT NULL,
  fingerprint text NOT NULL,
  PRIMARY KEY (making, fingerprint, embargo, project)
);

CREATE TABLE embargo_history (
  embargo text NOT NULL REFERENCES embargoes,
  ordinal integer NOT NULL,
  key text NOT NULL UNIQUE,
  act text NOT NULL,
  actor jsonb NOT NULL,
  reason text NOT NULL,
  details jsonb NOT NULL,
  -- Of the registry, after the change.
  revision bigint NOT NULL UNIQUE,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (embargo, ordinal)
);

-- What the gate saw. Read by the cleared only.
CREATE TABLE embargo_findings (
  key text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('denied', 'question', 'exposed')),
  -- The embargoes that it is about; none where no registered secret was touched.
  embargoes text[] NOT NULL,
  project text NOT NULL,
  release text NOT NULL,
  sentence text NOT NULL,
  evidence jsonb NOT NULL,
  revision bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX embargo_findings_of_embargo ON embargo_findings USING gin (embargoes);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['embargo_objects', 'embargo_fingerprints', 'embargo_history', 'embargo_findings'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END $$;
