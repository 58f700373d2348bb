import { Client } from 'pg';
import { openRecords } from '../../records/records';
import { freshRecords, type TestRecords } from '../support/records';
import { until } from '../support/until';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

/** Sessions of this database that are in such a state. */
async function sessions(url: string, state: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ found: number }>(
    `SELECT count(*)::int AS found FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND ${state}`,
  );
  await client.end();
  return rows[0]?.found ?? -1;
}

const waiting = (url: string): Promise<number> => sessions(url, `wait_event_type = 'Lock'`);
const inTransaction = (url: string): Promise<number> => sessions(url, 'xact_start IS NOT NULL');

it('a note has one writer at a time, over every worker', async () => {
  const other = openRecords({ url: test.url });
  const told: string[] = [];
  const writing = (name: string) => async (): Promise<void> => {
    told.push(`${name} begins`);
    // The first one writes until both others stand in line.
    if (told.length === 1) await until('two to wait', async () => (await waiting(test.url)) === 2);
    told.push(`${name} ends`);
  };

  await Promise.all([
    test.records.turns.take('note', writing('one')),
    other.turns.take('note', writing('two')),
    test.records.turns.take('note', writing('three')),
  ]);

  expect(told).toHaveLength(6);
  for (let at = 0; at < told.length; at += 2) expect(told[at + 1]).toBe(told[at]?.replace('begins', 'ends'));
  await other.close();
});

it('who fails gives the turn up', async () => {
  const failing = test.records.turns.take('issue', async () => {
    throw new Error('GitLab is down');
  });
  await expect(failing).rejects.toThrow('GitLab is down');
  expect(await test.records.turns.take('issue', async () => 'opened')).toBe('opened');
});

it('keeps no transaction open while the outside works', async () => {
  await test.records.turns.take('package', async () => {
    expect(await inTransaction(test.url)).toBe(0);
  });
});
