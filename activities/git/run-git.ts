import { asyncLocalStorage } from '@temporalio/activity';
import { runProcess } from '../../processes/run-process';
import { outsideDown, permanent } from '../errors';

/** Git said no, in a way that is no matter of network or rights; `message` holds its words. */
export class GitRefusal extends Error {
  override readonly name = 'GitRefusal';
}

export interface GitRun {
  readonly directory: string;
  readonly args: readonly string[];
  /** Another program, with everything set up for git. */
  readonly program?: 'sh';
  readonly input?: string | Buffer;
  /** On top of the process's own; what is undefined is taken away from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Exit codes beside 0 that, with something on the output, are an answer and no failure. */
  readonly answers?: readonly number[];
}

const SILENT =
  /Could not resolve host|Failed to connect|Connection (refused|reset|timed out)|Empty reply|HTTP (429|5\d\d)|error: (429|5\d\d)|early EOF|unexpected disconnect|hung up|Operation too slow|Recv failure|cannot lock ref/i;
const SHUT =
  /Authentication failed|Access denied|could not read (Username|Password)|HTTP (401|403)|error: (401|403)/i;

/** @throws GitRefusal; ApplicationFailure OutsideDown or ConfigurationError */
export async function git(run: GitRun): Promise<string> {
  return (await gitBytes(run)).toString();
}

/** As {@link git}, for output that is no text. */
export async function gitBytes(run: GitRun): Promise<Buffer> {
  const { directory, args, program = 'git', input, environment, answers } = run;
  const signal = asyncLocalStorage.getStore()?.cancellationSignal;
  const { code, out, err } = await runProcess({
    program,
    args,
    cwd: directory,
    env: { ...process.env, ...FIXED, GIT_DIR: directory, ...environment },
    isGroup: program === 'sh',
    ...(input === undefined ? {} : { input }),
    ...(signal === undefined ? {} : { signal }),
  });
  const isAnswer = code !== null && out.length > 0 && answers?.includes(code) === true;
  if (code === 0 || isAnswer) return out;
  // Some commands, such as merge-tree, say on their output what is in the way.
  const words = err.toString().trim() || out.toString().trim();
  throw failureOf(program === 'git' ? (args[0] ?? '') : program, words);
}

/** Nobody is asked for a password, no user's configuration changes what is made, and a stalled transfer ends. */
export const FIXED: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_HTTP_LOW_SPEED_LIMIT: '100',
  GIT_HTTP_LOW_SPEED_TIME: '30',
  LC_ALL: 'C',
};

export function failureOf(command: string, words: string): Error {
  const what = words.slice(0, 500);
  if (SILENT.test(words)) return outsideDown({ where: `git ${command}`, what, remedy: 'It is tried again' });
  if (SHUT.test(words)) {
    const remedy = 'Give the token of a maintainer with scope `write_repository`, then resume the step';
    return permanent('ConfigurationError', { where: `git ${command}`, what, remedy });
  }
  if (/repository .* not found|could not be found/i.test(words)) {
    const remedy = 'Mend the repository in signalbox.yaml, or give the token access to it';
    return permanent('ConfigurationError', { where: `git ${command}`, what, remedy });
  }
  return new GitRefusal(words);
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
