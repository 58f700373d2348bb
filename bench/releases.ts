import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { PatchReleaseInput } from '../workflows/release.messages';
import type { BareProject, BareRelease } from './bare/workflows';
import type { BenchHouse } from './bench-house';
import type { BenchWorkers } from './workers';

/**
 * Outside effects of one project of a version, one after the other: tag, build, verify, refs, packages, page, notes on merge
 * requests. The last two are one activity of ours.
 */
const EFFECTS_BESIDE_PIPELINES = 7;
/** Survey, issue, close. */
const EFFECTS_BEFORE = 3;
/**
 * Claim, which asks every canonical repository; announcement; disclosure, which sees that its default branches hold what is
 * public; advisory; the closing note.
 */
const EFFECTS_AFTER = 5;

export async function startOurs(
  { client, records, settings }: BenchHouse,
  { ours }: BenchWorkers,
  minors: readonly string[],
): Promise<WorkflowHandle> {
  const id = `patch:${randomUUID()}`;
  const startedBy = { id: 'bench', roles: [] };
  await records.releases.open({ id, kind: 'patch', title: id, requestKey: id, settings, startedBy });
  const input: PatchReleaseInput = { settings, type: 'planned', minors, startedBy, awaitMilestones: [] };
  return client.workflow.start('patchRelease', { taskQueue: ours, workflowId: id, args: [input] });
}

/** What is tagged is compared with the lists, once a version. */
function lists(projects: readonly BareProject[]): BareProject {
  return { name: 'lists', dependsOn: projects.map(({ name }) => name), effects: 1, pipelines: 0 };
}

export async function startBare(
  { client, settings }: BenchHouse,
  { bare }: BenchWorkers,
  versions: number,
): Promise<WorkflowHandle> {
  const projects = settings.projects.map((project): BareProject => {
    const { name, dependsOn, tags } = project;
    return { name, dependsOn, effects: EFFECTS_BESIDE_PIPELINES, pipelines: tags.length };
  });
  const input: BareRelease = {
    before: EFFECTS_BEFORE,
    after: EFFECTS_AFTER,
    versions: Array.from({ length: versions }, () => [...projects, lists(projects)]),
  };
  return client.workflow.start('bareRelease', {
    taskQueue: bare,
    workflowId: `bare:${randomUUID()}`,
    args: [input],
  });
}

/** What a patch of ours has made public. @throws where something of it is not: a side that leaves work undone measures nothing */
export async function madePublic(
  { records }: BenchHouse,
  { workflowId }: Pick<WorkflowHandle, 'workflowId'>,
): Promise<{ readonly tags: number; readonly packageFiles: number }> {
  const { tags, packages } = await records.artifacts.ofRelease(workflowId);
  const hidden = [...tags, ...packages].filter(({ state }) => state !== 'public');
  if (hidden.length > 0 || tags.length === 0)
    throw new Error(`${workflowId} has ${tags.length} tags, and ${hidden.length} things that are not public`);
  return { tags: tags.length, packageFiles: packages.length };
}
