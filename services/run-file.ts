import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is noted of a started process, in `<home>/run/<name>.json`. */
export interface RunFile {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly port?: number;
  /** When the kernel says that the process began: tells it from a later one that was given the same id. */
  readonly startTicks: string;
  /** Of the command, environment and build that it was started with. */
  readonly fingerprint?: string;
}

export interface RunPlace {
  readonly home: string;
  readonly name: string;
}

/** The note of a process that is alive; undefined when it ended, or never was. */
export function readRunFile(place: RunPlace): RunFile | undefined {
  try {
    const note: RunFile = JSON.parse(readFileSync(fileOf(place), 'utf8'));
    return startTicks(note.pid) === note.startTicks ? note : undefined;
  } catch {
    return undefined;
  }
}

export function writeRunFile(place: RunPlace, begun: Omit<RunFile, 'startTicks'>): RunFile {
  const file = fileOf(place);
  const note = { ...begun, startTicks: startTicks(begun.pid) ?? '' };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
  return note;
}

export function removeRunFile(place: RunPlace): void {
  rmSync(fileOf(place), { force: true });
}

/** @returns undefined when there is no such process, or only a zombie that nobody has reaped */
export function startTicks(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      const [state = 'Z', ...began] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .trim()
        .split(/\s+/);
      return state.startsWith('Z') ? undefined : began.join(' ');
    }
    // The name, in brackets, may hold spaces and brackets itself. After it: state, then 18 fields, then the start.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function fileOf({ home, name }: RunPlace): string {
  return join(home, 'run', `${name}.json`);
}
