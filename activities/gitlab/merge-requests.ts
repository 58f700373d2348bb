import type { Gitlab as Gitbeaker } from '@gitbeaker/rest';
import { z } from 'zod';
import type { Pipeline } from './gitlab';

/** A merge request as far as backports read it. */
export interface MergeRequestFound {
  readonly iid: number;
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly state: 'opened' | 'closed' | 'locked' | 'merged';
  readonly author: string;
  readonly labels: readonly string[];
  readonly sourceBranch: string;
  readonly targetBranch: string;
  /** Head of the source branch. */
  readonly sha: string;
  /** The commit by which the target branch got it; absent before. */
  readonly mergedAs?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** User name. */
  readonly closedBy?: string;
  /** Told of one alone, not in a list. */
  readonly hasConflicts: boolean;
  readonly isDraft: boolean;
  /** Threads that block it; where GitLab does not say, none. */
  readonly hasOpenThreads: boolean;
}

export interface MergeRequests {
  show(input: MergeRequestAt): Promise<MergeRequestFound>;
  /** Newest first, whatever their state. */
  between(input: {
    readonly project: string;
    readonly source: string;
    readonly target: string;
  }): Promise<readonly MergeRequestFound[]>;
  /** Open ones. */
  openOnto(input: {
    readonly project: string;
    readonly target: string;
  }): Promise<readonly MergeRequestFound[]>;
  /** Merged ones with the label, changed since. */
  merged(input: {
    readonly project: string;
    readonly target: string;
    readonly label: string;
    /** ISO 8601. */
    readonly since: string;
  }): Promise<readonly MergeRequestFound[]>;
  open(input: {
    readonly project: string;
    readonly source: string;
    readonly target: string;
    readonly title: string;
    readonly description: string;
    readonly labels: readonly string[];
  }): Promise<MergeRequestFound>;
  close(input: MergeRequestAt): Promise<void>;
  /** How many approvals are missing. */
  approvalsLeft(input: MergeRequestAt): Promise<number>;
  /** The newest pipeline of the commit, of the branch or of its merge request alike. */
  pipelineOf(input: { readonly project: string; readonly sha: string }): Promise<Pipeline | undefined>;
}

export interface MergeRequestAt {
  readonly project: string;
  readonly iid: number;
}

const person = z.object({ username: z.string() });
const mergeRequest = z.object({
  iid: z.int(),
  web_url: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  author: person,
  labels: z.array(z.string()),
  source_branch: z.string(),
  target_branch: z.string(),
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  created_at: z.string(),
  closed_by: person.nullish(),
  has_conflicts: z.boolean().nullish(),
  draft: z.boolean().nullish(),
  blocking_discussions_resolved: z.boolean().nullish(),
});

const pipeline = z.object({ id: z.int(), status: z.string(), web_url: z.string() });

export function mergeRequestsOf(api: InstanceType<typeof Gitbeaker>): MergeRequests {
  return {
    show: async ({ project, iid }) => found(await api.MergeRequests.show(project, iid)),
    between: async ({ project, source, target }) => {
      const wanted = { sourceBranch: source, targetBranch: target, perPage: 20, maxPages: 1 } as const;
      return (await api.MergeRequests.all({ projectId: project, ...wanted })).map(found);
    },
    openOnto: async ({ project, target }) => {
      const wanted = { state: 'opened', targetBranch: target, scope: 'all' } as const;
      return (await api.MergeRequests.all({ projectId: project, ...wanted })).map(found);
    },
    merged: async ({ project, target, label, since }) => {
      const wanted = { state: 'merged', targetBranch: target, labels: label, updatedAfter: since } as const;
      return (await api.MergeRequests.all({ projectId: project, scope: 'all', ...wanted })).map(found);
    },
    open: async ({ project, source, target, title, description, labels }) => {
      const options = { description, labels: labels.join(','), removeSourceBranch: true };
      return found(await api.MergeRequests.create(project, source, target, title, options));
    },
    close: async ({ project, iid }) => {
      await api.MergeRequests.edit(project, iid, { stateEvent: 'close' });
    },
    approvalsLeft: async ({ project, iid }) => {
      const told = await api.MergeRequestApprovals.showConfiguration(project, { mergerequestIId: iid });
      return Number(told.approvals_left);
    },
    pipelineOf: async ({ project, sha }) => {
      const [newest] = await api.Pipelines.all(project, { sha, perPage: 1, maxPages: 1 });
      return newest === undefined ? undefined : pipelineOf(pipeline.parse(newest));
    },
  };
}

function pipelineOf({ id, status, web_url: url }: z.output<typeof pipeline>): Pipeline {
  return { id, status, url };
}

/** `merge_commit_sha` is missing where nothing but commits was merged: then the head itself is what the branch got. */
function found(row: unknown): MergeRequestFound {
  const told = mergeRequest.parse(row);
  const sha = told.sha ?? '';
  const mergedAs = told.merge_commit_sha ?? told.squash_commit_sha ?? sha;
  return {
    iid: told.iid,
    url: told.web_url,
    title: told.title,
    description: told.description ?? '',
    state: told.state,
    author: told.author.username,
    labels: told.labels,
    sourceBranch: told.source_branch,
    targetBranch: told.target_branch,
    sha,
    createdAt: told.created_at,
    hasConflicts: told.has_conflicts === true,
    isDraft: told.draft === true,
    hasOpenThreads: told.blocking_discussions_resolved === false,
    ...(told.state === 'merged' && mergedAs !== '' ? { mergedAs } : {}),
    ...(told.closed_by ? { closedBy: told.closed_by.username } : {}),
  };
}
