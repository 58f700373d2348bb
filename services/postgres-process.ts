import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The postmaster, as it wrote itself into its lock file. */
export interface Postmaster {
  readonly pid: number;
  /** Absent while it is still starting. */
  readonly port?: number;
}

/** The running server of this cluster; a lock file left by one that was killed does not count. */
export function runningPostmaster(data: string): Postmaster | undefined {
  const lines = lockFileLines(data);
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isServerOf(pid, data)) return undefined;
  return lines[7]?.trim() === 'ready' ? { pid, port: Number(lines[3]) } : { pid };
}

/**
 * Removes the lock file of a dead server whose process id belongs to another program by now: PostgreSQL itself would
 * take that program for a running server. Server processes that have outlived it are still noticed, by their shared memory.
 */
export function clearStaleLock(data: string): void {
  if (runningPostmaster(data) === undefined) rmSync(lockFile(data), { force: true });
}

/** Asks it to end its sessions and stop; does not ask politely for ever. */
export async function stopPostmaster(data: string): Promise<void> {
  const running = runningPostmaster(data);
  if (running === undefined) return;
  for (const [signal, patienceMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    process.kill(running.pid, signal);
    if (await hasEnded(running.pid, data, patienceMs)) return;
  }
}

async function hasEnded(pid: number, data: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (!isServerOf(pid, data)) return true;
    await pause(10);
  }
  return false;
}

function lockFile(data: string): string {
  return join(data, 'postmaster.pid');
}

function lockFileLines(data: string): readonly string[] {
  const file = lockFile(data);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** A process id alone proves nothing: it may have gone to another program, or to a zombie that nobody has reaped. */
function isServerOf(pid: number, data: string): boolean {
  return commandLine(pid).includes(data);
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
