import { fork, type ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ProcessRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All of it; what is undefined is not there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Buffer;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Is killed with everything that it has started: one of them left alone would keep the output open. */
  readonly isGroup?: boolean;
  /** Is given the output as it comes, which is then not kept. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export interface ProcessEnd {
  /** Exit code; null where it was killed. */
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: Buffer;
}

/**
 * Runs a program by way of a small process that starts it. Node.js forks: it copies the tables of its own memory first, and
 * stands still meanwhile, which in a worker of half a gigabyte takes longer than most of what git is asked.
 * @throws the signal's reason once it is aborted, and the error with which a program cannot be started
 */
export async function runProcess(run: ProcessRun): Promise<ProcessEnd> {
  run.signal?.throwIfAborted();
  starter ??= openStarter();
  return starter.run(run);
}

interface Starter {
  run(run: ProcessRun): Promise<ProcessEnd>;
}

/** What the starter is told: a process to start, or without one, that it is to be killed. */
type Told =
  | { readonly id: number; readonly out: Buffer }
  | { readonly id: number; readonly err: Buffer }
  | { readonly id: number; readonly failure: string }
  | { readonly id: number; readonly code: number | null };

interface Running {
  readonly hear: (told: Told) => void;
  readonly fail: (error: Error) => void;
}

/** It is ended when nothing was asked of it for so long. */
const IDLE_MS = 10_000;

let starter: Starter | undefined;

function openStarter(): Starter {
  const child = fork(starterProgram(), {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const running = new Map<number, Running>();
  let runs = 0;
  const idle = setTimeout(() => end(), IDLE_MS).unref();
  const opened: Starter = { run: (run) => follow(run) };

  /** Nobody waits for the starter itself to end, but for what it runs. */
  function rest(): void {
    if (running.size > 0) return;
    child.unref();
    child.channel?.unref();
    idle.refresh();
  }
  function end(): void {
    if (running.size > 0) return;
    if (starter === opened) starter = undefined;
    if (child.connected) child.disconnect();
  }
  child.on('message', (told: Told) => running.get(told.id)?.hear(told));
  child.on('error', (error) => lose(error));
  child.on('exit', () => lose(new Error('the process that starts others has ended')));
  function lose(error: Error): void {
    if (starter === opened) starter = undefined;
    clearTimeout(idle);
    for (const { fail } of running.values()) fail(error);
    running.clear();
  }

  async function follow(run: ProcessRun): Promise<ProcessEnd> {
    const id = (runs += 1);
    const kill = (): void => void child.send({ id });
    child.ref();
    child.channel?.ref();
    if (run.signal !== undefined) listenTo(run.signal, kill);
    try {
      return await new Promise<ProcessEnd>((resolve, reject) => {
        running.set(id, { hear: listener({ run, resolve, reject, kill }), fail: reject });
        ask(child, { id, run });
      });
    } finally {
      run.signal?.removeEventListener('abort', kill);
      running.delete(id);
      rest();
    }
  }
  return opened;
}

/** One activity may run more programs at once than Node.js takes for a leak; each listens until it has ended. */
function listenTo(signal: AbortSignal, kill: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', kill);
}

interface Hearing {
  readonly run: ProcessRun;
  readonly resolve: (end: ProcessEnd) => void;
  readonly reject: (error: unknown) => void;
  readonly kill: () => void;
}

function listener({ run, resolve, reject, kill }: Hearing): (told: Told) => void {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let broken: { readonly by: unknown } | undefined;
  const take = run.onOutput ?? ((chunk: Buffer) => void out.push(chunk));
  return (told) => {
    if ('err' in told) err.push(told.err);
    if ('failure' in told) reject(new Error(told.failure));
    if ('out' in told && broken === undefined) {
      try {
        take(told.out);
      } catch (error) {
        broken = { by: error };
        kill();
      }
    }
    if (!('code' in told)) return;
    if (broken !== undefined) reject(broken.by);
    else if (run.signal?.aborted === true) reject(run.signal.reason);
    else resolve({ code: told.code, out: Buffer.concat(out), err: Buffer.concat(err) });
  };
}

function ask(child: ChildProcess, { id, run }: { readonly id: number; readonly run: ProcessRun }): void {
  const { program, args, cwd, input, isGroup = false } = run;
  const env = Object.fromEntries(Object.entries(run.env).filter(([, value]) => value !== undefined));
  child.send({ id, run: { program, args: [...args], cwd, env, input, isGroup } });
}

/** In `bin/` of the checkout, above the source and above dist/ alike. */
function starterProgram(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const program = join(folder, 'bin', 'process-starter.js');
    if (existsSync(program)) return program;
  }
  throw new Error(`no bin/process-starter.js above ${__dirname}`);
}
