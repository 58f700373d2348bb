import { z } from 'zod';
import { backportOfBranch, isAskedFor } from '../domain/backport/backport';
import { startBackport, tellBackport } from '../starters/start-backport';
import type { GatewayDeps } from './deps';

const mergeRequestEvent = z.object({
  object_attributes: z.object({
    iid: z.int(),
    state: z.string(),
    source_branch: z.string(),
    target_branch: z.string(),
  }),
  labels: z.array(z.object({ title: z.string() })).default([]),
  project: z.object({ path_with_namespace: z.string() }),
});

type Told = Pick<GatewayDeps, 'client' | 'backports' | 'logger'>;

/** A labelled change was merged, or one of its backports has changed. @returns whether somebody was told */
export async function followMergeRequest(deps: Told, body: unknown): Promise<boolean> {
  const { data } = mergeRequestEvent.safeParse(body);
  if (data === undefined) return false;
  const { iid, state, source_branch: source, target_branch: target } = data.object_attributes;
  const repository = data.project.path_with_namespace;
  if (backportOfBranch(source) !== undefined) return followBranch(deps, { repository, branch: source });
  const settings = settingsAt(deps, repository);
  const labels = data.labels.map(({ title }) => title);
  if (settings === undefined || state !== 'merged' || target !== settings.project.defaultBranch) return false;
  if (!isAskedFor(labels, settings.labels)) return false;
  return told(deps, async () => {
    await startBackport(deps.client, { settings, iid });
    return true;
  });
}

/** Something has happened to a branch of canonical: its pipeline, or its merge request. @returns whether it is a backport's, and that was told */
export async function followBranch(
  deps: Told,
  { repository, branch }: { readonly repository: string; readonly branch: string },
): Promise<boolean> {
  const backport = backportOfBranch(branch);
  const settings = settingsAt(deps, repository);
  if (backport === undefined || settings === undefined) return false;
  return told(deps, () => tellBackport(deps.client, { settings, iid: backport.iid }));
}

function settingsAt({ backports }: Told, repository: string): GatewayDeps['backports'][number] | undefined {
  return backports.find(({ project }) => project.repositories.canonical === repository);
}

/** What cannot be told now is found at the next look, and GitLab would switch off a hook that fails. */
async function told({ logger }: Told, tell: () => Promise<boolean>): Promise<boolean> {
  try {
    return await tell();
  } catch (error) {
    logger.warn({ err: error }, 'Backports could not be told of a webhook');
    return false;
  }
}
