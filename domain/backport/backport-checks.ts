import type { Verdict } from '../verdict';

/** A merge request of a backport as GitLab tells it. */
export interface BackportChecks {
  readonly branch: string;
  /** Commits that do not merge by themselves. */
  readonly hasConflicts: boolean;
  readonly approvalsLeft: number;
  /** Of its newest commit; absent where there is none. */
  readonly pipeline?: { readonly status: string; readonly url: string; readonly attempts: number };
  /** No pipeline has begun though it had the time to. */
  readonly runsNone: boolean;
  /** How often a failed pipeline is tried again. */
  readonly retries: number;
}

const PASSED: ReadonlySet<string> = new Set(['success', 'manual', 'skipped']);
/** How a pipeline ends that did not pass. */
export const FAILED: ReadonlySet<string> = new Set(['failed', 'canceled']);

/** Whether a failed pipeline is tried again before anybody is asked. */
export function isTriedAgain({ pipeline, retries }: BackportChecks): boolean {
  return pipeline !== undefined && FAILED.has(pipeline.status) && pipeline.attempts <= retries;
}

/** Whether a maintainer may merge it. */
export function backportVerdict(checks: BackportChecks): Verdict {
  const { branch, hasConflicts, approvalsLeft, pipeline, runsNone } = checks;
  const evidence =
    pipeline === undefined ? [] : [{ label: 'pipeline', value: pipeline.status, url: pipeline.url }];
  if (hasConflicts) {
    const sentence = `It does not merge into ${branch} any more.`;
    return { verdict: 'fail', sentence, whoActs: 'author', evidence };
  }
  if (pipeline !== undefined && FAILED.has(pipeline.status) && !isTriedAgain(checks)) {
    const sentence = `Its pipeline failed ${pipeline.attempts === 1 ? 'once' : `${pipeline.attempts} times`} (${pipeline.status}).`;
    return { verdict: 'fail', sentence, whoActs: 'author', evidence };
  }
  const hasPassed = pipeline === undefined ? runsNone : PASSED.has(pipeline.status);
  if (!hasPassed) return { verdict: 'wait', sentence: 'Its pipeline has not passed yet.', evidence };
  if (approvalsLeft > 0) {
    const sentence = `${approvalsLeft === 1 ? 'One approval is' : `${approvalsLeft} approvals are`} missing.`;
    return { verdict: 'wait', sentence, whoActs: 'reviewer', evidence };
  }
  const sentence = `Its pipeline passed and it is approved; a maintainer of ${branch} merges it.`;
  return { verdict: 'pass', sentence, whoActs: 'maintainer', evidence };
}
