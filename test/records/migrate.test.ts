import { transformFileSync } from '@swc/core';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { migrate } from '../../records/migrate';
import { freshDatabase, type TestDatabase } from '../support/postgres';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(() => database.drop());

it('runs once in an empty database, whoever asks at once', async () => {
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  const empty = new URL(database.url);
  empty.pathname = `${empty.pathname}_empty`;
  await admin.query(`CREATE DATABASE ${empty.pathname.slice(1)} TEMPLATE template0`);

  const runs = await Promise.all([1, 2, 3].map(() => migrateInAProcess(empty.href)));

  const files = readdirSync(resolve(__dirname, '../../records/migrations')).toSorted();
  expect(runs.flat()).toEqual(files.map((file) => file.replace('.sql', '')));
  await admin.query(`DROP DATABASE ${empty.pathname.slice(1)} WITH (FORCE)`);
  await admin.end();
});

/** The library is an ES module, which jest cannot load into a test on Node 20. */
async function migrateInAProcess(url: string): Promise<readonly string[]> {
  const folder = resolve(__dirname, '../../records');
  const { code } = transformFileSync(join(folder, 'migrate.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const script = `const __dirname = ${JSON.stringify(folder)}; ${code};
    module.exports.migrate(${JSON.stringify(url)}).then((names) => console.log(JSON.stringify(names)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder });
  return JSON.parse(stdout);
}

it('finds nothing to do in a database that is up to date, whoever asks at once', async () => {
  const before = performance.now();
  const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));

  expect(runs).toEqual([[], [], [], []]);
  expect(performance.now() - before).toBeLessThan(1_000);
});

it.each([
  'transitions',
  'effects',
  'inclusions',
  'decisions',
  'releases',
  'inbox',
  'serials',
  'embargo_objects',
  'embargo_fingerprints',
  'embargo_history',
  'embargo_findings',
  'mirrored_ref_changes',
])('lets nobody change or remove a row of %s', async (table) => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const [column] = (
    await client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 2`,
      [table],
    )
  ).rows;

  await expect(client.query(`UPDATE ${table} SET ${column?.name} = ${column?.name}`)).rejects.toThrow(
    `${table} is append-only, UPDATE refused`,
  );
  await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow('DELETE refused');
  await expect(client.query(`TRUNCATE ${table}`)).rejects.toThrow('TRUNCATE refused');
  await client.end();
});
