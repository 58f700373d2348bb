import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ExplainedError } from '../domain/explained-error';
import type { Progress } from './program-cache';
import { readRunFile, startTicks } from './run-file';

/** Says that the folder is ours to erase. */
const MARKER = 'signalbox-home';
const LOCK = 'lock';
const LOOK_AGAIN_MS = 50;
const LOCK_PATIENCE_MS = 5 * 60_000;

/** The folder that holds package.json, whether this code runs from its source or from dist/. */
export function checkoutFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`no package.json above ${__dirname}`);
}

/** Where the local servers keep everything: SIGNALBOX_HOME, else `.signalbox` in the checkout. */
export function signalboxHome(): string {
  const configured = process.env['SIGNALBOX_HOME'] ?? '';
  return configured === '' ? join(checkoutFolder(), '.signalbox') : resolve(configured);
}

/**
 * Makes the folder ours.
 * @throws ExplainedError when it holds things of somebody else, which a reset would erase
 */
export function claimHome(home: string): void {
  mkdirSync(home, { recursive: true });
  if (isHome(home)) return;
  const found = readdirSync(home);
  if (found.length > 0 && basename(home) !== '.signalbox') {
    throw new ExplainedError({
      where: home,
      what: `the folder is to become the home of Signalbox, but holds other things (${found.slice(0, 3).join(', ')})`,
      remedy: 'Let SIGNALBOX_HOME name an empty or a new folder',
    });
  }
  writeFileSync(join(home, MARKER), 'Made by Signalbox. `signalbox reset` erases this whole folder.\n');
}

export function isHome(home: string): boolean {
  return existsSync(join(home, MARKER));
}

/** Forgets everything but the folder itself. */
export function emptyHome(home: string): void {
  if (!isHome(home)) return;
  const names = readdirSync(home).filter((name) => name !== MARKER && name !== 'run');
  // The lock and the marker go last: until then it can be seen that the work is not finished.
  for (const name of [...names, 'run', MARKER]) rmSync(join(home, name), { recursive: true, force: true });
}

/**
 * Only one process at a time starts or stops the servers of a home. The lock of one that has died does not count.
 * @throws ExplainedError when another one holds it for minutes
 */
export async function withHomeLock<T>(
  home: string,
  onProgress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  await takeLock(home, onProgress);
  try {
    return await work();
  } finally {
    rmSync(lockFile(home), { force: true });
  }
}

async function takeLock(home: string, onProgress: Progress): Promise<void> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  let told = false;
  while (!tryLock(home)) {
    const holder = readRunFile({ home, name: LOCK })?.pid;
    if (holder === undefined) {
      removeStaleLock(home);
      continue;
    }
    if (!told) onProgress(`Waiting for process ${holder}, which starts or stops these servers`);
    told = true;
    if (performance.now() > deadline) {
      throw new ExplainedError({
        where: lockFile(home),
        what: `process ${holder} has been starting or stopping the servers for minutes`,
        remedy: 'End that process, then give the same command again',
      });
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** A link appears with its content or not at all. */
function tryLock(home: string): boolean {
  const own = `${lockFile(home)}.${process.pid}`;
  mkdirSync(dirname(own), { recursive: true });
  writeFileSync(own, JSON.stringify({ pid: process.pid, startTicks: startTicks(process.pid) }));
  try {
    linkSync(own, lockFile(home));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moved away first, and put back if it was a fresh one that another process has just taken. */
function removeStaleLock(home: string): void {
  const aside = `stale-${process.pid}`;
  try {
    renameSync(lockFile(home), join(home, 'run', `${aside}.json`));
    if (readRunFile({ home, name: aside }) !== undefined) {
      linkSync(join(home, 'run', `${aside}.json`), lockFile(home));
    }
  } catch {
    // Somebody else has removed it or taken it.
  }
  rmSync(join(home, 'run', `${aside}.json`), { force: true });
}

function lockFile(home: string): string {
  return join(home, 'run', `${LOCK}.json`);
}
