import type { Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import { addEnvironment } from '../../sandbox/gitlab/environments';
import type { Project as Repository } from '../../sandbox/gitlab/entities';
import { deployedPlaces } from '../../starters/deployed-fixes';
import { readGitLab, type GitLabReader } from '../../starters/gitlab-reader';
import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';

const NOW = '2026-12-01T12:00:00.000Z';
const MIGRATIONS = 'db/gprd';
const AN_HOUR_MS = 3_600_000;
const MANY = 130;

let gitlab: TestGitLab;
let repository: Repository;
let reader: GitLabReader;
let before: string;
let fix: string;
let after: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  const { instance } = gitlab;
  repository = await plantProject(instance);
  before = await commitFiles(instance, repository, { 'a.txt': 'hole' });
  fix = await commitFiles(instance, repository, { 'a.txt': 'mended' });
  after = await commitFiles(instance, repository, { 'b.txt': 'more' });
  for (const [name, tier] of [
    ['gstg', 'staging'],
    ['gprd', 'production'],
    [MIGRATIONS, 'production'],
    ['pre', 'testing'],
  ] as const)
    addEnvironment(instance, repository, { name, tier });
  reader = readGitLab({ url: gitlab.url, token: gitlab.token });
}, 60_000);
afterAll(() => gitlab.end());
beforeEach(() => {
  const { deployments } = gitlab.instance.tables;
  for (const { id } of deployments.all(repository.id)) deployments.remove(repository.id, id);
});

/** Hours after the fix was made. */
function deploy(environment: string, sha: string, hours: number): string {
  const at = new Date(Date.now() + hours * AN_HOUR_MS).toISOString();
  const { store, tables } = gitlab.instance;
  const id = store.next('deployment');
  const row = { id, iid: id, project_id: repository.id, environment, sha, user_id: 1 };
  const told = { ref: 'main', tag: false, status: 'success', created_at: at, updated_at: at } as const;
  tables.deployments.put(repository.id, id, { ...row, ...told });
  return at;
}

function asked(name = 'group/project') {
  const repositories = { canonical: name, security: name, build: name };
  const project = { name: 'gitaly', repositories } as unknown as Project;
  const topic = { project: 'gitaly', line: 'default', branch: 'topic/k3v9x0q2ab/default', head: fix };
  return {
    embargo: { topics: [topic] } as unknown as Embargo,
    settings: {
      projects: [project],
      candidate: { from: 'environment', environment: 'gprd', migrations: MIGRATIONS },
    } as const,
    now: NOW,
  };
}

it('tells of the managed systems alone when each had the fix, and when it had it no more', async () => {
  const long = deploy('gprd', before, -2 * 24);
  const first = deploy('gprd', after, 1);
  const back = deploy('gprd', before, 2);
  for (const environment of [MIGRATIONS, 'pre']) deploy(environment, after, 1);
  const staged = deploy('gstg', fix, 0);

  expect(await deployedPlaces(reader, asked())).toEqual([
    {
      place: 'gprd',
      changes: [
        { at: long, isFixed: false },
        { at: first, isFixed: true },
        { at: back, isFixed: false },
      ],
    },
    { place: 'gstg', changes: [{ at: staged, isFixed: true }] },
  ]);
});

it('asks of the systems that the configuration names, whatever their tier, and of no others', async () => {
  deploy('gprd', after, 1);
  const tried = deploy('pre', after, 1);
  const { embargo, settings, now } = asked();

  const places = await deployedPlaces(reader, {
    embargo,
    settings: { ...settings, managedSystems: ['pre'] },
    now,
  });

  expect(places).toEqual([{ place: 'pre', changes: [{ at: tried, isFixed: true }] }]);
});

it('reads no further back than the fix is old, and asks one thing at a time', async () => {
  const long = Array.from({ length: MANY }, (_, index) => deploy('gprd', before, -100 * 24 + index));
  const newest = deploy('gprd', after, 1);
  const { watched, most, lists } = watching(reader);

  const [gprd] = await deployedPlaces(watched, asked());

  expect(gprd?.changes.at(-1)).toEqual({ at: newest, isFixed: true });
  expect(gprd?.changes.length).toBeLessThan(long.length);
  expect(lists.filter((list) => list.includes('deployments'))).not.toEqual([]);
  expect(most()).toBe(1);
});

it('says since when a system is unknown, and what is known of the others', async () => {
  deploy('gprd', after, 1);
  const staged = deploy('gstg', after, 1);
  gitlab.arm({ match: 'GET .*environment=gprd', kind: 'status', status: 503 });

  expect(await deployedPlaces(reader, asked())).toEqual([
    { place: 'gprd', changes: [], unknownSince: NOW },
    { place: 'gstg', changes: [{ at: staged, isFixed: true }] },
  ]);
});

it('tells what it found until it had to answer; the rest is unknown', async () => {
  const found = deploy('gprd', after, 1);
  deploy('gstg', after, 1);
  const patience = new AbortController();
  const real = readGitLab({ url: gitlab.url, token: gitlab.token }, patience.signal);
  const hurried: GitLabReader = {
    ...real,
    rows: (...question) => {
      const answer = real.rows(...question);
      // While it is being asked.
      if (question[1].includes('environment=gstg')) patience.abort();
      return answer;
    },
  };

  const places = await deployedPlaces(hurried, asked());

  expect(places).toEqual([
    { place: 'gprd', changes: [{ at: found, isFixed: true }] },
    { place: 'gstg', changes: [], unknownSince: NOW },
  ]);
});

it('asks of a commit once, on however many systems it runs', async () => {
  for (const environment of ['gprd', 'gstg']) deploy(environment, after, 1);
  const { watched, commits } = watching(reader);

  const places = await deployedPlaces(watched, asked());

  expect(places.map(({ changes }) => changes.at(-1)?.isFixed)).toEqual([true, true]);
  expect(commits).toEqual([after]);
});

it('says since when everything is unknown where GitLab refuses, for a failure would tell of the fix', async () => {
  expect(await deployedPlaces(reader, asked('group/nothing'))).toEqual([
    { place: 'managed systems', changes: [], unknownSince: NOW },
  ]);
});

it('fails on what is no word of GitLab', async () => {
  const broken = { ...reader, committedAt: () => Promise.reject(new TypeError('a bug in us')) };

  await expect(deployedPlaces(broken, asked())).rejects.toThrow(TypeError);
});

interface Watching {
  readonly watched: GitLabReader;
  /** How many questions were asked at once at most. */
  readonly most: () => number;
  readonly lists: readonly string[];
  /** Of which it was asked whether they have the fix. */
  readonly commits: readonly string[];
}

/** The reader itself, looked at. */
function watching(real: GitLabReader): Watching {
  const lists: string[] = [];
  const commits: string[] = [];
  let now = 0;
  let most = 0;
  const counted = async <T>(answer: () => Promise<T>): Promise<T> => {
    most = Math.max(most, ++now);
    try {
      return await answer();
    } finally {
      now -= 1;
    }
  };
  const watched: GitLabReader = {
    ...real,
    rows: (project, list, isLastWanted) => {
      lists.push(list);
      return counted(() => real.rows(project, list, isLastWanted));
    },
    contains: (input) => {
      commits.push(input.commit);
      return counted(() => real.contains(input));
    },
    committedAt: (input) => counted(() => real.committedAt(input)),
  };
  return { watched, most: () => most, lists, commits };
}
