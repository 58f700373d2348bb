-- Up Migration

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only, % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'SB403';
END $$;

-- The same name with other content: the detail names both.
CREATE FUNCTION refuse_other_content(place text, recorded jsonb, offered jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is recorded with other content', place
    USING ERRCODE = 'SB409', DETAIL = jsonb_build_object('where', place, 'recorded', recorded, 'offered', offered)::text;
END $$;

CREATE TABLE serials (
  kind text NOT NULL,
  serial integer NOT NULL,
  request_key text NOT NULL,
  PRIMARY KEY (kind, serial),
  UNIQUE (kind, request_key)
);

-- Gap-free: counted under a lock, in the transaction that takes it.
CREATE FUNCTION next_serial(p_kind text, p_request_key text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  answer integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('serial:' || p_kind, 0));
  SELECT serial INTO answer FROM serials WHERE kind = p_kind AND request_key = p_request_key;
  IF NOT FOUND THEN
    INSERT INTO serials (kind, serial, request_key)
      SELECT p_kind, coalesce(max(serial), 0) + 1, p_request_key FROM serials WHERE kind = p_kind
      RETURNING serial INTO answer;
  END IF;
  RETURN answer;
END $$;

CREATE TABLE releases (
  workflow_id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('monthly', 'patch', 'internal')),
  title text NOT NULL,
  request_key text NOT NULL UNIQUE,
  settings jsonb NOT NULL,
  started_by jsonb NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE transitions (
  workflow_id text NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  -- The release that the workflow belongs to; itself, but for the child of a version.
  release text NOT NULL,
  to_state text NOT NULL,
  actor jsonb NOT NULL,
  sentence text NOT NULL,
  evidence jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workflow_id, ordinal)
);
CREATE INDEX transitions_of_release ON transitions (release, recorded_at);

CREATE FUNCTION record_transitions(p_workflow_id text, p_release text, p_lines jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  written integer;
  clash record;
BEGIN
  INSERT INTO transitions (workflow_id, ordinal, release, to_state, actor, sentence, evidence)
    SELECT p_workflow_id, l.ordinal, p_release, l."to", l.actor, l.sentence, l.evidence
    FROM jsonb_to_recordset(p_lines) AS l(ordinal integer, "to" text, actor jsonb, sentence text, evidence jsonb)
    ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written < jsonb_array_length(p_lines) THEN
    SELECT t.ordinal, l.line,
        jsonb_build_object('ordinal', t.ordinal, 'to', t.to_state, 'actor', t.actor, 'sentence', t.sentence,
          'evidence', t.evidence) AS recorded
      INTO clash
      FROM jsonb_array_elements(p_lines) AS l(line)
      JOIN transitions t ON t.workflow_id = p_workflow_id AND t.ordinal = (l.line ->> 'ordinal')::integer
      WHERE (t.to_state, t.sentence, t.actor, t.evidence)
        IS DISTINCT FROM (l.line ->> 'to', l.line ->> 'sentence', l.line -> 'actor', l.line -> 'evidence')
      LIMIT 1;
    IF FOUND THEN
      PERFORM refuse_other_content(
        format('transition %s of %s', clash.ordinal, p_workflow_id), clash.recorded, clash.line);
    END IF;
  END IF;
END $$;

CREATE TABLE versions (
  -- 'product', or the name of a project that counts its own versions.
  line text NOT NULL,
  number text NOT NULL,
  minor text NOT NULL,
  -- Orders numbers: candidates < final < internals of it < next patch.
  sort_key integer[] NOT NULL,
  state text NOT NULL
    CHECK (state IN ('reserved', 'tagged', 'built', 'publishing', 'published', 'burned', 'withdrawn')),
  release text NOT NULL,
  -- The product's number that ships it; a product's number ships itself.
  product_version text NOT NULL,
  -- Sort key of the published version that it contains; null: none was published in its minor.
  composed_on integer[],
  reason text,
  reserved_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (line, number),
  CHECK ((state IN ('burned', 'withdrawn')) = (reason IS NOT NULL))
);
CREATE INDEX versions_of_minor ON versions (line, minor, sort_key);
CREATE INDEX versions_of_release ON versions (release);

CREATE TABLE tags (
  project text NOT NULL,
  name text NOT NULL,
  sha text NOT NULL,
  release text NOT NULL,
  product_version text NOT NULL,
  state text NOT NULL CHECK (state IN ('private', 'public', 'withdrawn')),
  PRIMARY KEY (project, name)
);
CREATE INDEX tags_of_release ON tags (release);

CREATE TABLE packages (
  project text NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  file text NOT NULL,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  release text NOT NULL,
  product_version text NOT NULL,
  state text NOT NULL CHECK (state IN ('private', 'public', 'withdrawn')),
  PRIMARY KEY (project, name, version, file)
);
CREATE INDEX packages_of_release ON packages (release);

-- A tag has one commit for ever; its state moves from private to public only.
CREATE FUNCTION record_tags(p_release text, p_product_version text, p_tags jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  clash record;
BEGIN
  INSERT INTO tags (project, name, sha, release, product_version, state)
    SELECT g.project, g.name, g.sha, p_release, p_product_version, g.state
    FROM jsonb_to_recordset(p_tags) AS g(project text, name text, sha text, state text)
    ON CONFLICT (project, name) DO UPDATE SET state = excluded.state
      WHERE tags.sha = excluded.sha AND tags.state = 'private' AND excluded.state = 'public';
  SELECT t.project, t.name, t.sha, g.sha AS offered INTO clash
    FROM jsonb_to_recordset(p_tags) AS g(project text, name text, sha text)
    JOIN tags t USING (project, name)
    WHERE t.sha <> g.sha LIMIT 1;
  IF FOUND THEN
    PERFORM refuse_other_content(
      format('tag %s of %s', clash.name, clash.project), to_jsonb(clash.sha), to_jsonb(clash.offered));
  END IF;
END $$;

CREATE FUNCTION record_packages(p_release text, p_product_version text, p_packages jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  clash record;
BEGIN
  INSERT INTO packages (project, name, version, file, sha256, bytes, release, product_version, state)
    SELECT g.project, g.name, g.version, g.file, g.sha256, g.bytes, p_release, p_product_version, g.state
    FROM jsonb_to_recordset(p_packages)
      AS g(project text, name text, version text, file text, sha256 text, bytes bigint, state text)
    ON CONFLICT (project, name, version, file) DO UPDATE SET state = excluded.state
      WHERE packages.sha256 = excluded.sha256 AND packages.state = 'private' AND excluded.state = 'public';
  SELECT k.project, k.name, k.version, k.file, k.sha256, g.sha256 AS offered INTO clash
    FROM jsonb_to_recordset(p_packages) AS g(project text, name text, version text, file text, sha256 text, bytes bigint)
    JOIN packages k USING (project, name, version, file)
    WHERE k.sha256 <> g.sha256 OR k.bytes <> g.bytes LIMIT 1;
  IF FOUND THEN
    PERFORM refuse_other_content(
      format('package %s %s %s of %s', clash.name, clash.version, clash.file, clash.project),
      to_jsonb(clash.sha256), to_jsonb(clash.offered));
  END IF;
END $$;

CREATE TABLE effects (
  key text PRIMARY KEY,
  release text NOT NULL,
  workflow_id text NOT NULL,
  step text NOT NULL,
  target text NOT NULL,
  result jsonb NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX effects_of_release ON effects (release, made_at);

-- The effect and the lines of the record that it stands for, all or nothing, in one round trip. Answers when it was first made.
CREATE FUNCTION record_effect(
  p_key text, p_release text, p_workflow_id text, p_step text, p_target text, p_result jsonb, p_lines jsonb
) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  made timestamptz;
  first jsonb;
BEGIN
  INSERT INTO effects (key, release, workflow_id, step, target, result)
    VALUES (p_key, p_release, p_workflow_id, p_step, p_target, p_result)
    ON CONFLICT (key) DO NOTHING RETURNING made_at INTO made;
  IF made IS NULL THEN
    SELECT made_at, result INTO made, first FROM effects WHERE key = p_key;
    IF first <> p_result THEN
      PERFORM refuse_other_content('effect ' || p_key, first, p_result);
    END IF;
  END IF;
  IF jsonb_array_length(p_lines) > 0 THEN
    PERFORM record_transitions(p_workflow_id, p_release, p_lines);
  END IF;
  RETURN made;
END $$;

CREATE FUNCTION record_artifacts(p_release text, p_product_version text, p_tags jsonb, p_packages jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_array_length(p_tags) > 0 THEN
    PERFORM record_tags(p_release, p_product_version, p_tags);
  END IF;
  IF jsonb_array_length(p_packages) > 0 THEN
    PERFORM record_packages(p_release, p_product_version, p_packages);
  END IF;
END $$;

CREATE TABLE inclusions (
  release text NOT NULL,
  product_version text NOT NULL,
  project text NOT NULL,
  merge_request integer NOT NULL,
  sha text NOT NULL,
  title text NOT NULL,
  author text NOT NULL,
  web_url text NOT NULL,
  PRIMARY KEY (release, product_version, project, merge_request)
);

CREATE TABLE inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  idempotency_key text NOT NULL UNIQUE,
  event text NOT NULL,
  project text NOT NULL,
  ref text,
  sha text,
  pipeline bigint,
  status text,
  payload jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_of_pipeline ON inbox (project, pipeline, id DESC) WHERE pipeline IS NOT NULL;
CREATE INDEX inbox_of_ref ON inbox (project, ref, sha, id DESC) WHERE pipeline IS NOT NULL;

CREATE FUNCTION announce_pipeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('pipelines', json_build_object('project', NEW.project, 'pipeline', NEW.pipeline, 'ref', NEW.ref)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER announce_pipeline AFTER INSERT ON inbox
  FOR EACH ROW WHEN (NEW.pipeline IS NOT NULL) EXECUTE FUNCTION announce_pipeline();

CREATE TABLE decisions (
  id text PRIMARY KEY,
  release text NOT NULL,
  made_by jsonb NOT NULL,
  decision text NOT NULL,
  reason text NOT NULL,
  accepted boolean NOT NULL,
  sentence text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX decisions_of_release ON decisions (release, made_at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['serials', 'releases', 'transitions', 'effects', 'inclusions', 'inbox', 'decisions'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END $$;
