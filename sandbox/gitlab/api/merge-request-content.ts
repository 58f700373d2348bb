import type { MergeRequest } from '../entities';
import { paginate } from '../pagination';
import type { Api } from '../server';
import { presentCommits } from './commit-entity';
import { presentDiffs } from './diff-entity';
import { findMergeRequest, presentMergeRequest } from './merge-request-entity';

export function mergeRequestContentRoutes({ app, instance }: Api): void {
  const path = '/api/v4/projects/:id/merge_requests/:iid';
  app.get(`${path}/commits`, async (request, reply) => {
    const { project, row } = findMergeRequest(instance, request);
    const commits = await presentCommits(instance, { project, args: [row.sha, `^${baseOf(row)}`] });
    return paginate(commits, { request, reply });
  });
  app.get(`${path}/diffs`, async (request, reply) => {
    const { project, row } = findMergeRequest(instance, request);
    const diffs = await presentDiffs(instance.repository(project), `${baseOf(row)}...${row.sha}`);
    return paginate(diffs, { request, reply });
  });
  app.get(`${path}/changes`, async (request) => {
    const { project, row } = findMergeRequest(instance, request);
    const changes = await presentDiffs(instance.repository(project), `${baseOf(row)}...${row.sha}`);
    return {
      ...presentMergeRequest(instance, project, row),
      changes,
      changes_count: String(changes.length),
      overflow: false,
    };
  });
}

/** Where the merge request begins: before its merge once merged. */
function baseOf(row: MergeRequest): string {
  return row.merge_commit_sha === null ? `refs/heads/${row.target_branch}` : `${row.merge_commit_sha}^1`;
}
