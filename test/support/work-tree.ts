import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';

const run = promisify(execFile);

export interface GitOutcome {
  readonly ok: boolean;
  /** What git said on both of its outputs. */
  readonly said: string;
}

/** A clone with a work tree, made and pushed by real git. */
export interface WorkTree {
  readonly folder: string;
  /** @throws when git fails */
  git(...args: readonly string[]): Promise<string>;
  /** Says how it went instead of throwing. */
  tryGit(...args: readonly string[]): Promise<GitOutcome>;
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>;
  end(): Promise<void>;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
  GIT_TERMINAL_PROMPT: '0',
};

/** Address of a project with the token in it, as CI jobs write it. */
export function remoteOf(server: { readonly url: string }, path: string, token: string | null): string {
  return `${token === null ? server.url : server.url.replace('://', `://git:${token}@`)}/${path}.git`;
}

export async function cloneOf(remote: string): Promise<WorkTree> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-clone-'));
  const env = { ...quietGitEnvironment(), ...IDENTITY };
  const tryGit = (...args: readonly string[]): Promise<GitOutcome> =>
    run('git', [...args], { cwd: folder, env }).then(
      ({ stdout, stderr }) => ({ ok: true, said: `${stdout}${stderr}` }),
      (error: Error & { stderr?: string }) => ({ ok: false, said: error.stderr ?? error.message }),
    );
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', [...args], { cwd: folder, env })).stdout.trim();
  await git('clone', '--quiet', remote, '.');
  return {
    folder,
    git,
    tryGit,
    commit: async (files, message = 'Change files') => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    end: () => rm(folder, { recursive: true, force: true }),
  };
}
