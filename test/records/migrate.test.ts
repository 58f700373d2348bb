import { Client } from 'pg';
import { migrate } from '../../records/migrate';
import { freshDatabase, type TestDatabase } from '../support/postgres';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(() => database.drop());

it('finds nothing to do in a database that is up to date, whoever asks at once', async () => {
  const before = performance.now();
  const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));

  expect(runs).toEqual([[], [], [], []]);
  expect(performance.now() - before).toBeLessThan(1_000);
});

it.each(['transitions', 'effects', 'inclusions', 'decisions', 'releases', 'inbox', 'serials'])(
  'lets nobody change or remove a row of %s',
  async (table) => {
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
  },
);
