import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { erasePostgres, localPostgres, startPostgres, stopPostgres } from '../../services/postgres';
import type { PostgresOptions } from '../../services/postgres';
import { guardPostgres, type PostgresGuard } from '../support/postgres-guard';
import { until } from '../support/until';

let base: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'signalbox-postgres-'));
  chmodSync(base, 0o755);
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

function optionsIn(home: string): PostgresOptions {
  mkdirSync(home, { recursive: true });
  return { home, passwordFile: join(home, 'secrets/postgres-password'), logFile: join(home, 'postgres.log') };
}

async function ask(url: string, question: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(question)).rows;
  } finally {
    await client.end();
  }
}

describe('a local PostgreSQL', () => {
  let options: PostgresOptions;
  let guard: PostgresGuard;

  beforeAll(() => {
    options = optionsIn(join(base, 'home'));
    guard = guardPostgres(options.home);
  });

  afterAll(() => guard.release());

  it('starts, and is found running the second time', async () => {
    const first = await startPostgres(options);
    const before = performance.now();
    const second = await startPostgres(options);
    const tookMs = performance.now() - before;

    expect(first.started).toBe(true);
    expect(second).toEqual({ ...first, started: false });
    expect(tookMs).toBeLessThan(1_000);
    expect(localPostgres(options.home)).toEqual({ pid: first.pid, port: first.port });
  });

  it('goes on with its data on the same port after kill -9, also while sessions were busy', async () => {
    const first = await startPostgres(options);
    await ask(first.url, `CREATE TABLE kept AS SELECT 'still here' AS word`);
    const busy = ask(first.url, 'SELECT pg_sleep(1)').catch(() => 'cut off');

    process.kill(first.pid, 'SIGKILL');
    const second = await startPostgres(options);

    expect(second).toMatchObject({ started: true, port: first.port, url: first.url });
    expect(await ask(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
    await busy;
  });

  it('is not fooled by a lock file that names a living process of another program', async () => {
    const first = await startPostgres(options);
    process.kill(first.pid, 'SIGKILL');
    await until('the postmaster to be gone', () => localPostgres(options.home) === undefined);
    const lockFile = join(options.home, 'postgres/data/postmaster.pid');
    writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace(/^\d+/, String(process.pid)));

    expect((await startPostgres(options)).started).toBe(true);
  });

  it('keeps the password in a file that only its owner reads', async () => {
    const { url } = await startPostgres(options);
    const password = readFileSync(options.passwordFile, 'utf8').trim();

    expect(new URL(url).password).toBe(password);
    await expect(ask(url.replace(password, 'guessed'), 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('says that the password is lost, rather than making another', async () => {
    const without = { ...options, passwordFile: join(options.home, 'secrets/another') };

    await expect(startPostgres(without)).rejects.toThrow(
      /another: the password .* is missing\. Put the file back/,
    );
  });

  it('takes another port when the one of last time is taken, unless only that one will do', async () => {
    const { port } = await startPostgres(options);
    await stopPostgres(options.home);
    const intruder = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => intruder.listen(port, '127.0.0.1', resolve));

    await expect(startPostgres({ ...options, port })).rejects.toThrow(
      `port ${port}: another program listens there, so PostgreSQL cannot. Stop that program or choose another port`,
    );
    const moved = await startPostgres(options);

    expect(moved.port).not.toBe(port);
    expect(await ask(moved.url, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
    await new Promise((resolve) => intruder.close(resolve));
  });

  it('stops, and stopping again is no error', async () => {
    await startPostgres(options);

    await stopPostgres(options.home);
    await stopPostgres(options.home);

    expect(localPostgres(options.home)).toBeUndefined();
  });
});

it('works in a folder that nobody but its owner may enter, and leaves nothing behind when erased', async () => {
  const closed = join(base, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const options = optionsIn(join(closed, 'home'));

  const server = await startPostgres(options);
  expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const data = Object.values(Object((await ask(server.url, 'SHOW data_directory'))[0]))[0];
  await erasePostgres(options.home);

  expect(localPostgres(options.home)).toBeUndefined();
  expect(existsSync(String(data))).toBe(false);
});
