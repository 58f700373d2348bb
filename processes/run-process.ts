import { fork, type ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { feedOf, type Feeding } from './feed';

export interface ProcessRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All of it; what is undefined is not there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A stream is read no faster than the program reads; where it breaks off, the input ends. */
  readonly input?: string | Buffer | Readable;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Is killed with everything that it has started: one of them left alone would keep the output open. */
  readonly isGroup?: boolean;
  /** Is given the output as it comes, which is then not kept. The program waits with the next piece until this one is taken. */
  readonly onOutput?: (chunk: Buffer) => void | Promise<void>;
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

/** What the starter tells of a process; what it has said may come with its end. */
interface Told {
  readonly id: number;
  /** It took a piece of its input. */
  readonly isFed?: true;
  readonly out?: Buffer;
  readonly err?: Buffer;
  readonly failure?: string;
  readonly code?: number | null;
}

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
    // Each start copies the tables of its memory: it is kept small.
    execArgv: ['--max-semi-space-size=1'],
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
    const taken = (): void => void child.send({ id, isTaken: true });
    const feeding = feedOf(run.input, (input) => child.send({ id, input }));
    child.ref();
    child.channel?.ref();
    if (run.signal !== undefined) listenTo(run.signal, kill);
    try {
      return await new Promise<ProcessEnd>((resolve, reject) => {
        running.set(id, { hear: listener({ run, resolve, reject, kill, taken, feeding }), fail: reject });
        ask(child, { id, run });
        feeding?.begin();
      });
    } finally {
      run.signal?.removeEventListener('abort', kill);
      running.delete(id);
      feeding?.end();
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
  /** The last piece of output was taken. */
  readonly taken: () => void;
  readonly feeding: Feeding | undefined;
}

function listener({ run, resolve, reject, kill, taken, feeding }: Hearing): (told: Told) => void {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let broken: { readonly by: unknown } | undefined;
  let taking: Promise<void> = Promise.resolve();
  const hand = async (chunk: Buffer, onOutput: NonNullable<ProcessRun['onOutput']>): Promise<void> => {
    try {
      await onOutput(chunk);
      taken();
    } catch (error) {
      broken = { by: error };
      kill();
    }
  };
  const end = (code: number | null): void => {
    if (broken !== undefined) reject(broken.by);
    else if (run.signal?.aborted === true) reject(run.signal.reason);
    else resolve({ code, out: Buffer.concat(out), err: Buffer.concat(err) });
  };
  const take = (chunk: Buffer): void => {
    if (run.onOutput === undefined) out.push(chunk);
    // Of one that is being ended nobody wants more.
    else if (broken === undefined) taking = hand(chunk, run.onOutput);
  };
  return ({ isFed, err: said, failure, out: chunk, code }) => {
    if (isFed === true) feeding?.isFed();
    if (said !== undefined) err.push(said);
    if (failure !== undefined) reject(new Error(failure));
    if (chunk !== undefined) take(chunk);
    if (code !== undefined) void taking.then(() => end(code));
  };
}

function ask(child: ChildProcess, { id, run }: { readonly id: number; readonly run: ProcessRun }): void {
  const { program, args, cwd, input, onOutput, isGroup = false } = run;
  const env = Object.fromEntries(Object.entries(run.env).filter(([, value]) => value !== undefined));
  const start = { program, args: [...args], cwd, env, isGroup, isPaced: onOutput !== undefined };
  child.send({
    id,
    run: input instanceof Readable ? { ...start, isFed: true } : { ...start, isFed: false, input },
  });
}

/** In `bin/` of the checkout, above the source and above dist/ alike. */
function starterProgram(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const program = join(folder, 'bin', 'process-starter.js');
    if (existsSync(program)) return program;
  }
  throw new Error(`no bin/process-starter.js above ${__dirname}`);
}
