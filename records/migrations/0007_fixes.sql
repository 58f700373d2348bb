-- Up Migration

-- By whom, why and since when nothing takes it: {"by", "reason", "since"}. Null: whatever it is ready for may take it.
ALTER TABLE embargoes ADD COLUMN pulled jsonb;

-- What a patch that closed has left out, as it was judged then. Read by the audience of each embargo only.
CREATE TABLE fixes_left_out (
  release text NOT NULL,
  embargo text NOT NULL REFERENCES embargoes,
  verdict jsonb NOT NULL,
  -- Heads of the topics that were judged.
  heads text[] NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (release, embargo)
);

-- Everything that publication will do, as it was computed. Read by release managers and AppSec only.
CREATE TABLE rehearsals (
  release text NOT NULL,
  -- SHA-256 of what will be public.
  digest text NOT NULL,
  page jsonb NOT NULL,
  -- When it was last found to be so.
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (release, digest)
);
