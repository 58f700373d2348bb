import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { answerOf } from './program-cache';

export interface PortOwner {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
}

const LISTEN = '0A';
const COMMAND_LENGTH = 120;

/** Who listens on a TCP port of this machine, as far as the caller may know. */
export function portOwner(port: number): PortOwner | undefined {
  const pid = process.platform === 'linux' ? listenerOnLinux(port) : listenerByLsof(port);
  return pid === undefined ? undefined : { pid, command: commandLine(pid).slice(0, COMMAND_LENGTH) };
}

function listenerByLsof(port: number): number | undefined {
  const pid = Number(answerOf('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).split('\n')[0]);
  return pid > 0 ? pid : undefined;
}

/** The kernel tells the socket's inode by port, and every process's open sockets by inode. */
function listenerOnLinux(port: number): number | undefined {
  const sockets = new Set(
    ['tcp', 'tcp6'].flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => sockets.has(linkTarget(`/proc/${pid}/fd/${fd}`))));
}

function listeningInodes(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return contentOf(`/proc/net/${table}`)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true && columns[3] === LISTEN)
    .map((columns) => columns[9] ?? '');
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux') return answerOf('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
