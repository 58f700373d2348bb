import { firstAudience, topicBranchOf } from '../../../domain/embargo/embargo';
import { ENGINE } from '../../../domain/release/release';
import { projectNamed } from '../../../activities/outside';
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
    const objects: Record<string, string[]> = {};
    const heads: Record<string, string> = {};
    for (const project of projects) {
      objects[project] = [];
      for (const line of LINES) {
        const topic = { project, branch: topicBranchOf(embargo, line), file: `fix-${name}` };
        const from = on?.heads[`${project} ${line}`] ?? this.headOf(project, branchOf(line));
        const made = this.commit({ ...topic, from, side: 'security', content: `fix ${name} of ${line}\n` });
        heads[`${project} ${line}`] = made.commit;
        objects[project].push(...made.objects);
        await this.registerTopic({ embargo, project, line, ...made });
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

  change({ project, branch }: { readonly project: string; readonly branch: string }): void {
    this.changes += 1;
    const file = `change-${this.changes}`;
    const from = this.headOf(project, branch);
    this.commit({ project, branch, from, file, side: 'canonical', content: `${file}\n` });
  }

  /** @returns the name that is taken now */
  tagByHand({ project, minor }: { readonly project: string; readonly minor: string }): string {
    const path = this.world.repository(projectNamed(this.world.settings, project), 'canonical');
    const taken = gitAt(path, ['tag', '--list', `v${minor}.*`]).split('\n').length;
    const name = `v${minor}.${taken}`;
    const head = this.headOf(project, `${minor.replace('.', '-')}-stable`);
    gitAt(path, ['tag', '--annotate', '--message', 'By hand', name, head]);
    return name;
  }

  private headOf(project: string, branch: string): string {
    const path = this.world.repository(projectNamed(this.world.settings, project), 'canonical');
    return gitAt(path, ['rev-parse', `refs/heads/${branch}`]);
  }

  private commit(wanted: {
    readonly project: string;
    readonly branch: string;
    readonly from: string;
    readonly side: 'canonical' | 'security';
    readonly file: string;
    readonly content: string;
  }): { readonly commit: string; readonly objects: readonly string[] } {
    const { project, branch, from, side, file, content } = wanted;
    const path = this.world.repository(projectNamed(this.world.settings, project), side);
    const canonical = this.world.repository(projectNamed(this.world.settings, project), 'canonical');
    if (side === 'security') gitAt(path, ['fetch', '--quiet', canonical, 'refs/heads/*:refs/read/*']);
    const blob = gitAt(path, ['hash-object', '-w', '--stdin'], content);
    const rows = gitAt(path, ['ls-tree', from]).split('\n');
    const others = rows.filter((row) => !row.endsWith(`\t${file}`));
    const tree = gitAt(path, ['mktree'], `${[...others, `100644 blob ${blob}\t${file}`].join('\n')}\n`);
    const commit = gitAt(path, ['commit-tree', tree, '-p', from], `Change ${file}\n`);
    gitAt(path, ['update-ref', `refs/heads/${branch}`, commit]);
    return { commit, objects: [commit, tree, blob] };
  }
}

function branchOf(line: string): string {
  return line === 'default' ? 'master' : `${line.replace('.', '-')}-stable`;
}
