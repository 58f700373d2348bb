import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';

const run = promisify(execFile);

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

function wordsOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr === '' ? error.message : stderr;
}

/** What this machine's owner configured for their own git is not to decide here. */
export function quietGitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** A bare repository, worked on by git itself. */
export class GitRepository {
  constructor(readonly path: string) {}

  async create(defaultBranch: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await this.git(['init', '--bare', '--quiet', `--initial-branch=${defaultBranch}`]);
    await this.git(['config', 'http.receivepack', 'true']);
    await this.git(['config', 'receive.advertisePushOptions', 'true']);
    await this.git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    await this.git(['config', 'gc.auto', '0']);
  }

  /** @throws GitRefusal */
  async git(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    try {
      const { stdout } = await run('git', [...args], {
        cwd: this.path,
        maxBuffer: 1 << 28,
        env: { ...quietGitEnvironment(), GIT_DIR: this.path, ...env },
      });
      return stdout;
    } catch (error) {
      const code = isNativeError(error) && 'code' in error ? Number(error.code) : undefined;
      throw new GitRefusal(wordsOf(error), code, { cause: error });
    }
  }

  /** @throws GitRefusal */
  async gitWithInput(
    args: readonly string[],
    input: string | Buffer,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const child = spawn('git', [...args], {
      cwd: this.path,
      env: { ...quietGitEnvironment(), GIT_DIR: this.path, ...env },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // Git may be done before it has read everything; its exit code tells.
    child.stdin.on('error', () => undefined).end(input);
    const [code]: (number | null)[] = await once(child, 'close');
    if (code !== 0) throw new GitRefusal(Buffer.concat(err).toString().trim(), code ?? undefined);
    return Buffer.concat(out).toString();
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
      const { stdout } = await run('git', ['cat-file', 'blob', `${commit}:${path}`], {
        cwd: this.path,
        encoding: 'buffer',
        maxBuffer: 1 << 28,
        env: { ...quietGitEnvironment(), GIT_DIR: this.path },
      });
      return stdout;
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
