import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReleaseEffects } from '../../activities/create-release-effects';
import type { ProjectStep, ReleaseEffects, TaggedProject } from '../../activities/effects';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import type { Outside } from '../../activities/outside';
import { readConfig } from '../../config/read';
import { releaseSettings } from '../../config/release-settings';
import { firstOf, lineOf, releaseBranchOf, stableBranchOf } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { GitRepository } from '../../sandbox/gitlab/git-repository';
import { findProject } from '../../sandbox/gitlab/instance';
import { startGitLab, type GitLabOptions, type TestGitLab } from '../support/gitlab';
import { freshRecords, type TestRecords } from '../support/records';

/** Effects as a worker has them, with mirrors of its own. */
export interface TestWorker {
  readonly effects: ReleaseEffects;
  readonly outside: Outside;
}

export interface WorkerOptions {
  readonly url?: string;
  readonly token?: string;
}

/** The seeded product on a sandbox GitLab, records of its own, and a worker; no Temporal. */
export interface OutsideWorld extends TestWorker {
  readonly gitlab: TestGitLab;
  readonly records: TestRecords['records'];
  readonly mirrorOf: Outside['mirrorOf'];
  /** Where a test changes what only time would. */
  readonly recordsUrl: string;
  readonly settings: ReleaseSettings;
  project(name: string): Project;
  /** A worker on another machine: nothing is shared but GitLab and the records. */
  anotherWorker(options?: WorkerOptions): Promise<TestWorker>;
  /** The repository itself, behind the server's back. */
  repository(path: string): GitRepository;
  /** Object of a ref on one repository right now; undefined where there is none. */
  refOf(path: string, ref: string): Promise<string | undefined>;
  end(): Promise<void>;
}

export async function startOutsideWorld(options: GitLabOptions = {}): Promise<OutsideWorld> {
  const [gitlab, database] = await Promise.all([startGitLab({ seed: 1, ...options }), freshRecords()]);
  const home = await mkdtemp(join(tmpdir(), 'signalbox-effects-'));
  const settings = releaseSettings(
    readConfig({
      path: join(__dirname, '../../config/sandbox.yaml'),
      environment: { SIGNALBOX_GITLAB_URL: gitlab.url },
    }),
    { gatewayKeys: [] },
  );
  const anotherWorker = async ({ url = gitlab.url, token = gitlab.token }: WorkerOptions = {}) => {
    const folder = await mkdtemp(join(home, 'mirrors-'));
    const outside: Outside = {
      records: database.records,
      gitlab: connectGitLab({ url, token }),
      mirrorOf: openMirrors({ folder, url, token }),
    };
    return { outside, effects: createReleaseEffects(outside) };
  };
  const repository = (path: string): GitRepository => {
    const project = findProject(gitlab.instance, path);
    if (project === undefined) throw new Error(`${path} is not planted`);
    return gitlab.instance.repository(project);
  };
  const worker = await anotherWorker();
  return {
    ...worker,
    mirrorOf: worker.outside.mirrorOf,
    gitlab,
    records: database.records,
    recordsUrl: database.url,
    settings,
    project: (name) => {
      const found = settings.projects.find((project) => project.name === name);
      if (found === undefined) throw new Error(`${name} is not configured`);
      return found;
    },
    anotherWorker,
    repository,
    refOf: async (path, ref) => (await repository(path).refs(ref)).find(({ name }) => name === ref)?.object,
    end: async () => {
      await gitlab.end();
      await database.end();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const CLOSED_AT = '2026-11-12T09:30:00.000Z';

export interface StepWanted {
  readonly project: string;
  /** In the project's own numbering. */
  readonly version: string;
  /** One of the version's own by default. */
  readonly release?: string;
  /** The product's, where it is another. */
  readonly productVersion?: string;
  /** The head of the stable branch by default. */
  readonly base?: string;
}

/** A step of a release as it is handed to an effect, without a closing before it. */
export async function stepOf(world: OutsideWorld, wanted: StepWanted): Promise<ProjectStep> {
  const { version, release = `patch:of-${version}`, productVersion = version } = wanted;
  const project = world.project(wanted.project);
  const stableBranch = stableBranchOf(project, firstOf(lineOf(version)));
  const { canonical } = project.repositories;
  const base = wanted.base ?? (await world.refOf(canonical, `refs/heads/${stableBranch}`));
  if (base === undefined) throw new Error(`${canonical} has no ${stableBranch}`);
  const plan = {
    project: project.name,
    version,
    base,
    releaseBranch: releaseBranchOf(release, version),
    stableBranch,
    tagged: true,
    changes: 0,
  };
  return { release, kind: 'patch', project, plan, version: productVersion, closedAt: CLOSED_AT };
}

/** Something that was tagged before, for pins and manifests. */
export function component(project: Project, version: string, commit = 'a'.repeat(40)): TaggedProject {
  const { name, versioning } = project;
  return { project: name, versioning, version, commit, tags: [], at: CLOSED_AT };
}

/** The failure of an effect that must not succeed. */
export async function failureOf(effect: Promise<unknown>): Promise<{
  readonly type: string;
  readonly message: string;
  readonly nonRetryable: boolean;
  readonly nextRetryDelay?: number;
}> {
  try {
    await effect;
  } catch (error) {
    return error as never;
  }
  throw new Error('it succeeded');
}

const TRIES = 8;

/** Does it again while the failure is a passing one, as Temporal does. */
export async function patiently<T>(effect: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await effect();
    } catch (error) {
      if (tries === TRIES || (error as { readonly type?: string }).type !== 'OutsideDown') throw error;
    }
  }
}
