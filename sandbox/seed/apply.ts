import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureLabels } from '../gitlab/api/labels';
import type { MergeRequest, Project } from '../gitlab/entities';
import { addEnvironment, environmentNamed } from '../gitlab/environments';
import { lines, type GitRepository } from '../gitlab/git-repository';
import { addUser, createProject, instant, type Instance } from '../gitlab/instance';
import { forgetNews } from '../gitlab/pushes';
import type { SeedPerson } from './fast-import';
import { WORK_REF } from './fast-import';
import { SEEDED_LINES, SEEDED_PROJECTS } from './product';
import { writeHistory, type ProjectHistory, type SeedProject } from './project-history';
import { seededRandom } from './random';

/** The environment whose deployments say what production runs. */
const PRODUCTION = 'gprd';
/** The one whose deployments say which of them had their post-deploy migrations. */
const MIGRATIONS = 'db/gprd';
const DEVELOPER = 30;
export const PIPELINES: readonly string[] = ['pipeline_events'];
/** What tells of changes and of their backports: merge requests, and the pipelines of their branches. */
export const BACKPORTS: readonly string[] = ['merge_requests_events', ...PIPELINES];
export const PUSHES: readonly string[] = ['push_events', 'tag_push_events'];

/** Fills the sandbox with the product: five projects with their histories, merge requests and deployments. Nothing happens the second time. */
export async function seedProduct(
  instance: Instance,
  {
    seed,
    hook,
    now = new Date(),
  }: { readonly seed: number; readonly hook: HookTarget | undefined; readonly now?: Date },
): Promise<readonly string[]> {
  const random = seededRandom(seed);
  const done = instance.store.table<{ readonly at: string }>('seeded');
  for (const project of SEEDED_PROJECTS) {
    const history = writeHistory({ project, lines: SEEDED_LINES, now, random });
    if (done.get(0, project.name) !== undefined) continue;
    await seedProject(instance, { project, history, hook });
    done.put(0, project.name, { at: instant() });
  }
  return SEEDED_PROJECTS.map(({ name }) => `gitlab-org/${name}`);
}

/** Where a project's webhooks go, as an administrator would set them up. */
export interface HookTarget {
  readonly url: string;
  readonly token: string;
  readonly signingToken: string;
}

interface Seeding {
  readonly project: SeedProject;
  readonly history: ProjectHistory;
  readonly hook: HookTarget | undefined;
}

async function seedProject(instance: Instance, { project, history, hook }: Seeding): Promise<void> {
  const canonical = await emptyProject(instance, project, { group: 'gitlab-org', visibility: 'public' });
  const commits = await importStream(instance.repository(canonical), history.stream);
  await forgetNews(instance, canonical);
  protect(instance, canonical, project.defaultBranch);
  addMergeRequests(instance, { canonical, history, commits });
  addDeployments(instance, { canonical, history, commits });
  if (hook !== undefined) addHook(instance, canonical, { ...hook, events: [...PUSHES, ...BACKPORTS] });
  for (const group of ['gitlab-org/security', 'gitlab-org/build']) {
    const twin = await emptyProject(instance, project, { group, visibility: 'private' });
    await instance.repository(canonical).git(['push', '--quiet', '--mirror', instance.repository(twin).path]);
    await forgetNews(instance, twin);
    protect(instance, twin, project.defaultBranch);
    if (hook !== undefined) addHook(instance, twin, { ...hook, events: PIPELINES });
  }
}

async function emptyProject(
  instance: Instance,
  { name, defaultBranch }: SeedProject,
  { group, visibility }: { readonly group: string; readonly visibility: Project['visibility'] },
): Promise<Project> {
  const path = `${group}/${name}`;
  const project = await createProject(instance, {
    path,
    visibility,
    defaultBranch,
    buildsEnabled: group === 'gitlab-org/build',
  });
  const repository = instance.repository(project);
  // What an interrupted attempt left behind.
  for (const { name: ref } of await repository.refs()) await repository.git(['update-ref', '-d', ref]);
  for (const { iid } of instance.tables.mergeRequests.all(project.id))
    instance.tables.mergeRequests.remove(project.id, iid);
  for (const table of [instance.tables.hooks, instance.tables.deployments])
    for (const { id } of table.all(project.id)) table.remove(project.id, id);
  return project;
}

/** @returns the commit of each mark */
async function importStream(repository: GitRepository, stream: string): Promise<ReadonlyMap<number, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-seed-'));
  try {
    const marks = join(folder, 'marks');
    await repository.gitWithInput(['fast-import', '--quiet', '--done', `--export-marks=${marks}`], stream);
    await repository.git(['update-ref', '-d', WORK_REF]);
    const text = await readFile(marks, 'utf8');
    return new Map(
      lines(text).map((line) => [Number(line.split(' ')[0]?.slice(1)), line.split(' ')[1] ?? '']),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Imported {
  readonly canonical: Project;
  readonly history: ProjectHistory;
  readonly commits: ReadonlyMap<number, string>;
}

function addMergeRequests(instance: Instance, { canonical, history, commits }: Imported): void {
  for (const seeded of history.mergeRequests) {
    const at = seeded.mergedAt.toISOString();
    const row: MergeRequest = {
      id: instance.store.next('merge-request'),
      iid: seeded.iid,
      project_id: canonical.id,
      title: seeded.change.title,
      description: '',
      state: 'merged',
      source_branch: seeded.sourceBranch,
      target_branch: seeded.targetBranch,
      author_id: developer(instance, seeded.change.author),
      labels: [`type::${seeded.change.type === 'fixed' ? 'bug' : 'feature'}`],
      sha: commits.get(seeded.headMark) ?? '',
      merge_commit_sha: commits.get(seeded.mergeMark) ?? null,
      approved_by: [],
      created_at: at,
      updated_at: at,
      merged_at: at,
    };
    instance.tables.mergeRequests.put(canonical.id, row.iid, row);
    ensureLabels(instance, canonical, row.labels);
  }
  const highest = Math.max(...history.mergeRequests.map(({ iid }) => iid));
  while (instance.store.next(`merge-request-iid-${canonical.id}`) < highest);
}

function developer(instance: Instance, { name, username }: SeedPerson): number {
  const found = instance.tables.users.all(0).find((user) => user.username === username);
  const token = `nobody-knows-${crypto.randomUUID()}`;
  return (found ?? addUser(instance, { name, username, access_level: DEVELOPER, token })).id;
}

function addDeployments(instance: Instance, { canonical, history, commits }: Imported): void {
  const at = history.deployedAt.toISOString();
  for (const environment of [PRODUCTION, MIGRATIONS]) {
    const id = instance.store.next('deployment');
    if (environmentNamed(instance, canonical, environment) === undefined)
      addEnvironment(instance, canonical, { name: environment, tier: 'production' });
    instance.tables.deployments.put(canonical.id, id, {
      id,
      iid: instance.store.next(`deployment-iid-${canonical.id}`),
      project_id: canonical.id,
      environment,
      ref: canonical.default_branch,
      sha: commits.get(history.deployedMark) ?? '',
      tag: false,
      status: 'success',
      user_id: 1,
      created_at: at,
      updated_at: at,
    });
  }
}

function protect(instance: Instance, project: Project, defaultBranch: string): void {
  for (const name of [defaultBranch, '*-stable', '*-stable-ee']) {
    const id = instance.store.next('protection');
    instance.tables.protectedBranches.put(project.id, name, {
      id,
      name,
      push_access_level: 40,
      merge_access_level: 30,
    });
  }
  const id = instance.store.next('protection');
  instance.tables.protectedTags.put(project.id, '*', {
    id,
    name: '*',
    push_access_level: 40,
    merge_access_level: 40,
  });
}

export function addHook(
  instance: Instance,
  project: Project,
  { url, token, signingToken, events }: HookTarget & { readonly events: readonly string[] },
): void {
  const id = instance.store.next('hook');
  instance.tables.hooks.put(project.id, id, {
    id,
    project_id: project.id,
    url,
    token,
    signing_token: signingToken,
    events,
    created_at: instant(),
    failures: 0,
    disabled_until: null,
  });
}
