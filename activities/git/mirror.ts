import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project, Repositories } from '../../domain/project';
import { shareWork } from '../../processes/share-work';
import { freshClone, type FreshClone } from './fresh-clone';
import { ofNoActivity, untilCancelled } from './shared-among-activities';
import { git, gitBytes, GitRefusal, linesOf, type GitRun } from './run-git';
import { pastStaleLocks } from './stale-locks';

export type Side = keyof Repositories;

export interface MirrorOptions {
  /** Folder of all mirrors. */
  readonly folder: string;
  readonly url: string;
  readonly token: string;
}

/** Our repositories are never tidied up by git, so it need not look after each fetch whether they should be. */
const FETCH: readonly string[] = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
];

/** Of a side, from the first on. Until refs are packed git looks for each in a file of its own, whenever it leaves out what is public. */
const FETCHES_PER_PACKING = 16;

/** A local bare clone of one project's repositories; everything is composed in it and pushed from it. Nothing in it is remembered: it may be deleted at any time. */
export class Mirror {
  readonly directory: string;
  /** Of the public store beside it, which fetches from canonical alone; it has what canonical had when that was fetched last. */
  readonly publicDirectory: string;
  /** Level with both sides, with all that canonical has beside it, to judge what may be public. Whoever asks while another waits shares it. */
  readonly freshClone = (): Promise<FreshClone> => untilCancelled(this.cloning());
  private readonly cloning = shareWork(() => ofNoActivity(() => freshClone(this)));
  private readonly fetching = new Map<Side, Promise<unknown>>();
  private created: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly fetches = new Map<Side, number>();

  constructor(
    private readonly options: MirrorOptions,
    private readonly project: Project,
  ) {
    const name = join(options.folder, project.repositories.canonical.replaceAll('/', '--'));
    this.directory = `${name}.git`;
    this.publicDirectory = `${name}.public.git`;
  }

  async git(args: readonly string[], more: Omit<GitRun, 'directory' | 'args'> = {}): Promise<string> {
    await this.create();
    return pastStaleLocks([this.directory, this.publicDirectory], () =>
      git({ directory: this.directory, args, ...more }),
    );
  }

  async bytes(args: readonly string[]): Promise<Buffer> {
    await this.create();
    return gitBytes({ directory: this.directory, args });
  }

  /**
   * Git with the token, which goes by environment: a command line is read by everybody on the machine. In the mirror itself
   * unless another repository beside it is named.
   */
  async remote(args: readonly string[], { repository = this.directory } = {}): Promise<string> {
    const header = `Authorization: Basic ${Buffer.from(`oauth2:${this.options.token}`).toString('base64')}`;
    const environment = {
      GIT_DIR: repository,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: header,
    };
    return this.git(args, { environment });
  }

  urlOf(side: Side): string {
    return `${this.options.url}/${this.project.repositories[side]}.git`;
  }

  /** Brings the view of one side level. Whoever asks while a fetch waits for its turn shares it. */
  async fetch(side: Side): Promise<void> {
    await untilCancelled(this.fetching.get(side) ?? this.enqueue(side, async () => undefined));
  }

  /**
   * Brings security level, and canonical after what is read of security then. Both wait for their turns from now on, so that
   * whoever asks for canonical meanwhile shares its fetch.
   */
  async fetchBoth<T>(readSecurity: () => Promise<T>): Promise<T> {
    const security = this.enqueue('security', readSecurity);
    const canonical = this.enqueue('canonical', async () => undefined);
    const [found] = await untilCancelled(Promise.all([security, canonical]));
    return found;
  }

  private enqueue<T>(side: Side, read: () => Promise<T>): Promise<T> {
    const before = this.turn;
    const fetched: Promise<T> = ofNoActivity(async () => {
      await before;
      // From now on it may miss what is pushed; a later one may be waiting already.
      if (this.fetching.get(side) === fetched) this.fetching.delete(side);
      await this.bring(side, [...FETCH, '--prune'], ['refs/heads/*', 'refs/tags/*']);
      const fetches = this.fetches.get(side) ?? 0;
      this.fetches.set(side, fetches + 1);
      if (fetches % FETCHES_PER_PACKING === 0) await this.packRefs();
      return read();
    });
    this.fetching.set(side, fetched);
    this.turn = fetched.catch(() => undefined);
    return fetched;
  }

  /**
   * What is canonical's goes into the public store, out of which the mirror gets it: GitLab is asked once for what both need, and
   * nothing of canonical is in the mirror that is not known to be public.
   */
  private async bring(side: Side, how: readonly string[], refs: readonly string[]): Promise<void> {
    const seen = refs.map((ref) => `+${ref}:${ref.replace('refs/', `refs/sides/${side}/`)}`);
    if (side !== 'canonical') {
      await this.remote([...how, this.urlOf(side), ...seen]);
      return;
    }
    await initialise(this.publicDirectory, ['--template=']);
    const same = refs.map((ref) => `+${ref}:${ref}`);
    await this.remote([...how, this.urlOf(side), ...same], { repository: this.publicDirectory });
    await this.git([...how, this.publicDirectory, ...seen]);
  }

  /** Where that fails, as it does while another process is at it, it is done another time. */
  private async packRefs(): Promise<void> {
    for (const repository of [this.directory, this.publicDirectory].filter((one) => existsSync(one)))
      await this.git(['pack-refs', '--all'], { environment: { GIT_DIR: repository } }).catch(() => undefined);
  }

  /** Brings a few refs of one side level; the others stay as they were, unless one of these is gone: then all are looked at. */
  async fetchRefs(side: Side, refs: readonly string[]): Promise<void> {
    const fetch = this.turn.then(() => this.bring(side, FETCH, refs));
    this.turn = fetch.catch(() => undefined);
    try {
      await fetch;
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      await this.fetch(side);
    }
  }

  /** A commit by its id, for which no ref stands then. @throws GitRefusal where the side does not have it */
  async fetchCommit(side: Side, commit: string): Promise<void> {
    await this.remote([...FETCH, this.urlOf(side), commit]);
  }

  /** Commit of a ref as last fetched; undefined for an unknown one. */
  async resolve(revision: string): Promise<string | undefined> {
    try {
      return (
        await this.git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
      ).trim();
    } catch (error) {
      if (error instanceof GitRefusal) return undefined;
      throw error;
    }
  }

  /** The file at a commit; undefined where there is none. */
  async file(commit: string, path: string): Promise<string | undefined> {
    return (await this.fileBytes(commit, path))?.toString();
  }

  /** As {@link file}, byte for byte. */
  async fileBytes(commit: string, path: string): Promise<Buffer | undefined> {
    try {
      return await this.bytes(['cat-file', 'blob', `${commit}:${path}`]);
    } catch (error) {
      if (error instanceof GitRefusal) return undefined;
      throw error;
    }
  }

  /** Names below a side's namespace, `heads` or `tags`, as last fetched. */
  async names(side: Side, kind: 'heads' | 'tags'): Promise<readonly string[]> {
    const prefix = `refs/sides/${side}/${kind}/`;
    const text = await this.git(['for-each-ref', '--format=%(refname)', prefix]);
    return linesOf(text).map((ref) => ref.slice(prefix.length));
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    try {
      await this.git(['merge-base', '--is-ancestor', older, newer]);
      return true;
    } catch (error) {
      if (error instanceof GitRefusal) return false;
      throw error;
    }
  }

  private create(): Promise<void> {
    this.created ??= ofNoActivity(() => initialise(this.directory)).catch((error: unknown) => {
      this.created = undefined;
      throw error;
    });
    return this.created;
  }
}

async function initialise(directory: string, options: readonly string[] = []): Promise<void> {
  if (existsSync(join(directory, 'HEAD'))) return;
  await mkdir(directory, { recursive: true });
  await git({ directory, args: ['init', '--bare', '--quiet', ...options] });
  await git({ directory, args: ['config', 'gc.auto', '0'] });
}

/** One mirror for each project, shared by all activities of a worker. */
export function openMirrors(options: MirrorOptions): (project: Project) => Mirror {
  const mirrors = new Map<string, Mirror>();
  return (project) => {
    const key = JSON.stringify(project.repositories);
    const mirror = mirrors.get(key) ?? new Mirror(options, project);
    mirrors.set(key, mirror);
    return mirror;
  };
}
