import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { migrate } from '../../records/migrate';
import { startPostgres } from '../../services/postgres';
import { guardPostgres, type PostgresGuard } from './postgres-guard';

/** Port at which the jest process answers with the connection string, starting the server for the first who asks. */
const BROKER = 'SIGNALBOX_TEST_POSTGRES';
const TEMPLATE = `signalbox_template_${process.pid}`;

/** A database of a test file's own, with the schema in it. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** From a test file: a fresh database on the run's own server, or on that of DATABASE_URL. */
export async function freshDatabase(): Promise<TestDatabase> {
  const answer: Answer = JSON.parse(await text(connect(brokerPort(), '127.0.0.1')));
  if (answer.error !== undefined) throw new Error(answer.error);
  const name = `signalbox_test_${randomBytes(6).toString('hex')}`;
  await run(answer.url, `CREATE DATABASE ${name} TEMPLATE ${answer.template}`);
  return {
    url: databaseOn(answer.url, name),
    drop: () => run(answer.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

interface Answer {
  readonly url: string;
  readonly template: string;
  readonly error?: string;
}

function brokerPort(): number {
  const port = Number(process.env[BROKER]);
  if (port > 0) return port;
  throw new Error('This jest project has no databases: its globalSetup has to call offerPostgres()');
}

/** From a globalSetup: makes `freshDatabase` work. Costs nothing until somebody asks for one. */
export async function offerPostgres(): Promise<void> {
  if (process.env[BROKER] !== undefined) return;
  let started: Promise<Answer> | undefined;
  const broker = createServer((socket) => {
    started ??= startServer().catch((error: unknown) => ({ url: '', template: '', error: String(error) }));
    void started.then((answer) => socket.end(JSON.stringify(answer)));
  });
  broker.listen(0, '127.0.0.1').unref();
  await once(broker, 'listening');
  const address = broker.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  process.env[BROKER] = String(address.port);
}

declare global {
  var signalboxPostgresGuard: PostgresGuard | undefined;
  var signalboxTemplateOwner: string | undefined;
}

/** From a globalTeardown: ends the server and removes its files. */
export async function withdrawPostgres(): Promise<void> {
  const owner = globalThis.signalboxTemplateOwner;
  globalThis.signalboxTemplateOwner = undefined;
  if (owner !== undefined) await run(owner, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  const guard = globalThis.signalboxPostgresGuard;
  globalThis.signalboxPostgresGuard = undefined;
  await guard?.release();
}

async function startServer(): Promise<Answer> {
  const url = process.env['DATABASE_URL'] ?? (await startOwnServer());
  if (process.env['DATABASE_URL'] !== undefined) globalThis.signalboxTemplateOwner = url;
  await run(url, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await run(url, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(databaseOn(url, TEMPLATE));
  return { url, template: TEMPLATE };
}

async function startOwnServer(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'signalbox-test-postgres-'));
  chmodSync(home, 0o755);
  globalThis.signalboxPostgresGuard = guardPostgres(home);
  const server = await startPostgres({
    home,
    passwordFile: join(home, 'password'),
    logFile: join(home, 'postgres.log'),
    parameters: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  return server.url;
}

function databaseOn(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
