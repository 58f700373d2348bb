import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { findProject } from '../../sandbox/gitlab/instance';
import type { TestGitLab } from '../support/gitlab';
import { remoteOf } from '../support/work-tree';
import type { Seen } from './seen';

const run = promisify(execFile);

export interface GitReader {
  readonly gitlab: TestGitLab;
  readonly paths: readonly string[];
  /** Nobody's by default. */
  readonly token?: string | null;
}

/** Names and targets of every ref, as a clone over HTTP is offered them. */
export async function readRefs({ gitlab, paths, token = null }: GitReader): Promise<Seen> {
  const entries = paths.map(async (path) => {
    const { stdout } = await git(['ls-remote', remoteOf(gitlab, path, token)]);
    return [path, stdout] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Every object that a clone of every ref brings. */
export async function readClones({ gitlab, paths, token = null }: GitReader): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-clones-'));
  const entries = paths.map(async (path) => {
    const clone = join(folder, path.replaceAll('/', '--'));
    await git(['clone', '--quiet', '--mirror', remoteOf(gitlab, path, token), clone]);
    const { stdout } = await git(['-C', clone, 'rev-list', '--objects', '--no-object-names', '--all']);
    return [path, stdout.split('\n').toSorted().join('\n')] as const;
  });
  const seen = Object.fromEntries(await Promise.all(entries));
  await rm(folder, { recursive: true, force: true });
  return seen;
}

/** Every object of the repositories, reached or not. */
export async function readObjects({ gitlab, paths }: GitReader): Promise<Seen> {
  const entries = paths.map(async (path) => {
    const project = findProject(gitlab.instance, path);
    if (project === undefined) throw new Error(`${path} is not planted`);
    const repository = gitlab.instance.repository(project);
    const all = await repository.git(['cat-file', '--batch-all-objects', '--batch-check', '--unordered']);
    return [path, all.split('\n').toSorted().join('\n')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What is answered to whoever asks for an object by its id. */
export async function askForObjects(
  { gitlab, paths, token = null }: GitReader,
  objects: readonly string[],
): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-asking-'));
  await git(['init', '--quiet', '--bare', folder]);
  const seen: Record<string, string> = {};
  for (const path of paths)
    for (const object of objects) {
      const asking = ['-C', folder, 'fetch', '--quiet', '--depth=1', remoteOf(gitlab, path, token), object];
      const answer = await git(asking).then(
        () => 'given',
        (error: { readonly stderr?: string }) => String(error.stderr).replaceAll(object, '<what was asked>'),
      );
      seen[`${path} ${object}`] = answer;
    }
  await rm(folder, { recursive: true, force: true });
  return seen;
}

function git(args: readonly string[]): Promise<{ readonly stdout: string }> {
  return run('git', args, { env: quietGitEnvironment(), maxBuffer: 64 * 1024 * 1024 });
}
