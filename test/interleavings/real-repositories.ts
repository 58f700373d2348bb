import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { composeTopics } from '../../activities/git/compose-topics';
import { pushPublicly } from '../../activities/git/push-publicly';
import type { RecipeTopic } from '../../domain/embargo/composition';
import { firstAudience, topicBranchOf, type EmbargoState } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { plantProject, type PlantedProject } from '../support/planted-project';
import { freshRecords, type TestRecords } from '../support/records';
import { FIRST_MINORS } from './new-world';
import { fixesIn, historyOf } from './repositories';
import {
  must,
  type Commit,
  type Fix,
  type History,
  type Package,
  type PublicPush,
  type World,
} from './world';

/** What the house's own functions did with one history of the model. */
export interface Followed {
  readonly let: number;
  readonly refused: number;
  readonly composed: number;
}

/**
 * One project of the model, gitlab, on real repositories with a real registry: people's commits are pushed as people do, and
 * what the engine does goes through the functions that production uses.
 */
export interface RealRepositories {
  /** Does in reality what the model did since it was followed last. @throws where they differ */
  follow(world: World): Promise<void>;
  followed(): Followed;
  end(): Promise<void>;
}

const PROJECT = 'gitlab';
/** By state of the model, the states that an embargo passes to come there. */
const WAY: Readonly<Partial<Record<EmbargoState, readonly EmbargoState[]>>> = {
  sealed: ['fixed_on_managed_systems', 'sealed'],
  disclosing: ['fixed_on_managed_systems', 'sealed', 'disclosing'],
  disclosed: ['fixed_on_managed_systems', 'sealed', 'disclosing', 'disclosed'],
  withdrawn: ['withdrawn'],
};

export async function startRealRepositories(world: World): Promise<RealRepositories> {
  const [planted, database] = await Promise.all([plantProject(beginning(world)), freshRecords()]);
  const real = new Following({ planted, records: database.records }, world.parents.length - 1);
  return {
    follow: (now) => real.follow(now),
    followed: () => real.counts,
    end: async () => {
      await database.end();
      await planted.end();
    },
  };
}

/** What the model begins with: every commit so far is public. */
function beginning(world: World) {
  const canonical = world.canonical[PROJECT];
  return {
    commits: world.parents.map((parents, commit) => ({
      name: `c${commit}`,
      on: parents.map((parent) => `c${parent}`),
      changes: { [fileOf(commit)]: `change ${commit}\n`, ...(commit === 0 ? { VERSION: '18.4.0\n' } : {}) },
    })),
    canonical: {
      master: `c${canonical.default}`,
      ...Object.fromEntries(
        FIRST_MINORS.map((minor) => [branchOf(minor), `c${canonical.stable.get(minor)}`]),
      ),
    },
  };
}

function fileOf(commit: Commit): string {
  return `changes/${commit}.txt`;
}

function branchOf(line: string): string {
  return line === 'default' ? 'master' : `${line.replace('.', '-')}-stable`;
}

/** `fix A` → `embargo:7xk2v9wjqa`: as meaningless as the real ones. */
function idOf(fix: Fix): string {
  return `embargo:7xk2v9wjq${fix.name.slice(-1).toLowerCase()}`;
}

/** `patch 4` → `patch:4` */
function releaseOf(plan: string): string {
  return plan.replaceAll(/[()]/g, '').trim().replaceAll(' ', ':');
}

class Following {
  readonly counts = { let: 0, refused: 0, composed: 0 };
  private readonly shas = new Map<Commit, string>();
  /** Merges of more than two are made one by one. */
  private readonly made = new Map<Commit, readonly string[]>();
  private readonly states = new Map<Fix, EmbargoState>();
  private readonly topics = new Set<Commit>();
  private pushes = 0;
  private packages = 1;

  constructor(
    private readonly house: { readonly planted: PlantedProject; readonly records: TestRecords['records'] },
    /** Commits up to this one were there at the beginning. */
    private readonly lastPlanted: Commit,
  ) {}

  async follow(world: World): Promise<void> {
    const fixes = world.fixes.filter(({ projects }) => projects.includes(PROJECT));
    for (const fix of fixes) await this.open(fix);
    for (const fix of fixes) this.pushTopics(world, fix);
    for (const fix of fixes) await this.move(fix);
    for (const push of world.pushes.slice(this.pushes)) {
      if (push.project === PROJECT) await this.push(world, push);
    }
    this.pushes = world.pushes.length;
    for (const made of world.packages.slice(this.packages)) await this.compose(world, made);
    this.packages = world.packages.length;
  }

  private async open(fix: Fix): Promise<void> {
    if (this.states.has(fix)) return;
    this.states.set(fix, 'opened');
    await this.house.records.embargoes.open({
      embargo: idOf(fix),
      key: `open ${fix.name}`,
      actor: { id: 'sena', roles: ['security-engineer'] },
      reason: 'Reported by a researcher.',
      title: 'Something can be guessed',
      owner: 'olaf',
      severity: 'S1',
      affects: fix.affects.map((line) => ({ line, evidence: 'read in the code' })),
      audience: firstAudience({ owner: 'olaf', reviewers: [], operators: [], now: new Date().toISOString() }),
    });
  }

  private pushTopics(world: World, fix: Fix): void {
    for (const [place, commit] of fix.topics) {
      if (!place.startsWith(PROJECT) || this.topics.has(commit)) continue;
      this.topics.add(commit);
      const line = place.slice(PROJECT.length + 1);
      const ref = `refs/heads/${topicBranchOf(idOf(fix), line)}`;
      this.git([
        'push',
        '--quiet',
        this.house.planted.repository('security'),
        `${this.sha(world, commit)}:${ref}`,
      ]);
    }
  }

  private async move(fix: Fix): Promise<void> {
    const way = WAY[fix.state] ?? [];
    let from = must(this.states.get(fix), fix.name);
    for (const to of way.slice(way.indexOf(from) + 1)) {
      await this.house.records.embargoes.move({
        embargo: idOf(fix),
        key: `${fix.name} ${from} ${to}`,
        actor: ENGINE,
        reason: 'The model says so.',
        from,
        to,
        ...(to === 'disclosing' ? { plan: releaseOf(must(fix.plan, 'plan')) } : {}),
      });
      from = to;
    }
    this.states.set(fix, from);
  }

  private async push(world: World, push: PublicPush): Promise<void> {
    if (push.fresh === 0n && push.plan === 'nightly') return;
    const ref = `refs/heads/${branchOf(push.line)}`;
    const object = this.sha(world, push.commit, push.plan);
    const canonical = this.house.planted.repository('canonical');
    if (push.plan === 'public change') {
      this.git(['push', '--quiet', canonical, `${object}:${ref}`]);
      return;
    }
    const from = this.git(['ls-remote', canonical, ref]).split('\t')[0];
    const { mirror, project } = this.house.planted;
    const isLet = await pushPublicly(
      { records: this.house.records, mirrorOf: () => mirror },
      {
        release: releaseOf(push.plan),
        project,
        refs: [{ ref, object, ...(from === undefined || from === '' ? {} : { from }) }],
        made: this.madeIn(world, push.fresh),
      },
    ).then(() => true, refusal);
    if (isLet !== push.isLet)
      throw new Error(`the gate ${isLet ? 'lets' : 'refuses'} ${push.plan} of ${push.line}`);
    this.counts[isLet ? 'let' : 'refused'] += 1;
    this.requireSecrecy(world);
  }

  /** Of what a push makes public, the commits that the engine made: merges, and versions. */
  private madeIn(world: World, fresh: History): readonly string[] {
    return world.parents.flatMap((_parents, commit) =>
      (fresh >> BigInt(commit)) % 2n === 1n && !this.topics.has(commit) ? (this.made.get(commit) ?? []) : [],
    );
  }

  /** No object of canonical, ref or no ref, is a commit or a file of a fix that is secret still. */
  private requireSecrecy(world: World): void {
    const canonical = this.house.planted.repository('canonical');
    const args = ['--git-dir', canonical, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)'];
    const objects = new Set(this.git(args).split('\n'));
    for (const fix of world.fixes) {
      if (fix.state === 'disclosing' || fix.state === 'disclosed') continue;
      for (const [place, commit] of fix.topics) {
        if (!place.startsWith(PROJECT)) continue;
        const sha = this.sha(world, commit);
        const blob = this.git(['rev-parse', `${sha}:${fileOf(commit)}`]);
        if (objects.has(sha) || objects.has(blob)) throw new Error(`${fix.name} is in canonical`);
      }
    }
  }

  private async compose(world: World, { base, commits }: Package): Promise<void> {
    const { mirror } = this.house.planted;
    const inBase = fixesIn(world, PROJECT, base[PROJECT]);
    const topics = world.fixes.flatMap((fix, index): readonly RecipeTopic[] => {
      const head = fix.topics.get(`${PROJECT} default`);
      if (head === undefined || fix.state === 'withdrawn' || !contains(world, commits[PROJECT], head))
        return [];
      return [{ embargo: idOf(fix), ordinal: index + 1, head: this.sha(world, head) }];
    });
    const composed = await composeTopics(mirror, {
      project: PROJECT,
      base: this.sha(world, base[PROJECT]),
      topics,
    });
    if (composed.outcome === 'conflicts') throw new Error('the topics of a package contradict one another');
    const left = composed.left.map(({ embargo }) => embargo);
    if (left.some((id) => !inBase.some((fix) => idOf(fix) === id)))
      throw new Error(`${left.join()} has left too early`);
    this.requireFiles(world, { sha: composed.commit, of: commits[PROJECT] });
    this.counts.composed += 1;
  }

  /** The files of a real commit are those of the model's. */
  private requireFiles(world: World, { sha, of }: { readonly sha: string; readonly of: Commit }): void {
    const there = this.git(['ls-tree', '-r', '--name-only', sha, 'changes/']).split('\n').toSorted().join();
    const wanted = world.parents
      .flatMap((_parents, commit) =>
        contains(world, of, commit) && this.kindOf(world, commit) === 'change' ? [fileOf(commit)] : [],
      )
      .toSorted()
      .join();
    if (there !== wanted) throw new Error(`the composition holds ${there} and should hold ${wanted}`);
  }

  private kindOf(world: World, commit: Commit): 'change' | 'merge' | 'version' {
    if (must(world.parents[commit], 'parents').length > 1) return 'merge';
    const isVersion = world.versions.some(({ commits }) => commits?.[PROJECT] === commit);
    return isVersion && commit > this.lastPlanted ? 'version' : 'change';
  }

  /** The real commit of the model's, made when it is needed first. */
  private sha(world: World, commit: Commit, plan = 'nobody'): string {
    const known = this.shas.get(commit);
    if (known !== undefined) return known;
    const sha =
      commit <= this.lastPlanted ? this.house.planted.sha(`c${commit}`) : this.make(world, commit, plan);
    this.shas.set(commit, sha);
    return sha;
  }

  private make(world: World, commit: Commit, plan: string): string {
    const parents = must(world.parents[commit], 'parents').map((parent) => this.sha(world, parent, plan));
    const kind = this.kindOf(world, commit);
    const words =
      kind === 'change'
        ? `Change ${commit}`
        : `Prepare\n\nSignalbox-Key: ${releaseOf(plan)}/tag/gitlab/${commit}`;
    const made =
      kind === 'merge'
        ? this.mergeAll(parents, words)
        : [this.commitFile({ on: must(parents[0], 'parent'), words, ...this.fileIn(world, commit) })];
    if (kind !== 'change') this.made.set(commit, made);
    return must(made.at(-1), 'commit');
  }

  private fileIn(world: World, commit: Commit): { readonly path: string; readonly content: string } {
    if (this.kindOf(world, commit) === 'change')
      return { path: fileOf(commit), content: `change ${commit}\n` };
    const version = world.versions.find(({ commits }) => commits?.[PROJECT] === commit);
    return { path: 'VERSION', content: `${version?.number}\n` };
  }

  private mergeAll([first = '', ...others]: readonly string[], words: string): readonly string[] {
    const merges: string[] = [];
    for (const other of others) {
      const on = merges.at(-1) ?? first;
      const [tree = ''] = this.git(['merge-tree', '--write-tree', on, other]).split('\n');
      merges.push(this.git(['commit-tree', tree, '-p', on, '-p', other], words));
    }
    return merges;
  }

  private commitFile(wanted: {
    readonly on: string;
    readonly path: string;
    readonly content: string;
    readonly words: string;
  }): string {
    const { on, path, content, words } = wanted;
    const env = { GIT_INDEX_FILE: join(this.house.planted.folder, 'index') };
    this.git(['read-tree', on], '', env);
    const blob = this.git(['hash-object', '-w', '--stdin'], content);
    this.git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], '', env);
    return this.git(['commit-tree', this.git(['write-tree'], '', env), '-p', on], words);
  }

  private git(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): string {
    return execFileSync('git', [...args], {
      cwd: this.house.planted.mirror.directory,
      input,
      maxBuffer: 1 << 26,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...quietGitEnvironment(), ...SOMEBODY, ...env },
    })
      .toString()
      .trim();
  }
}

const SOMEBODY = {
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
};

function contains(world: World, commit: Commit, other: Commit): boolean {
  return (historyOf(world, commit) >> BigInt(other)) % 2n === 1n;
}

/** @throws what is no refusal of the gate */
function refusal(error: unknown): false {
  if (error instanceof Error && 'type' in error && error.type === 'RefusedByPolicy') return false;
  throw error;
}
