-- Up Migration

-- What a fix is called once it is disclosed; its own title stays secret for longer.
ALTER TABLE embargoes
  ADD COLUMN public_title text,
  ADD COLUMN cve text CHECK (cve ~ '^CVE-[0-9]{4}-[0-9]{4,}$');
