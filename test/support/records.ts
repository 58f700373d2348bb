import { openRecords, type Records } from '../../records/records';
import { freshDatabase } from './postgres';

/** Records in a database of their own, for one test file. */
export interface TestRecords {
  readonly records: Records;
  readonly url: string;
  end(): Promise<void>;
}

export async function freshRecords(): Promise<TestRecords> {
  const database = await freshDatabase();
  const records = openRecords({ url: database.url });
  return {
    records,
    url: database.url,
    end: async () => {
      await records.close();
      await database.drop();
    },
  };
}
