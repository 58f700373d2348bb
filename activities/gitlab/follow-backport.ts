import {
  backportVerdict,
  FAILED,
  isTriedAgain,
  type BackportChecks,
} from '../../domain/backport/backport-checks';
import type { BackportNews } from '../../domain/backport/backport-state';
import type { Outside } from '../outside';
import type { MergeRequestFound } from './merge-requests';

/** A push makes no pipeline where no job would run; after this long none comes. */
const PATIENCE_FOR_A_PIPELINE_MS = 15_000;

export interface ToldNews {
  readonly news: BackportNews;
  readonly sentence: string;
  /** It goes on only when the author of the change does something. */
  readonly isStuck?: boolean;
}

/** What a merge request that has ended says about its backport; undefined while it is open. */
export function endOf({ state, iid, url, closedBy }: MergeRequestFound): ToldNews | undefined {
  if (state === 'merged')
    return { news: { found: 'merged', mergeRequest: { iid, url } }, sentence: `!${iid} is merged.` };
  if (state !== 'closed') return undefined;
  const by = closedBy ?? 'somebody';
  const reason = `!${iid} was closed.`;
  return { news: { found: 'declined', by, reason }, sentence: `${by} closed !${iid}.` };
}

/** Reads what an open merge request still lacks, and has a failed pipeline tried again. */
export async function checksOf(
  { gitlab }: Outside,
  {
    project,
    mergeRequest,
    retries,
  }: {
    /** Path of the canonical repository. */
    readonly project: string;
    readonly mergeRequest: MergeRequestFound;
    readonly retries: number;
  },
): Promise<ToldNews> {
  const { iid, sha, targetBranch, hasConflicts, createdAt } = mergeRequest;
  const [approvalsLeft, pipeline] = await Promise.all([
    gitlab.mergeRequests.approvalsLeft({ project, iid }),
    gitlab.mergeRequests.pipelineOf({ project, sha }),
  ]);
  const hasFailed = pipeline !== undefined && FAILED.has(pipeline.status);
  const attempts = hasFailed ? await gitlab.attempts({ project, pipeline: pipeline.id }) : 1;
  const checks: BackportChecks = {
    branch: targetBranch,
    hasConflicts,
    approvalsLeft,
    runsNone: Date.now() - Date.parse(createdAt) > PATIENCE_FOR_A_PIPELINE_MS,
    retries,
    ...(pipeline === undefined ? {} : { pipeline: { ...pipeline, attempts } }),
  };
  if (pipeline !== undefined && isTriedAgain(checks))
    await gitlab.retryPipeline({ project, pipeline: pipeline.id });
  const { verdict, sentence } = backportVerdict(checks);
  const found = verdict === 'pass' ? 'checked' : 'unchecked';
  return { news: { found }, sentence, isStuck: verdict === 'fail' };
}
