import { openDatabase, type Database } from '../../records/database';
import { until } from './until';

/** A change of the registry that is done and not over yet. */
export interface HeldRegistry {
  /** Comes back once somebody waits for its end. */
  isWaitedFor(): Promise<void>;
  /** Its end. */
  leave(): Promise<void>;
}

/** Holds the registry as everybody who changes it does, and changes it so far. */
export async function holdRegistry(url: string, change: string): Promise<HeldRegistry> {
  const database = openDatabase({ url });
  let leave: (() => void) | undefined;
  let isChanged = false;
  const decided = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const changing = database.transaction(async (transaction) => {
    await transaction.rows({ name: 'test.hold', text: 'SELECT FROM embargo_registry FOR UPDATE' }, []);
    await transaction.rows({ name: 'test.change', text: change }, []);
    isChanged = true;
    await decided;
  });
  await until('the change to hold the registry', () => isChanged);
  return {
    isWaitedFor: async () => {
      await until('somebody to wait for the change', () => isAnybodyWaiting(database));
    },
    leave: async () => {
      leave?.();
      await changing;
      await database.close();
    },
  };
}

/** Whether somebody is connected to the database and waits for a lock. */
async function isAnybodyWaiting(database: Database): Promise<boolean> {
  const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return (await database.rows({ name: 'test.waiting', text }, [])).length > 0;
}
