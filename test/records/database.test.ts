import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { ENGINE } from '../../domain/release/release';
import { RecordsUnavailable } from '../../records/database';
import { openRecords } from '../../records/records';
import { startPostgres, type PostgresOptions } from '../../services/postgres';
import { guardPostgres, type PostgresGuard } from '../support/postgres-guard';
import { until } from '../support/until';

const SCHEMA = resolve(__dirname, '../../records/migrations/0001_records.sql');

async function createSchema(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(readFileSync(SCHEMA, 'utf8'));
  await client.end();
}

let home: string;
let guard: PostgresGuard;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'signalbox-records-'));
  chmodSync(home, 0o755);
  guard = guardPostgres(home);
});

afterAll(() => guard.release());

it('outlives its server: says that it is down while it is, and goes on by itself after', async () => {
  const options: PostgresOptions = {
    home,
    passwordFile: join(home, 'password'),
    logFile: join(home, 'postgres.log'),
  };
  const server = await startPostgres(options);
  await createSchema(server.url);
  const records = openRecords({ url: server.url });
  const line = { ordinal: 0, to: 'opened', actor: ENGINE, sentence: 'Opened.', evidence: [] } as const;
  const lines = { release: 'patch:1', workflowId: 'patch:1', transitions: [line] };
  await records.transitions.append(lines);
  const listener = records.bell.listen({ project: 'gitlab', pipeline: 1 });

  process.kill(server.pid, 'SIGKILL');
  const failure: unknown = await until('a query to fail', () =>
    records.transitions.append(lines).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  await expect(records.publication.claim({ ...lines, versions: [] })).rejects.toThrow(RecordsUnavailable);
  await startPostgres({ ...options, port: server.port });

  expect(failure).toBeInstanceOf(RecordsUnavailable);
  expect(String(failure)).toMatch(
    /PostgreSQL at 127\.0\.0\.1:\d+\/postgres: it does not answer \(.+\)\. Start it again/,
  );
  await records.transitions.append(lines);
  expect(await records.transitions.ofRelease('patch:1')).toHaveLength(1);
  await listener.wait({ timeoutMs: 5_000 });
  await records.close();
});
