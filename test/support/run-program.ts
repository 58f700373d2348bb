import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** Folder of the commands that people give. */
export const BIN = resolve(__dirname, '..', '..', 'bin');

export interface Outcome {
  /** 1 where a signal has ended it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, as a person would, with no input. */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...said, code: code ?? 1 };
}
