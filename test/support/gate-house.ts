import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushPublicly } from '../../activities/git/push-publicly';
import type { WantedRef } from '../../activities/git/push-refs';
import type { Mirror } from '../../activities/git/mirror';
import { firstAudience, type Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { plantProject, type PlantedProject, type Planting } from './planted-project';
import { freshRecords, type TestRecords } from './records';
import { someSettings } from './release-inputs';

export const RELEASE = 'patch:7';
/** Ten letters that can be told from everything else. */
export const CODE = 'zq7xk2v9wj';
export const EMBARGO = `embargo:${CODE}`;

const FIX = `class Tokens
  def self.compare(given, kept)
    ActiveSupport::SecurityUtils.secure_compare(given, kept)
  end
end
`;
const LIBRARY = Array.from({ length: 30 }, (_, line) => `def step_${line}; end\n`).join('');

/** A public project, a fix of two commits on its security side, and somebody's work there that nobody has registered. */
const PLANTING: Planting = {
  commits: [
    {
      name: 'p1',
      changes: { VERSION: '18.6.1\n', 'lib/steps.rb': LIBRARY, 'lib/tokens.rb': 'class Tokens\nend\n' },
    },
    { name: 'p2', on: ['p1'], changes: { 'lib/steps.rb': LIBRARY.replace('step_3;', 'step_three;') } },
    { name: 'side', on: ['p1'], changes: { 'lib/side.rb': 'def side; end\n' } },
    {
      name: 't1',
      on: ['p2'],
      message: 'Compare tokens',
      changes: { 'lib/tokens.rb': 'class Tokens\n  # compared safely from now on\nend\n' },
    },
    { name: 't2', on: ['t1'], message: 'Compare them in constant time', changes: { 'lib/tokens.rb': FIX } },
    {
      name: 'work',
      on: ['p2'],
      message: 'Try something',
      changes: { 'lib/try.rb': 'def trial_and_error; end\n' },
    },
  ],
  canonical: { master: 'p2', '18-6-stable': 'p1', side: 'side' },
  security: { [`topic/${CODE}/default`]: 't2', 'somebody/work': 'work' },
};

export type Place = 'canonical' | 'security' | 'mirror';

/** An object that a folder names instead of a file of its own; what is passed off is said to be a file. */
type Named = { readonly submodule: string } | { readonly passedOff: string };

export interface CommitWanted {
  /** Names of planted commits, or ids. */
  readonly on: readonly string[];
  readonly changes?: Readonly<Record<string, string | Named>>;
  /** A whole tree instead of the first parent's. */
  readonly tree?: string;
  readonly message?: string;
  /** Who it says it is by; this release unless told otherwise. */
  readonly key?: string | null;
}

export interface PushWanted {
  readonly refs: readonly WantedRef[];
  readonly made?: readonly string[];
  readonly release?: string;
}

/** A project on real git with a registry, and a worker in front of the gate. */
export interface GateHouse {
  readonly world: PlantedProject;
  readonly project: Project;
  readonly mirror: Mirror;
  readonly records: TestRecords['records'];
  git(place: Place, args: readonly string[], input?: string): string;
  /** As an effect composes it, in the mirror alone. */
  commit(wanted: CommitWanted): Promise<string>;
  tag(wanted: { readonly name: string; readonly of: string; readonly type?: string }): string;
  push(wanted: PushWanted): Promise<void>;
  /** Whether a repository has the object, or anything in it that names it. */
  holds(place: Place, id: string): boolean;
  end(): Promise<void>;
}

export async function startGateHouse({ embargo = true } = {}): Promise<GateHouse> {
  const [world, database] = await Promise.all([plantProject(PLANTING), freshRecords()]);
  const { records } = database;
  const { mirror } = world;
  const project: Project = {
    ...world.project,
    changelog: 'CHANGELOG.md',
    pins: [{ project: 'gitaly', path: 'GITALY_SERVER_VERSION' }],
  };
  if (embargo) await openEmbargo(records);
  const directory: Readonly<Record<Place, string>> = {
    canonical: world.repository('canonical'),
    security: world.repository('security'),
    mirror: mirror.directory,
  };
  const git = (place: Place, args: readonly string[], input?: string): string =>
    gitAt(directory[place], { args, ...(input === undefined ? {} : { input }) })
      .toString()
      .trim();
  return {
    world,
    project,
    mirror,
    records,
    git,
    commit: (wanted) => commitIn({ world, mirror }, wanted),
    tag: ({ name, of, type = 'commit' }) =>
      git(
        'mirror',
        ['mktag'],
        `object ${of}\ntype ${type}\ntag ${name}\ntagger Somebody <somebody@example.com> 1790000000 +0000\n\nVersion ${name}\n\nSignalbox-Key: ${RELEASE}/tag/gitlab/1\n`,
      ),
    push: ({ refs, made = [], release = RELEASE }) =>
      pushPublicly({ records, mirrorOf: () => mirror }, { release, project, refs, made }),
    holds: (place, id) => holds(directory[place], id),
    end: async () => {
      await database.end();
      await world.end();
    },
  };
}

export async function openEmbargo(
  { embargoes, releases }: TestRecords['records'],
  told: { readonly id?: string } = {},
): Promise<Embargo> {
  const { id = EMBARGO } = told;
  await releases.open({
    id: RELEASE,
    kind: 'patch',
    title: 'Patch release 7',
    requestKey: RELEASE,
    settings: someSettings(),
    startedBy: { id: 'rosa', roles: ['release-manager'] },
  });
  return embargoes.open({
    embargo: id,
    key: `open ${id}`,
    actor: { id: 'sena', roles: ['security-engineer'] },
    reason: 'Reported by a researcher.',
    title: 'Tokens can be guessed by timing',
    owner: 'olaf',
    severity: 'S1',
    affects: [{ line: 'default', evidence: 'introduced by !123' }],
    audience: firstAudience({ owner: 'olaf', reviewers: [], operators: [], now: new Date().toISOString() }),
  });
}

interface GitAt {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function gitAt(directory: string, { args, input = '', env = {} }: GitAt): Buffer {
  return execFileSync('git', [...args], {
    cwd: directory,
    input,
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...quietGitEnvironment(), ...SOMEBODY, GIT_DIR: directory, ...env },
  });
}

const SOMEBODY = {
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_AUTHOR_DATE: '1790000000 +0000',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_DATE: '1790000000 +0000',
};

async function commitIn(
  { world, mirror }: { readonly world: PlantedProject; readonly mirror: Mirror },
  wanted: CommitWanted,
): Promise<string> {
  const { on, changes = {}, message = 'Update version files', key = `${RELEASE}/tag/gitlab/18.6.2` } = wanted;
  const parents = on.map((name) => (/^[0-9a-f]{40}$/.test(name) ? name : world.sha(name)));
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-index-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  const git = (args: readonly string[], input?: string): string =>
    gitAt(mirror.directory, { args, env, ...(input === undefined ? {} : { input }) })
      .toString()
      .trim();
  git(['read-tree', wanted.tree ?? parents[0] ?? '']);
  for (const [path, change] of Object.entries(changes)) {
    const named = typeof change === 'string' ? git(['hash-object', '-w', '--stdin'], change) : change;
    git(['update-index', '--add', '--cacheinfo', `${entryOf(named)},${path}`]);
  }
  const tree = git(['write-tree']);
  await rm(folder, { recursive: true });
  const words = key === null ? message : `${message}\n\nSignalbox-Key: ${key}\n`;
  return git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], words);
}

function entryOf(named: string | Named): string {
  if (typeof named === 'string') return `100644,${named}`;
  return 'submodule' in named ? `160000,${named.submodule}` : `100644,${named.passedOff}`;
}

function holds(directory: string, id: string): boolean {
  const everything = gitAt(directory, { args: ['cat-file', '--batch-all-objects', '--batch'] });
  return everything.includes(id) || everything.includes(Buffer.from(id, 'hex'));
}
