import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';

/** Told what is being waited for, one line each. */
export type Progress = (message: string) => void;

/** Where programs that had to be fetched or built are kept between runs, for every checkout of this user. */
export function cachedPath(...names: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'signalbox', ...names);
}

/** Path of a program on PATH, undefined when there is none. */
export function programOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The program that a variable of the environment names.
 * @returns undefined when the variable is not set
 * @throws ExplainedError when there is no program at that path
 */
export function configuredProgram(variable: string): string | undefined {
  const path = process.env[variable];
  if (path === undefined || path === '') return undefined;
  if (isProgram(path)) return path;
  throw new ExplainedError({
    where: variable,
    what: `${path} is no program that can be run`,
    remedy: 'Give the path of an executable file, or unset the variable',
  });
}

/** Makes a folder of the cache under another name first, so that an interrupted making is never taken for a whole one. */
export async function makeInCache(
  folder: string,
  make: (unfinished: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    await make(unfinished);
    mkdirSync(dirname(folder), { recursive: true });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** @returns undefined when it went well, else the last lines of what the tool said */
export async function complaintOf(run: ToolRun): Promise<string | undefined> {
  const child = spawn(run.command, run.args, {
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: run.timeoutMs,
    killSignal: 'SIGKILL',
  });
  let said = '';
  const keep = (chunk: Buffer): void => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? `ended by ${signal}`));
  });
  if (ended === 0) return undefined;
  return `${said.trim().split('\n').slice(-3).join('; ')} (${ended})`;
}

/** What a tool prints, trimmed; empty when it is not there or fails. */
export function answerOf(command: string, args: readonly string[]): string {
  const run = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return run.status === 0 ? run.stdout.trim() : '';
}
