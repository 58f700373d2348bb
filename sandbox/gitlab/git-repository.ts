import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../processes/run-process';

/** Git said no; `message` holds its own words. */
export class GitRefusal extends Error {
  override readonly name = 'GitRefusal';

  constructor(
    message: string,
    /** Exit code; undefined where git could not be run or was killed. */
    readonly code: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface GitRef {
  readonly name: string;
  readonly object: string;
  /** The commit, peeled. */
  readonly commit: string;
}

/** What this machine's owner configured for their own git is not to decide here. */
export function quietGitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** Written at once: a process for each costs more than everything else about a new repository. No disk is waited for, as in the store. */
const SETTINGS = `[core]
	fsync = none
[http]
	receivepack = true
[receive]
	advertisePushOptions = true
[uploadpack]
	allowAnySHA1InWant = true
[gc]
	auto = 0
`;

/** A bare repository, worked on by git itself. */
export class GitRepository {
  constructor(readonly path: string) {}

  async create(defaultBranch: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await this.git(['init', '--bare', '--quiet', `--initial-branch=${defaultBranch}`]);
    await appendFile(join(this.path, 'config'), SETTINGS);
  }

  /** @throws GitRefusal */
  async git(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return (await this.run(args, { env })).toString();
  }

  /** @throws GitRefusal */
  async gitWithInput(
    args: readonly string[],
    input: string | Buffer,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    return (await this.run(args, { input, env })).toString();
  }

  private async run(
    args: readonly string[],
    {
      input,
      env,
    }: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Buffer> {
    const { code, out, err } = await runProcess({
      program: 'git',
      args,
      cwd: this.path,
      env: { ...quietGitEnvironment(), GIT_DIR: this.path, ...env },
      ...(input === undefined ? {} : { input }),
    });
    if (code === 0) return out;
    throw new GitRefusal(err.toString().trim() || `git ${args[0]} ended with ${code}`, code ?? undefined);
  }

  /** The commit that a branch, tag or SHA names; undefined for an unknown one. */
  async resolve(revision: string): Promise<string | undefined> {
    try {
      return (
        await this.git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
      ).trim();
    } catch {
      return undefined;
    }
  }

  async refs(prefix = 'refs/'): Promise<readonly GitRef[]> {
    const format = '%(refname)%00%(objectname)%00%(*objectname)';
    const text = await this.git(['for-each-ref', `--format=${format}`, prefix]);
    return lines(text).map((line) => {
      const [name = '', object = '', peeled = ''] = line.split('\0');
      return { name, object, commit: peeled === '' ? object : peeled };
    });
  }

  async file(commit: string, path: string): Promise<Buffer | undefined> {
    try {
      return await this.run(['cat-file', 'blob', `${commit}:${path}`]);
    } catch {
      return undefined;
    }
  }

  /** @returns the SHA of the content */
  async writeBlob(content: Buffer): Promise<string> {
    return (await this.gitWithInput(['hash-object', '-w', '--stdin'], content)).trim();
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    return this.git(['merge-base', '--is-ancestor', older, newer]).then(
      () => true,
      () => false,
    );
  }

  /** Compare-and-set of a ref. @returns whether it had not moved and was set */
  async tryUpdateRef(ref: string, to: string, from: string): Promise<boolean> {
    try {
      await this.updateRef(ref, to, from);
      return true;
    } catch (error) {
      if (error instanceof GitRefusal) return false;
      throw error;
    }
  }

  /** Compare-and-set of a ref. @throws GitRefusal when it has moved */
  async updateRef(ref: string, to: string, from: string): Promise<void> {
    await this.git(['update-ref', ref, to, from]);
  }
}

export function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

export const ZERO_SHA = '0'.repeat(40);
