import { Client } from 'pg';

/**
 * Stops the clock of a database that nobody is connected to yet. What is made at an instant of the record, commits and tags and
 * packages, then has the same bytes in two worlds, and can be compared to the last one.
 */
export async function stopClock(url: string, at: Date): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE SCHEMA stopped');
    await client.query(
      `CREATE FUNCTION stopped.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT '${at.toISOString()}'::timestamptz $$`,
    );
    const { rows } = await client.query<{ readonly statement: string }>(
      `SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT stopped.now()', table_schema, table_name, column_name)
         AS statement
       FROM information_schema.columns WHERE column_default = 'now()'`,
    );
    for (const { statement } of rows) await client.query(statement);
    const database = new URL(url).pathname.slice(1);
    await client.query(`ALTER DATABASE ${database} SET search_path = stopped, public, pg_catalog`);
  } finally {
    await client.end();
  }
}
