import { setImmediate as soon } from 'node:timers/promises';
import { Client } from 'pg';
import { openRecords } from '../../records/records';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

/** Of this database, but for the question itself. */
async function openTransactions(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
  );
  await client.end();
  return rows[0]?.open ?? -1;
}

it('a note has one writer at a time, over every worker', async () => {
  const other = openRecords({ url: test.url });
  const told: string[] = [];
  const writing = (name: string) => async (): Promise<void> => {
    told.push(`${name} begins`);
    await soon();
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
    expect(await openTransactions(test.url)).toBe(0);
  });
});
