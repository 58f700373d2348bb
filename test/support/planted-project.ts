import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMirrors, type Mirror } from '../../activities/git/mirror';
import type { Recipe, RecipeTopic } from '../../domain/embargo/composition';
import type { Project } from '../../domain/project';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { aProject } from './projects';

/** What a commit does to a path. */
export type Change =
  | string
  | Buffer
  | null
  | { readonly mode: '100755' | '120000'; readonly content: string }
  | { readonly submodule: string }
  | { readonly movedFrom: string };

export interface PlantedCommit {
  readonly name: string;
  /** Names of commits planted before; the first is what the changes are made to. */
  readonly on?: readonly string[];
  readonly message?: string;
  /** Seconds since 1970; by default a second after the commit planted before. */
  readonly at?: number;
  readonly changes?: Readonly<Record<string, Change>>;
}

export interface Planting {
  readonly commits: readonly PlantedCommit[];
  /** Branch → commit. */
  readonly canonical: Readonly<Record<string, string>>;
  readonly security?: Readonly<Record<string, string>>;
}

/** A project whose repositories are real, with a history that is written down in the test. */
export interface PlantedProject {
  readonly project: Project;
  readonly mirror: Mirror;
  readonly folder: string;
  sha(name: string): string;
  /** Topics in the order given, named by their commits. */
  recipe(base: string, ...commits: readonly string[]): Recipe;
  /** A clone on another machine, as it has fetched now. */
  anotherMirror(): Promise<Mirror>;
  repository(side: 'canonical' | 'security'): string;
  end(): Promise<void>;
}

const AUTHOR = 'Somebody <somebody@example.com>';
const BEGAN = 1_790_000_000;

/** `embargo:00000000a1` of `a1`, so that a failure can be read. */
export function embargoOf(name: string): string {
  return `embargo:${name.toLowerCase().padStart(10, '0')}`;
}

export async function plantProject({ commits, canonical, security = {} }: Planting): Promise<PlantedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-planted-'));
  const project = aProject({ name: 'gitlab' });
  const shas = new Map<string, string>();
  for (const [side, branches] of Object.entries({ security: { ...canonical, ...security }, canonical })) {
    const path = join(folder, `${project.repositories[side as 'canonical']}.git`);
    for (const [name, sha] of importInto(path, { commits, branches })) shas.set(name, sha);
  }
  const sha = (name: string): string => {
    const found = shas.get(name);
    if (found === undefined) throw new Error(`${name} is on no branch`);
    return found;
  };
  const anotherMirror = async (): Promise<Mirror> => {
    const mirrors = await mkdtemp(join(folder, 'mirrors-'));
    const mirror = openMirrors({ folder: mirrors, url: folder, token: 'none' })(project);
    await Promise.all([mirror.fetch('canonical'), mirror.fetch('security')]);
    return mirror;
  };
  return {
    project,
    folder,
    sha,
    mirror: await anotherMirror(),
    anotherMirror,
    recipe: (base, ...names) => ({
      project: project.name,
      base: sha(base),
      topics: names.map((name, index): RecipeTopic => ({
        embargo: embargoOf(name),
        ordinal: index + 1,
        head: sha(name),
      })),
    }),
    repository: (side) => join(folder, `${project.repositories[side]}.git`),
    end: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Import {
  readonly commits: readonly PlantedCommit[];
  readonly branches: Readonly<Record<string, string>>;
}

/** Only what the branches reach, so that a secret is nowhere but where it was planted. */
function importInto(path: string, { commits, branches }: Import): ReadonlyMap<string, string> {
  const env = quietGitEnvironment();
  for (const folder of ['refs', 'objects']) mkdirSync(join(path, folder), { recursive: true });
  writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/master\n');
  const reached = reachedFrom(commits, Object.values(branches));
  const marks = new Map(commits.map(({ name }, index) => [name, index + 1]));
  const parts: (string | Buffer)[] = [];
  for (const commit of commits) if (reached.has(commit.name)) parts.push(...written(commit, marks));
  for (const [branch, name] of Object.entries(branches))
    parts.push(`reset refs/heads/${branch}\nfrom :${marks.get(name)}\n\n`);
  const marksFile = join(path, 'planted-marks');
  execFileSync('git', ['fast-import', '--quiet', `--export-marks=${marksFile}`], {
    cwd: path,
    env: { ...env, GIT_DIR: path },
    input: Buffer.concat(parts.map((part) => Buffer.from(part))),
  });
  const names = new Map([...marks].map(([name, mark]) => [`:${mark}`, name]));
  return new Map(
    readFileSync(marksFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => [names.get(line.split(' ')[0] ?? '') ?? '', line.split(' ')[1] ?? '']),
  );
}

function reachedFrom(commits: readonly PlantedCommit[], heads: readonly string[]): ReadonlySet<string> {
  const reached = new Set(heads);
  for (const { name, on = [] } of commits.toReversed())
    if (reached.has(name)) for (const parent of on) reached.add(parent);
  return reached;
}

function written(
  { name, on = [], message = name, at, changes = {} }: PlantedCommit,
  marks: ReadonlyMap<string, number>,
): readonly (string | Buffer)[] {
  const mark = marks.get(name) ?? 0;
  const [first, ...others] = on.map((parent) => marks.get(parent) ?? 0);
  const root = first === undefined ? 'reset refs/planted\n' : '';
  return [
    `${root}commit refs/planted\nmark :${mark}\ncommitter ${AUTHOR} ${at ?? BEGAN + mark} +0000\n`,
    ...sized(message),
    first === undefined ? '' : `from :${first}\n`,
    ...others.map((other) => `merge :${other}\n`),
    ...Object.entries(changes).flatMap(([path, change]) => changed(path, change)),
    '\n',
  ];
}

function changed(name: string, change: Change): readonly (string | Buffer)[] {
  const path = name.includes('\n') ? JSON.stringify(name) : name;
  if (change === null) return [`D ${path}\n`];
  if (typeof change === 'string' || Buffer.isBuffer(change))
    return [`M 100644 inline ${path}\n`, ...sized(change)];
  if ('submodule' in change) return [`M 160000 ${change.submodule} ${path}\n`];
  if ('movedFrom' in change) return [`R ${change.movedFrom} ${path}\n`];
  return [`M ${change.mode} inline ${path}\n`, ...sized(change.content)];
}

function sized(content: string | Buffer): readonly (string | Buffer)[] {
  return [`data ${Buffer.byteLength(content)}\n`, content, '\n'];
}
