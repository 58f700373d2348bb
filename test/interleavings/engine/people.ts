import { firstAudience, topicBranchOf } from '../../../domain/embargo/embargo';
import { ENGINE } from '../../../domain/release/release';
import { linesOf } from '../../../activities/git/run-git';
import { projectNamed } from '../../../activities/outside';
import { firstOf, isCandidate } from '../../../domain/version/naming';
import { compareNumbers, nextPatch } from '../../../domain/version/number';
import type { EngineWorld } from './engine-world';
import { gitAt } from './planted-product';

/** A fix under embargo, and everything of it that must not be public: known to the history, whatever the registry knows. */
export interface WrittenFix {
  readonly name: string;
  readonly embargo: string;
  readonly projects: readonly string[];
  /** File that it adds, by project. */
  readonly file: string;
  /** By project: commits, trees and blobs. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** `gitaly 18.6` → head of the topic. */
  readonly heads: Readonly<Record<string, string>>;
}

const LINES = ['default', '18.6', '18.5'];

/** What people outside the engine do: they push to repositories, and decide about embargoes. */
export class People {
  private changes = 0;

  constructor(private readonly world: EngineWorld) {}

  /** Reported, and written on every line that has the hole, on the security side alone. */
  async writeFix(
    { fix: name, projects }: { readonly fix: string; readonly projects: readonly string[] },
    on?: WrittenFix,
  ): Promise<WrittenFix> {
    const embargo = `embargo:7xk2v9wjq${name.toLowerCase()}`;
    await this.world.database.records.embargoes.open({
      embargo,
      key: `open ${name}`,
      actor: { id: 'sena', roles: ['security-engineer'] },
      reason: 'Reported by a researcher.',
      title: 'Something can be guessed',
      owner: 'olaf',
      severity: 'S1',
      affects: LINES.map((line) => ({ line, evidence: 'read in the code' })),
      audience: firstAudience({ owner: 'olaf', reviewers: [], operators: [], now: new Date().toISOString() }),
    });
    const objects: Record<string, readonly string[]> = {};
    const heads: Record<string, string> = {};
    for (const project of projects) {
      const made = await this.commit({
        project,
        side: 'security',
        file: `fix-${name}`,
        on: LINES.map((line) => ({
          branch: topicBranchOf(embargo, line),
          from: on?.heads[`${project} ${line}`] ?? `refs/read/${branchOf(line)}`,
          content: `fix ${name} of ${line}\n`,
        })),
      });
      objects[project] = made.flatMap((one) => one.objects);
      for (const [index, { commit, objects: ofTopic }] of made.entries()) {
        const line = LINES[index] ?? '';
        heads[`${project} ${line}`] = commit;
        await this.registerTopic({ embargo, project, line, commit, objects: ofTopic });
      }
    }
    return { name, embargo, projects, file: `fix-${name}`, objects, heads };
  }

  private async registerTopic(told: {
    readonly embargo: string;
    readonly project: string;
    readonly line: string;
    readonly commit: string;
    readonly objects: readonly string[];
  }): Promise<void> {
    const { embargo, project, line, commit: head, objects } = told;
    await this.world.database.records.embargoes.registerTopic({
      embargo,
      key: `${embargo} topic ${project} ${line}`,
      actor: ENGINE,
      reason: 'Its branch was pushed.',
      topic: { project, line, branch: topicBranchOf(embargo, line), head },
      objects,
      fingerprints: [],
      making: 'none',
    });
  }

  async seal({ embargo }: WrittenFix): Promise<void> {
    const { embargoes } = this.world.database.records;
    if ((await embargoes.find(embargo))?.state !== 'opened') return;
    await this.move({ embargo, from: 'opened', to: 'fixed_on_managed_systems' });
    await this.move({ embargo, from: 'fixed_on_managed_systems', to: 'sealed' });
  }

  async pull({ embargo }: WrittenFix): Promise<void> {
    const from = (await this.world.database.records.embargoes.find(embargo))?.state;
    if (from === 'opened' || from === 'sealed') await this.move({ embargo, from, to: 'withdrawn' });
  }

  private async move(change: {
    readonly embargo: string;
    readonly from: 'opened' | 'fixed_on_managed_systems' | 'sealed';
    readonly to: 'fixed_on_managed_systems' | 'sealed' | 'withdrawn';
  }): Promise<void> {
    const { embargoes } = this.world.database.records;
    const key = `${change.embargo} ${change.from} ${change.to}`;
    await embargoes
      .move({ ...change, key, actor: { id: 'sena', roles: ['security-engineer'] }, reason: 'As told.' })
      // A release has begun to disclose it meanwhile.
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'RecordsConflict') throw error;
      });
  }

  async change({ project, branch }: { readonly project: string; readonly branch: string }): Promise<void> {
    this.changes += 1;
    const file = `change-${this.changes}`;
    const on = [{ branch, from: `refs/heads/${branch}`, content: `${file}\n` }];
    await this.commit({ project, side: 'canonical', file, on });
  }

  /** As a refused X.Y.0 asks for: what was disclosed after its candidate was chosen is on the default branch alone. */
  async mergeDisclosed(minor: string, fixes: readonly WrittenFix[]): Promise<void> {
    for (const { embargo, projects, heads } of fixes) {
      if ((await this.world.database.records.embargoes.find(embargo))?.state !== 'disclosed') continue;
      for (const project of projects)
        await this.merge(project, { minor, head: heads[`${project} default`] ?? '' });
    }
  }

  private async merge(
    project: string,
    { minor, head }: { readonly minor: string; readonly head: string },
  ): Promise<void> {
    const path = this.world.repository(projectNamed(this.world.settings, project), 'canonical');
    const branch = `refs/heads/${branchOf(minor)}`;
    const from = await gitAt(path, ['rev-parse', branch]);
    if ((await gitAt(path, ['rev-list', '--max-count=1', head, '--not', from])) === '') return;
    const tree = await gitAt(path, ['merge-tree', '--write-tree', from, head]);
    const commit = await gitAt(path, ['commit-tree', tree, '-p', from, '-p', head], 'Merge what is public\n');
    await gitAt(path, ['update-ref', branch, commit, from]);
  }

  /** The next name after all there are, wherever one was burned below. @returns the name that is taken now */
  async tagByHand({ project, minor }: { readonly project: string; readonly minor: string }): Promise<string> {
    const path = this.world.repository(projectNamed(this.world.settings, project), 'canonical');
    const listed = await gitAt(path, ['tag', '--list', `v${minor}.*`]);
    const versions = linesOf(listed).map((tag) => tag.slice(1));
    const newest = versions
      .filter((version) => !isCandidate(version))
      .toSorted(compareNumbers)
      .at(-1);
    const name = `v${newest === undefined ? firstOf(minor) : nextPatch(newest)}`;
    const head = `refs/heads/${minor.replace('.', '-')}-stable`;
    try {
      await gitAt(path, ['tag', '--annotate', '--message', 'By hand', name, head]);
    } catch (error) {
      // A release was quicker with the same name.
      if (!String(error).includes('already exists')) throw error;
      return this.tagByHand({ project, minor });
    }
    return name;
  }

  /** A file added on several branches, all by one process of git: each costs more than what it does. */
  private async commit({ project: name, side, file, on }: Wanted): Promise<readonly Made[]> {
    const project = projectNamed(this.world.settings, name);
    const path = this.world.repository(project, side);
    const canonical = this.world.repository(project, 'canonical');
    if (side === 'security') await gitAt(path, ['fetch', '--quiet', canonical, 'refs/heads/*:refs/read/*']);
    const wanted = on.map(
      ({ branch, from, content }, index) =>
        `commit refs/heads/${branch}\nmark :${index + 1}\ncommitter Somebody <somebody@example.com> now\n` +
        `data <<.\nChange ${file}\n.\nfrom ${from}^0\nM 100644 inline ${file}\ndata <<.\n${content}.\n\n` +
        `get-mark :${index + 1}\nls :${index + 1} ""\nls :${index + 1} ${file}\n`,
    );
    const told = await gitAt(path, ['fast-import', '--quiet', '--date-format=now'], wanted.join(''));
    const objects = told.match(/\b[0-9a-f]{40}\b/g) ?? [];
    if (objects.length !== 3 * on.length) throw new Error(`git fast-import tells of other objects: ${told}`);
    return on.map((_, index) => {
      const ofOne = objects.slice(3 * index, 3 * index + 3);
      return { commit: ofOne[0] ?? '', objects: ofOne };
    });
  }
}

interface Wanted {
  readonly project: string;
  readonly side: 'canonical' | 'security';
  readonly file: string;
  readonly on: readonly { readonly branch: string; readonly from: string; readonly content: string }[];
}

interface Made {
  readonly commit: string;
  /** The commit, its tree and the file. */
  readonly objects: readonly string[];
}

function branchOf(line: string): string {
  return line === 'default' ? 'master' : `${line.replace('.', '-')}-stable`;
}
