import type { WorkflowHandle } from '@temporalio/client';
import { releaseSettings } from '../../config/release-settings';
import type { ReleaseStatus } from '../../domain/release/release';
import type { GitRepository } from '../../sandbox/gitlab/git-repository';
import { findProject } from '../../sandbox/gitlab/instance';
import { sandboxConfiguration } from '../gateway/test-gateway';
import type { ReleaseHouse } from '../support/release-house';
import { until } from '../support/until';

/** What the whole of a release may take on a slow machine. */
export const STORY_MS = 300_000;

/** Two projects are enough for something to happen between them; two minors get fixes. */
export const SMALL_PRODUCT = {
  projects: releaseSettings(sandboxConfiguration(), { gatewayKeys: [] }).projects.filter(({ name }) =>
    ['gitaly', 'gitlab'].includes(name),
  ),
  maintenance: [{ from: '2020-01-01', previousMinors: 1 }],
};

export function statusOf(handle: WorkflowHandle): Promise<ReleaseStatus> {
  return handle.query<ReleaseStatus>('status');
}

/** @throws when a step has failed */
export async function unfailedStatusOf(handle: WorkflowHandle): Promise<ReleaseStatus> {
  const status = await statusOf(handle);
  if (status.blockers.length > 0) throw new Error(JSON.stringify(status.blockers));
  return status;
}

/** @throws when a step has failed meanwhile */
export function waitsForApproval(handle: WorkflowHandle): Promise<ReleaseStatus> {
  const look = async () => {
    const status = await unfailedStatusOf(handle);
    return status.waitingFor !== undefined && status;
  };
  return until(`${handle.workflowId} to wait for its approval`, look, STORY_MS);
}

/** The repository itself, behind the server's back. */
export function repositoryAt({ gitlab: { instance } }: ReleaseHouse, path: string): GitRepository {
  const project = findProject(instance, path);
  if (project === undefined) throw new Error(`${path} is not planted`);
  return instance.repository(project);
}

/** Which of the objects a repository gives to whoever asks for them, by any way. */
export async function objectsIn(
  repository: GitRepository,
  objects: readonly string[],
): Promise<readonly string[]> {
  const rows = await repository.gitWithInput(['cat-file', '--batch-check'], `${objects.join('\n')}\n`);
  return rows.split('\n').flatMap((row) => (/ (missing|)$/.test(row) || row === '' ? [] : row.slice(0, 40)));
}
