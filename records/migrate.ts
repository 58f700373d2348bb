import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

/** Any number will do, as long as nobody else locks with it. */
const MIGRATION_LOCK = 7_233_018;

/**
 * Brings the schema up to date. Any number of processes may ask at once: one works, the others wait for it.
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const folder = migrationsFolder();
  const wanted = migrationNames(folder);
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    if ((await namesRun(client)).length >= wanted.length) return [];
    // Loading the library takes longer than everything else here, and most starts find nothing to do.
    const { runner } = await import('node-pg-migrate');
    const run = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      lockValue: MIGRATION_LOCK,
      log: () => undefined,
    });
    return run.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function namesRun(client: Client): Promise<readonly string[]> {
  const exists = await client.query<{ found: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AS found`,
  );
  if (exists.rows[0]?.found !== true) return [];
  const names = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  return names.rows.map(({ name }) => name);
}

function migrationNames(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.sql'));
}

/** The SQL files are not compiled, so they are read from the package, whether this code runs from its source or from dist/. */
function migrationsFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'records/migrations');
  }
  throw new Error(`no package.json above ${__dirname}`);
}
