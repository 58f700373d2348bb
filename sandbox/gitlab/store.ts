import { open, type RootDatabase } from 'lmdb';

/** Facts that are not in git, kept in LMDB: every write is a transaction, so `kill -9` loses nothing that was answered. */
export interface Store {
  table<T extends object>(name: string): Table<T>;
  /** The next number of a counter, from 1. Numbers are never given twice. */
  next(counter: string): number;
  /** All or nothing; `work` must be synchronous. */
  transaction<T>(work: () => T): T;
  close(): Promise<void>;
}

/** Rows of one kind, by scope (a project's id, or 0) and key. */
export interface Table<T extends object> {
  get(scope: number, key: string | number): T | undefined;
  put(scope: number, key: string | number, row: T): T;
  remove(scope: number, key: string | number): void;
  /** In the order of the keys. */
  all(scope: number): readonly T[];
  /** Of every scope. */
  everywhere(): readonly T[];
}

/** Waits for no disk: a killed process loses nothing that was committed, and only a machine without power a sandbox. */
export function openStore(path: string): Store {
  const database = open({ path, encoding: 'msgpack', maxDbs: 2, noSync: true });
  return {
    table: (name) => tableIn(database, name),
    next: (counter) => nextOf(database, counter),
    transaction: (work) => database.transactionSync(work),
    close: () => database.close(),
  };
}

function nextOf(database: RootDatabase, counter: string): number {
  return database.transactionSync(() => {
    const key = ['counter', counter];
    const last: number = database.get(key) ?? 0;
    const next = last + 1;
    database.putSync(key, next);
    return next;
  });
}

function tableIn<T extends object>(database: RootDatabase, name: string): Table<T> {
  const rows = (start: (string | number)[], end: (string | number)[]): T[] =>
    [...database.getRange({ start, end })].map(({ value }) => value);
  return {
    get: (scope, key) => database.get([name, scope, key]),
    put: (scope, key, row) => {
      database.putSync([name, scope, key], row);
      return row;
    },
    remove: (scope, key) => {
      database.removeSync([name, scope, key]);
    },
    // Scopes are whole numbers, so the next one is the end of this one.
    all: (scope) => rows([name, scope], [name, scope + 1]),
    everywhere: () => rows([name], [name, Number.MAX_VALUE]),
  };
}
