import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Candidate } from '../activities/effects';
import type { InstalledState } from '../domain/internal/hand-over';
import { milestonesOf, type Milestone } from '../domain/release/milestones';
import type { Actor } from '../domain/release/release';
import type { DecisionRow } from '../records/decisions';
import type { Records } from '../records/records';
import { askEngine } from './ask-engine';
import { InvalidRequest, NotPossible, NotThere } from './refusals';
import { DECIDE_WITHIN_MS, sendDecision, type DecisionAnswer } from './send-decision';

export interface DecideDeps {
  readonly client: Client;
  readonly records: Records;
  /** Ed25519 private key of this gateway, hex. */
  readonly signer: string;
  readonly now?: () => Date;
}

/** What each kind of decision says besides who and why; the kinds are the names of the updates. */
export type DecisionContent =
  | { readonly kind: 'approve'; readonly before: Milestone }
  /** `until`: ISO 8601; absent: the configured expiry. */
  | { readonly kind: 'hold'; readonly until?: string }
  /** `step`: the failed one to try again; absent: end the hold. */
  | { readonly kind: 'resume'; readonly step?: string }
  | { readonly kind: 'pickCandidate'; readonly candidate: Candidate }
  | { readonly kind: 'handOver'; readonly installation: string; readonly state: InstalledState }
  /** `minors`: whose versions; absent: all that are not public. */
  | { readonly kind: 'recut'; readonly minors?: readonly string[] }
  | { readonly kind: 'rehearse' }
  /** `digest`: of what was rehearsed, as the person has seen it. */
  | { readonly kind: 'sign'; readonly digest: string }
  | { readonly kind: 'abort' };

export type DecisionRequest = DecisionContent & {
  /** Workflow id of the release. */
  readonly release: string;
  readonly by: Actor;
  readonly reason: string;
  /** Key of the request: decided again with it, the first answer is given again. */
  readonly id?: string;
};

/**
 * Signs what a person decided, tells the release, and records the answer, be it a yes or a refusal.
 * @throws InvalidRequest, NotThere, NotPossible, EngineUnavailable, RecordsUnavailable
 */
export async function decide(deps: DecideDeps, request: DecisionRequest): Promise<DecisionAnswer> {
  await refuseSenseless(deps, request);
  const id = request.id ?? randomUUID();
  const first = await deps.records.decisions.find(id);
  if (first !== undefined) return sameAnswer(first, request);
  const answer = await send(deps, { id, request });
  const { release, by, reason, kind: decision } = request;
  const signed = request.kind === 'sign' ? { digest: request.digest } : {};
  const kept = { id, release, by, decision, reason, ...signed, ...answer };
  const row = await deps.records.decisions.record(kept);
  return { accepted: row.accepted, sentence: row.sentence };
}

async function refuseSenseless({ records }: DecideDeps, request: DecisionRequest): Promise<void> {
  const { kind, reason, release } = request;
  if (reason.trim() === '') throw invalid('reason', 'it is empty', 'Say why, in a sentence');
  const row = await records.releases.find(release);
  if (row === undefined)
    throw new NotThere({
      where: `release ${release}`,
      what: 'there is none of that name',
      remedy: 'See `signalbox status` for those there are',
    });
  const milestones = milestonesOf(row.kind);
  if (kind === 'approve' && !milestones.includes(request.before))
    throw invalid(
      'before',
      `a ${row.kind} release has no milestone ${request.before}`,
      `Name one of ${milestones.join(', ')}`,
    );
  if (kind === 'handOver' && row.kind !== 'internal')
    throw invalid('kind', `a ${row.kind} release is handed over to nobody`, 'Name an internal release');
  if (kind === 'hold' && request.until !== undefined && Number.isNaN(Date.parse(request.until)))
    throw invalid('until', `${request.until} is no instant`, 'Write it as 2026-12-01T12:00:00Z');
}

function invalid(field: string, what: string, remedy: string): InvalidRequest {
  return new InvalidRequest({ where: `the decision, ${field}`, what, remedy });
}

interface Asked {
  readonly release: string;
  readonly kind: string;
  readonly by: Actor;
  /** Of what is signed; absent where nothing is. */
  readonly digest?: string;
}

/** The answer that was given when the key was first used. @throws NotPossible when that was for something else */
export function sameAnswer(first: DecisionRow, { release, kind, by, digest }: Asked): DecisionAnswer {
  const isSame =
    first.release === release &&
    first.decision === kind &&
    first.by.id === by.id &&
    first.digest === (digest ?? null);
  if (isSame) return { accepted: first.accepted, sentence: first.sentence };
  throw new NotPossible({
    where: `request key ${first.id}`,
    what: `it was used for the decision ${first.decision} about ${first.release}, made at ${first.at}`,
    remedy: 'Use a new key for a new decision',
  });
}

interface Sending {
  readonly id: string;
  readonly request: DecisionRequest;
}

async function send(deps: DecideDeps, { id, request }: Sending): Promise<DecisionAnswer> {
  const { kind, ...content } = request;
  const { now = () => new Date() } = deps;
  const decision = { ...content, id, at: now().toISOString() };
  const answer = await sendDecision(deps, { kind, decision, subject: `release ${request.release}` });
  return answer ?? { accepted: false, sentence: await whyNotFound(deps, request.release) };
}

/** The release is recorded, and nothing runs that could be told. */
async function whyNotFound({ client }: DecideDeps, release: string): Promise<string> {
  try {
    const { closeTime } = await askEngine({ client, withinMs: DECIDE_WITHIN_MS }, () =>
      client.workflow.getHandle(release).describe(),
    );
    return `${release} has ended${closeTime === undefined ? '' : `, at ${closeTime.toISOString()}`}; there is nothing left to decide.`;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new NotPossible(
      {
        where: `release ${release}`,
        what: 'it is recorded, but its workflow was never started',
        remedy: 'Ask for the release again with the key it was asked with; that starts it',
      },
      { cause: error },
    );
  }
}
