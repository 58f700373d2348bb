import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeTopics } from '../activities/git/compose-topics';
import { forecastConflicts, type Update } from '../activities/git/forecast-conflicts';
import { openMirrors, type Mirror } from '../activities/git/mirror';
import type { Recipe } from '../domain/embargo/composition';
import type { Project } from '../domain/project';
import { median, report } from './bench-house';

const ROUNDS = 5;
const FILES = 20_000;
const FILES_IN_A_FOLDER = 100;
const TOPICS = 20;
const UPDATES = 50;

const PROJECT: Project = {
  name: 'large',
  repositories: { canonical: 'large', security: 'large-security', build: 'large-security' },
  defaultBranch: 'master',
  versioning: 'managed-sha',
  dependsOn: [],
  stableBranch: '{major}-{minor}-stable',
  tags: [{ final: 'v{version}', versionText: '{full}' }],
  pins: [],
};

/** A project of 20,000 files with 20 topics and 50 open merge requests, in a clone of it. */
interface Bench {
  readonly mirror: Mirror;
  readonly folder: string;
  readonly recipe: Recipe;
  readonly updates: readonly Update[];
}

/**
 * (d) A composition, and (e) what is foretold of an update, against a shell's loop that starts nothing but the plumbing which
 * makes the same trees. Both sides work in one clone, by turns.
 */
async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  const bench = await plant(home);
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
  const what = `${FILES} files, ${TOPICS} topics, ${UPDATES} updates`;
  process.stdout.write(`${`(d) (e) ${git}`.padEnd(38)} ${what}\n`);
  const made = await composed(bench);
  const bare = composedBarely(bench);
  if (treeOf(bench, made) !== treeOf(bench, bare)) throw new Error('the two sides made different trees');
  report({
    what: `(d) composition, median of ${ROUNDS}`,
    unit: 'ms',
    ...(await timesOf({ ours: () => composed(bench), bare: () => composedBarely(bench) })),
    bound: { atMost: 1.5 },
  });
  const forecast = await timesOf({
    ours: () => foretold(bench, made),
    bare: () => triedBarely(bench, made),
  });
  report({
    what: `(e) forecast of an update, median of ${ROUNDS}`,
    unit: 'ms',
    ours: forecast.ours / UPDATES,
    peer: forecast.peer / UPDATES,
    bound: { atMost: 1.5 },
  });
  await rm(home, { recursive: true, force: true });
}

async function timesOf(sides: {
  readonly ours: () => Promise<unknown>;
  readonly bare: () => unknown;
}): Promise<{ readonly ours: number; readonly peer: number }> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of ['ours', 'bare'] as const) {
      const began = performance.now();
      await sides[side]();
      // The first round warms both sides up.
      if (round > 0) times[side].push(performance.now() - began);
    }
  }
  return { ours: median(times.ours), peer: median(times.bare) };
}

async function composed({ mirror, recipe }: Bench): Promise<string> {
  const result = await composeTopics(mirror, recipe);
  if (result.outcome === 'composed') return result.commit;
  throw new Error('the topics of the benchmark contradict one another');
}

function composedBarely({ folder, recipe }: Bench): string {
  const script = `head=${recipe.base}
    for topic in ${recipe.topics.map(({ head }) => head).join(' ')}; do
      tree=$(git merge-tree --write-tree $head $topic) || exit 1
      head=$(git commit-tree $tree -p $head -p $topic -m "Merge $topic") || exit 1
    done
    echo $head`;
  return barely(folder, 'sh', ['-c', script]);
}

async function foretold({ mirror, recipe, updates }: Bench, composition: string): Promise<void> {
  const { conflicts } = await forecastConflicts(mirror, { recipe, composition, updates, owners: {} });
  if (conflicts.length > 0) throw new Error('an update of the benchmark contradicts a topic');
}

function triedBarely({ folder, updates }: Bench, composition: string): void {
  const heads = updates.flatMap((update) => (update.kind === 'public-change' ? [update.head] : []));
  const script = `for head in ${heads.join(' ')}; do
      git merge-tree --write-tree ${composition} $head >/dev/null || exit 1
    done`;
  barely(folder, 'sh', ['-c', script]);
}

function treeOf({ folder }: Bench, commit: string): string {
  return barely(folder, 'git', ['rev-parse', `${commit}^{tree}`]);
}

function barely(folder: string, program: string, args: readonly string[]): string {
  const date = '@1790000000 +0000';
  const env = {
    ...process.env,
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Bare',
    GIT_AUTHOR_EMAIL: 'bare@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Bare',
    GIT_COMMITTER_EMAIL: 'bare@example.com',
    GIT_COMMITTER_DATE: date,
  };
  return execFileSync(program, args, { env, encoding: 'utf8' }).trim();
}

async function plant(home: string): Promise<Bench> {
  const branches = {
    canonical: ['master', ...named('change', UPDATES)],
    security: ['master', ...named('topic', TOPICS)],
  };
  for (const side of ['canonical', 'security'] as const) {
    const path = join(home, `${PROJECT.repositories[side]}.git`);
    mkdirSync(path);
    const env = { ...process.env, GIT_DIR: path };
    execFileSync('git', ['init', '--quiet', '--bare', path], { env });
    execFileSync('git', ['fast-import', '--quiet'], { env, input: history(branches[side]) });
  }
  const mirror = openMirrors({ folder: join(home, 'mirrors'), url: home, token: 'none' })(PROJECT);
  await mirror.fetch('canonical');
  await mirror.fetch('security');
  const headOf = async (side: string, branch: string): Promise<string> =>
    (await mirror.resolve(`refs/sides/${side}/heads/${branch}`)) ?? '';
  const topics = named('topic', TOPICS).map(async (branch, index) => ({
    embargo: `embargo:${String(index).padStart(10, '0')}`,
    ordinal: index + 1,
    head: await headOf('security', branch),
  }));
  const updates = named('change', UPDATES).map(async (branch, index): Promise<Update> => {
    return { kind: 'public-change', mergeRequest: index + 1, head: await headOf('canonical', branch) };
  });
  return {
    mirror,
    folder: (await mirror.git(['rev-parse', '--absolute-git-dir'])).trim(),
    recipe: {
      project: PROJECT.name,
      base: await headOf('canonical', 'master'),
      topics: await Promise.all(topics),
    },
    updates: await Promise.all(updates),
  };
}

function named(kind: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}

/** `master` with all files, then branches at its side that change two files each, none the same. */
function history(branches: readonly string[]): string {
  const [master = '', ...others] = branches;
  const files = Array.from({ length: FILES }, (_, file) => change(file, 'planted'));
  const side = others.map((branch) => {
    const [kind = '', index = ''] = branch.split('-');
    const first = (kind === 'topic' ? 7 : 13) + Number(index) * 211;
    return `${commitTo(branch)}from refs/heads/${master}\n${change(first, branch)}${change(FILES - 1 - first, branch)}\n`;
  });
  return [`${commitTo(master)}${files.join('')}\n`, ...side].join('');
}

function commitTo(branch: string): string {
  const committer = 'committer Somebody <somebody@example.com> 1790000000 +0000';
  return `commit refs/heads/${branch}\n${committer}\ndata ${branch.length}\n${branch}\n`;
}

function change(file: number, by: string): string {
  const folder = Math.floor(file / FILES_IN_A_FOLDER);
  const text = Array.from({ length: 10 }, (_, line) => `line ${line} of ${file}`).join('\n');
  const content = `${text}\n${by}\n`;
  return `M 100644 inline lib/${folder % 10}/${folder}/file${file}.rb\ndata ${content.length}\n${content}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
