-- Up Migration

-- What is known of each ref that is mirrored. Objects are null where a side does not have the ref.
CREATE TABLE mirrored_refs (
  project text NOT NULL,
  ref text NOT NULL,
  state text NOT NULL CHECK (state IN ('in_sync', 'gone', 'behind', 'missing', 'refused', 'ahead', 'diverged',
    'rewritten', 'deleted', 'stray', 'collision', 'left')),
  canonical text,
  security text,
  build text,
  sentence text NOT NULL,
  -- The object on which all sides last agreed.
  agreed text,
  -- Objects of which a person has said that they may differ.
  left_as jsonb,
  -- Since when it is in its state.
  since timestamptz NOT NULL DEFAULT now(),
  -- The look that saw it. An older look never overwrites a newer one.
  look bigint NOT NULL,
  -- How often it has come to differ; counts its tasks.
  difference integer NOT NULL DEFAULT 0,
  -- Issue that asks a person, while it is open.
  task integer,
  PRIMARY KEY (project, ref)
);
CREATE INDEX mirrored_refs_apart ON mirrored_refs (project) WHERE state NOT IN ('in_sync', 'gone');

CREATE TABLE mirrored_ref_changes (
  project text NOT NULL,
  ref text NOT NULL,
  ordinal integer NOT NULL,
  -- What was done, by business identity: done again it is written once.
  key text NOT NULL,
  -- A state of the ref, or what was done about it.
  to_state text NOT NULL,
  canonical text,
  security text,
  build text,
  actor jsonb NOT NULL,
  sentence text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project, ref, ordinal),
  UNIQUE (project, ref, key)
);

CREATE FUNCTION lock_mirror(p_project text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('mirror:' || p_project, 0));
$$;

CREATE FUNCTION is_difference(p_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT p_state IN ('refused', 'ahead', 'diverged', 'rewritten', 'deleted', 'stray', 'collision');
$$;

CREATE FUNCTION append_mirrored_ref_change(
  p_project text, p_ref text, p_key text, p_to_state text, p_canonical text, p_security text, p_build text,
  p_actor jsonb, p_sentence text
) RETURNS void LANGUAGE sql AS $$
  INSERT INTO mirrored_ref_changes
      (project, ref, ordinal, key, to_state, canonical, security, build, actor, sentence)
    SELECT p_project, p_ref, coalesce(max(ordinal), 0) + 1, p_key, p_to_state, p_canonical, p_security, p_build,
        p_actor, p_sentence
      FROM mirrored_ref_changes WHERE project = p_project AND ref = p_ref
    ON CONFLICT (project, ref, key) DO NOTHING;
$$;

-- What a look has seen. Refs that are as they were leave no trace.
CREATE FUNCTION record_mirrored_refs(p_project text, p_look bigint, p_actor jsonb, p_refs jsonb) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
  seen record;
BEGIN
  PERFORM lock_mirror(p_project);
  FOR seen IN
    SELECT s.*, m.state AS before FROM jsonb_to_recordset(p_refs)
        AS s(ref text, state text, canonical text, security text, build text, sentence text)
      LEFT JOIN mirrored_refs m ON m.project = p_project AND m.ref = s.ref
      WHERE m.ref IS NULL OR (m.look <= p_look AND (m.state, m.canonical, m.security, m.build, m.sentence)
        IS DISTINCT FROM (s.state, s.canonical, s.security, s.build, s.sentence))
  LOOP
    PERFORM append_mirrored_ref_change(p_project, seen.ref,
      concat_ws(' ', 'look', p_look, seen.state, md5(concat_ws(' ', coalesce(seen.canonical, '-'),
        coalesce(seen.security, '-'), coalesce(seen.build, '-'), seen.sentence))),
      seen.state, seen.canonical, seen.security, seen.build, p_actor, seen.sentence);
    INSERT INTO mirrored_refs AS m
        (project, ref, state, canonical, security, build, sentence, agreed, look, difference)
      VALUES (p_project, seen.ref, seen.state, seen.canonical, seen.security, seen.build, seen.sentence,
        CASE WHEN seen.state = 'in_sync' THEN seen.canonical END, p_look, is_difference(seen.state)::integer)
      ON CONFLICT (project, ref) DO UPDATE SET
        state = excluded.state, canonical = excluded.canonical, security = excluded.security,
        build = excluded.build, sentence = excluded.sentence, look = excluded.look,
        agreed = CASE excluded.state WHEN 'in_sync' THEN excluded.canonical WHEN 'gone' THEN NULL ELSE m.agreed END,
        left_as = CASE WHEN excluded.state IN ('in_sync', 'gone') THEN NULL ELSE m.left_as END,
        since = CASE WHEN m.state = excluded.state THEN m.since ELSE now() END,
        difference = m.difference + (is_difference(excluded.state) AND NOT is_difference(m.state))::integer;
  END LOOP;
  RETURN now();
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mirrored_ref_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
