import type { Evidence, Verdict } from '../verdict';

/** A merge request of a fix on the security side, as GitLab tells it. */
export interface FixMergeRequest {
  /** `gitlab-org/security/gitlab!7` */
  readonly name: string;
  readonly url: string;
  readonly author: string;
  readonly isDraft: boolean;
  readonly description: string;
  readonly labels: readonly string[];
  /** Head of its source branch, and of the topic as it is registered. */
  readonly sha: string;
  readonly topicHead: string;
  readonly hasConflicts: boolean;
  readonly hasOpenThreads: boolean;
  readonly approvalsLeft: number;
  /** Status of the newest pipeline of its head; absent where there is none. */
  readonly pipeline?: string;
  /** Whether the project runs pipelines at all. */
  readonly runsPipelines: boolean;
}

const PASSED: ReadonlySet<string> = new Set(['success', 'manual', 'skipped']);
const OPEN_BOX = /^\s*[-*] \[ \]/m;
/** The label that says what it is, so that reviewers and bots treat it so. */
const SECURITY = 'security';

/**
 * Whether a fix is accepted: as far as it can come before it is disclosed, for it is not merged until then. The first reason
 * why not, what its author can mend before what others have to do.
 */
export function acceptanceVerdict(request: FixMergeRequest): Verdict {
  const { name, url, author } = request;
  const evidence: readonly Evidence[] = [{ label: 'merge request', value: name, url }];
  for (const { holds, sentence, whoActs } of checksOf(request))
    if (!holds)
      return {
        verdict: whoActs === undefined ? 'wait' : 'fail',
        sentence: `${name} ${sentence}.`,
        whoActs: whoActs ?? author,
        evidence,
      };
  return { verdict: 'pass', sentence: `${name} is approved and green.`, evidence };
}

interface Check {
  readonly holds: boolean;
  readonly sentence: string;
  /** Absent where nobody has to do anything but wait. */
  readonly whoActs?: string;
}

function checksOf(request: FixMergeRequest): readonly Check[] {
  const { author, isDraft, description, labels, sha, topicHead, approvalsLeft, pipeline } = request;
  const isRunning =
    pipeline !== undefined && !PASSED.has(pipeline) && !['failed', 'canceled'].includes(pipeline);
  return [
    { holds: !isDraft, sentence: 'is a draft', whoActs: author },
    {
      holds: labels.includes(SECURITY),
      sentence: `lacks the label ${SECURITY}`,
      whoActs: author,
    },
    { holds: !OPEN_BOX.test(description), sentence: 'has open boxes in its checklist', whoActs: author },
    { holds: !request.hasConflicts, sentence: 'does not merge any more', whoActs: author },
    { holds: !request.hasOpenThreads, sentence: 'has threads that are not resolved', whoActs: author },
    {
      holds: pipeline !== 'failed' && pipeline !== 'canceled',
      sentence: 'has a pipeline that did not pass',
      whoActs: author,
    },
    {
      holds: sha === topicHead,
      sentence: 'has moved on and is not registered yet',
    },
    {
      holds: !isRunning && (pipeline !== undefined || !request.runsPipelines),
      sentence: 'has no pipeline that passed yet',
    },
    {
      holds: approvalsLeft === 0,
      sentence: approvalsLeft === 1 ? 'lacks one approval' : `lacks ${approvalsLeft} approvals`,
      whoActs: 'security-engineer',
    },
  ];
}
