import { open, type RootDatabase } from 'lmdb';

type Key = readonly (string | number)[];

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

/** Sorts after every number and string that is used as a key. */
const LAST = '\uffff';

export function openStore(path: string): Store {
  const database = open({ path, encoding: 'msgpack', maxDbs: 2 });
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
    const next = ((database.get(key) as number | undefined) ?? 0) + 1;
    database.putSync(key, next);
    return next;
  });
}

function tableIn<T extends object>(database: RootDatabase, name: string): Table<T> {
  const rows = (start: Key, end: Key) =>
    [...database.getRange({ start: [...start], end: [...end] })].map(({ value }) => value as T);
  return {
    get: (scope, key) => database.get([name, scope, key]) as T | undefined,
    put: (scope, key, row) => {
      database.putSync([name, scope, key], row);
      return row;
    },
    remove: (scope, key) => {
      database.removeSync([name, scope, key]);
    },
    all: (scope) => rows([name, scope], [name, scope, LAST]),
    everywhere: () => rows([name], [name, LAST]),
  };
}
