import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, serverAccount, type Account } from './unprivileged-account';

/** Where a local PostgreSQL keeps its files, and who it runs as. */
export interface PostgresPlace {
  /** `<home>/postgres`: what Signalbox itself notes about the server. */
  readonly folder: string;
  /** The cluster. Outside of `folder` when the account cannot enter that. */
  readonly data: string;
  /** Where a copy of the programs may go. */
  readonly programs: string;
  readonly account: Account | undefined;
}

/** Makes the folders. Asked again, it answers the same place. */
export function postgresPlace(home: string): PostgresPlace {
  const folder = join(home, 'postgres');
  mkdirSync(folder, { recursive: true });
  const elsewhere = placeElsewhere(folder);
  const account = serverAccount(elsewhere ?? join(folder, 'data'));
  if (elsewhere === undefined && canEnter(account, folder)) return placeIn(folder, folder, account);
  return placeIn(folder, elsewhere ?? moveElsewhere(folder, account), account);
}

function placeIn(folder: string, base: string, account: Account | undefined): PostgresPlace {
  if (account !== undefined) chownSync(base, account.uid, account.gid);
  return { folder, data: join(base, 'data'), programs: join(base, 'programs'), account };
}

/** Forgets the cluster and all that is in it. The server must have been stopped. */
export function erasePostgresPlace(home: string): void {
  const folder = join(home, 'postgres');
  const elsewhere = placeElsewhere(folder);
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function placeElsewhere(folder: string): string | undefined {
  const note = join(folder, 'elsewhere');
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

/** Only root comes here, with a home below a folder that is closed to others, so it may write where services keep data. */
function moveElsewhere(folder: string, account: Account | undefined): string {
  const root = existsSync('/var/lib') ? '/var/lib/signalbox' : join(tmpdir(), 'signalbox');
  mkdirSync(root, { recursive: true, mode: 0o755 });
  const base = mkdtempSync(join(root, 'postgres-'));
  if (account !== undefined) chownSync(base, account.uid, account.gid);
  writeFileSync(join(folder, 'elsewhere'), `${base}\n`);
  return base;
}
