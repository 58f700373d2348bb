import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncLocalStorage } from '@temporalio/activity';
import { runProcess } from '../../processes/run-process';
import { failureOf, FIXED, linesOf } from './run-git';

export interface TrustedRun {
  /** A bare repository. */
  readonly directory: string;
  readonly args: readonly string[];
  readonly input?: string;
}

/** What a machine may have in its environment for git, but where git itself is installed. */
const OF_THE_MACHINE = /^GIT_(?!EXEC_PATH$)/;

/**
 * Git whose answers decide what becomes public: nothing of the environment reaches it, and it follows no replacement. Its
 * output is read while it runs.
 * @throws GitRefusal; ApplicationFailure OutsideDown or ConfigurationError
 */
export async function trustedGit(run: TrustedRun, read: (chunk: Buffer) => void): Promise<void> {
  await runTrusted({ ...run, program: 'git', onOutput: read });
}

/** As {@link trustedGit}, several in one shell, which is told no configuration: for what none changes. @returns their output */
export async function trustedShell({ args, ...run }: TrustedRun, script: string): Promise<string> {
  return (await runTrusted({ ...run, program: 'sh', args: ['-c', script, 'sh', ...args] })).toString();
}

interface AnyTrustedRun extends TrustedRun {
  readonly program: 'git' | 'sh';
  readonly onOutput?: (chunk: Buffer) => void;
}

/** @returns the output, where nobody reads it while it comes */
async function runTrusted({
  program,
  args,
  directory,
  input = '',
  onOutput,
}: AnyTrustedRun): Promise<Buffer> {
  const signal = asyncLocalStorage.getStore()?.cancellationSignal;
  const own = Object.entries(process.env).filter(([name]) => !OF_THE_MACHINE.test(name));
  const only = { GIT_DIR: directory, GIT_ATTR_NOSYSTEM: '1', GIT_NO_REPLACE_OBJECTS: '1' };
  const { code, out, err } = await runProcess({
    program,
    args: program === 'git' ? [...PINNED, ...args] : args,
    cwd: directory,
    env: { ...Object.fromEntries(own), ...FIXED, ...only },
    isGroup: program === 'sh',
    input,
    ...(onOutput === undefined ? {} : { onOutput }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (code === 0) return out;
  throw failureOf(program === 'git' ? (args[0] ?? '') : program, err.toString().trim());
}

/** What a repository's own configuration may say otherwise. */
const PINNED: readonly string[] = [
  '-c',
  'core.attributesFile=/dev/null',
  '-c',
  'core.quotePath=true',
  '-c',
  'diff.algorithm=myers',
  '-c',
  'diff.suppressBlankEmpty=false',
  // As fixes are merged, so that a merge made again is the same.
  '-c',
  'merge.conflictStyle=merge',
  '-c',
  'merge.renames=true',
  '-c',
  'merge.renameLimit=7000',
  '-c',
  'merge.directoryRenames=conflict',
  '-c',
  'merge.renormalize=false',
];

export async function trustedText(run: TrustedRun): Promise<string> {
  return (await runTrusted({ ...run, program: 'git' })).toString();
}

export async function trustedLines(run: TrustedRun): Promise<readonly string[]> {
  return linesOf(await trustedText(run));
}

/** Why what git says of this repository may differ from what is in it; empty where nothing is known to make it lie. */
export async function reasonsToDoubt(directory: string): Promise<readonly string[]> {
  const [replaced, settings, packs] = await Promise.all([
    trustedLines({ directory, args: ['for-each-ref', '--count=1', '--format=%(refname)', 'refs/replace/'] }),
    readFile(join(directory, 'config'), 'utf8'),
    readdir(join(directory, 'objects', 'pack')).catch(() => []),
  ]);
  const isPartial = PARTIAL.test(settings) || packs.some((name) => name.endsWith('.promisor'));
  const found: readonly (readonly [boolean, string])[] = [
    [replaced.length > 0, 'it has replace refs'],
    [existsSync(join(directory, 'info', 'grafts')), 'it has grafts'],
    [existsSync(join(directory, 'shallow')), 'it is a shallow clone'],
    [isPartial, 'it is a partial clone, whose missing objects are promised by a remote'],
    [/^\s*\[include/im.test(settings), 'its configuration includes another'],
    [existsSync(join(directory, 'info', 'attributes')), 'it has attributes of its own'],
  ];
  return found.flatMap(([is, reason]) => (is ? [reason] : []));
}

const PARTIAL = /^\s*(partialclone|promisor|partialclonefilter)\b/im;
