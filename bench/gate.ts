import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { chmodSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInClone } from '../activities/git/leak-gate';
import type { PublicPush } from '../activities/git/public-push';
import { publicStoreAt } from '../activities/git/public-store';
import { registerTopics, seeRegistry } from '../activities/git/register-topics';
import { topicBranches } from '../activities/git/topic-branches';
import { reasonsToDoubt } from '../activities/git/trusted-git';
import { firstAudience } from '../domain/embargo/embargo';
import type { Project } from '../domain/project';
import { ENGINE } from '../domain/release/release';
import { migrate } from '../records/migrate';
import { openRecords, type Records } from '../records/records';
import { startPostgres, stopPostgres } from '../services/postgres';
import { median, report } from './bench-house';
import { largeRepository, topicCode, type LargeRepository } from './large-repository';

const ROUNDS = 5;
const SIZE = {
  commits: Number(process.env['SIGNALBOX_BENCH_COMMITS'] ?? 500_000),
  refs: 5_000,
  topics: 200,
};
const PUSHES = 20;
const PUSH_BOUND_MS = 50;
const RELEASE = 'patch:1';

const PROJECT: Project = {
  name: 'gitlab',
  repositories: { canonical: 'group/gitlab', security: 'group/security/gitlab', build: 'group/build/gitlab' },
  defaultBranch: 'master',
  versioning: 'managed-sha',
  dependsOn: [],
  stableBranch: '{major}-{minor}-stable',
  tags: [{ final: 'v{version}', versionText: '{full}' }],
  versionFile: { path: 'VERSION' },
  pins: [],
};

interface House {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly repository: LargeRepository;
  /** Nothing is public yet. */
  readonly store: string;
}

/** (h) The gate over a first publication, against git's own list of the same objects; (i) and over an ordinary push. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  chmodSync(folder, 0o755);
  const repository = await largeRepository(SIZE);
  const postgres = await startPostgres({
    home: folder,
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'postgres.log'),
  });
  await migrate(postgres.url);
  const store = join(folder, 'public.git');
  await mkdir(store);
  git(store, ['init', '--bare', '--quiet']);
  const house: House = { folder, databaseUrl: postgres.url, repository, store };
  const records = openRecords({ url: postgres.url });
  try {
    await registerAll(records, house);
    process.stdout.write(
      `gate: ${SIZE.commits} commits, ${SIZE.refs} refs, ${SIZE.topics} topics; ${execFileSync('git', ['--version']).toString().trim()}, Node.js ${process.version}, commit-graph for both\n`,
    );
    await firstPublication(house);
    await ordinaryPush(records, house);
  } finally {
    await records.close();
    await stopPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

function git(directory: string, args: readonly string[], input = ''): string {
  const env = { ...process.env, GIT_DIR: directory, ...SOMEBODY };
  return execFileSync('git', [...args], { env, input, maxBuffer: 1 << 30 }).toString();
}

const SOMEBODY = {
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
};

/** The topics as they are registered in life: of what the rest of the repository does not have. */
async function registerAll(records: Records, { folder, repository, store }: House): Promise<void> {
  const directory = join(folder, 'registering.git');
  await mirrorWithout(repository, directory);
  for (let at = 0; at < SIZE.topics; at++) {
    const id = `embargo:${topicCode(at)}`;
    await records.embargoes.open({
      embargo: id,
      key: id,
      actor: ENGINE,
      reason: 'A benchmark.',
      title: `Hole ${at}`,
      owner: 'olaf',
      severity: 'S2',
      affects: [{ line: 'default', evidence: 'tried' }],
      audience: firstAudience({
        owner: 'olaf',
        reviewers: [],
        operators: [],
        now: new Date().toISOString(),
      }),
    });
  }
  const topics = await topicBranches(directory, 'refs/sides/security/heads/');
  const registry = await seeRegistry(records);
  await registerTopics(records, {
    project: PROJECT,
    directory,
    store: publicStoreAt(store),
    topics,
    registry,
  });
}

/** A mirror on the same objects in which everything is public but the topics. */
async function mirrorWithout({ directory: large }: LargeRepository, directory: string): Promise<void> {
  await mkdir(join(directory, 'objects', 'info'), { recursive: true });
  await mkdir(join(directory, 'refs'));
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(directory, 'objects', 'info', 'alternates'), `${join(large, 'objects')}\n`);
  await cp(join(large, 'config'), join(directory, 'config'));
  const rows = refsOf(large).flatMap(({ ref, object }) => {
    const isTopic = ref.includes('/topic/');
    const canonical = ref.replace('refs/sides/security/', 'refs/sides/canonical/');
    return isTopic
      ? [{ ref, object }]
      : [
          { ref, object },
          { ref: canonical, object },
        ];
  });
  const packed = rows.toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
  await writeFile(
    join(directory, 'packed-refs'),
    `# pack-refs with: peeled fully-peeled sorted \n${packed.map(({ ref, object }) => `${object} ${ref}\n`).join('')}`,
  );
}

function refsOf(directory: string): readonly { readonly ref: string; readonly object: string }[] {
  return git(directory, ['for-each-ref', '--format=%(refname) %(objectname)'])
    .trim()
    .split('\n')
    .map((line) => ({ ref: line.split(' ')[0] ?? '', object: line.split(' ')[1] ?? '' }));
}

/** Every ref at once to a canonical that has nothing: each object is looked at, and the topics are found among them. */
async function firstPublication({ folder, databaseUrl, repository, store }: House): Promise<void> {
  const refs = refsOf(repository.directory);
  const heads = join(folder, 'heads');
  writeFileSync(heads, `${[...new Set(refs.map(({ object }) => object))].join('\n')}\n`);
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = await timed(() =>
      run(
        'sh',
        ['-c', `git rev-list --objects --stdin --not --glob='refs/sides/canonical/*' < ${heads} > /dev/null`],
        { GIT_DIR: repository.directory },
      ),
    );
    const ours = await timed(() =>
      run(process.execPath, [__filename, 'first'], {
        BENCH_REPOSITORY: repository.directory,
        BENCH_STORE: store,
        DATABASE_URL: databaseUrl,
      }),
    );
    if (round === 0) continue;
    times.bare.push(bare);
    times.ours.push(ours);
  }
  report({
    what: '(h) gate of a first publication, median of 5',
    unit: 'ms',
    ours: median(times.ours),
    peer: median(times.bare),
    bound: { atMost: 1.5 },
  });
}

async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(program, [...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** What the process of one round does; it fails unless the topics are found. */
async function judgeFirst(): Promise<void> {
  const { BENCH_REPOSITORY: directory = '', BENCH_STORE: store = '', DATABASE_URL: url = '' } = process.env;
  const records = openRecords({ url });
  const refs = refsOf(directory).map(({ ref, object }) => ({
    ref: ref.replace('refs/sides/security/', 'refs/'),
    object,
  }));
  const push: PublicPush = { release: RELEASE, project: PROJECT, refs, made: [] };
  const denial = await judge(records, { push, directory, store }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!String(denial).includes('it would make commits public'))
    throw new Error(`not denied: ${String(denial)}`);
  await records.close();
}

async function judge(
  records: Records,
  {
    push,
    directory,
    store,
  }: { readonly push: PublicPush; readonly directory: string; readonly store: string },
): Promise<void> {
  const doubts = await Promise.all([directory, store].map(reasonsToDoubt));
  await clearInClone(records, {
    push,
    directory,
    store: publicStoreAt(store),
    doubts: doubts.flat(),
    projects: [PROJECT],
    elsewhere: async () => [],
  });
}

/** A version commit and its tag, where everything but the topics is public. */
async function ordinaryPush(records: Records, { folder, repository, store }: House): Promise<void> {
  const directory = join(folder, 'registering.git');
  const master = git(repository.directory, ['rev-parse', 'refs/sides/security/heads/master']).trim();
  const times: number[] = [];
  for (let round = 0; round <= PUSHES; round++) {
    const commit = versionCommit(directory, { on: master, version: `18.6.${round}` });
    const tag = git(
      directory,
      ['mktag'],
      `object ${commit}\ntype commit\ntag v18.6.${round}\ntagger Somebody <somebody@example.com> 1790000000 +0000\n\nVersion\n`,
    ).trim();
    const refs = [
      { ref: 'refs/heads/18-6-stable', object: commit },
      { ref: `refs/tags/v18.6.${round}`, object: tag },
    ];
    const push = { release: RELEASE, project: PROJECT, refs, made: [commit, tag] };
    const took = await timed(() => judge(records, { push, directory, store }));
    if (round > 0) times.push(took);
  }
  const ours = median(times);
  const holds = ours <= PUSH_BOUND_MS;
  if (!holds) process.exitCode = 1;
  const text = `${ours.toFixed(1)} ms (at most ${PUSH_BOUND_MS} ms) ${holds ? 'ok' : 'MISSED'}`;
  process.stdout.write(`${`(i) gate of a push, median of ${PUSHES}`.padEnd(38)} ${text}\n`);
}

function versionCommit(
  directory: string,
  { on, version }: { readonly on: string; readonly version: string },
): string {
  const blob = git(directory, ['hash-object', '-w', '--stdin'], `${version}\n`).trim();
  const rows = git(directory, ['ls-tree', on]).trim();
  const tree = git(directory, ['mktree'], `${rows}\n100644 blob ${blob}\tVERSION\n`).trim();
  const message = `Update version files\n\nSignalbox-Key: ${RELEASE}/tag/gitlab/${version}\n`;
  return git(directory, ['commit-tree', tree, '-p', on], message).trim();
}

const work = process.argv[2] === 'first' ? judgeFirst : main;

work().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
