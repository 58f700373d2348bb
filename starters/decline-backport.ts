import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { backportId } from '../domain/backport/backport';
import type { Actor } from '../domain/release/release';
import type { Records } from '../records/records';
import { sameAnswer } from './decide';
import { NotThere } from './refusals';
import { sendDecision, type DecisionAnswer } from './send-decision';

export interface DeclineDeps {
  readonly client: Client;
  readonly records: Records;
  /** Ed25519 private key of this gateway, hex. */
  readonly signer: string;
}

export interface DeclineRequest {
  readonly project: string;
  readonly iid: number;
  readonly minor: string;
  readonly by: Actor;
  readonly reason: string;
  /** Key of the request: decided again with it, the first answer is given again. */
  readonly id?: string;
}

const KIND = 'decline';

/**
 * Signs what a person decided, tells the workflow of the change, and records the answer, be it a yes or a refusal.
 * @throws NotThere, NotPossible, EngineUnavailable, RecordsUnavailable
 */
export async function declineBackport(deps: DeclineDeps, request: DeclineRequest): Promise<DecisionAnswer> {
  const { project, iid, minor, by, reason, id = randomUUID() } = request;
  const release = backportId({ project, iid });
  const first = await deps.records.decisions.find(id);
  if (first !== undefined) return sameAnswer(first, { release, kind: KIND, by });
  if ((await deps.records.backports.of({ project, iid })).length === 0) throw notOwed(request);
  const decision = { id, release, by, reason, minor, at: new Date().toISOString() };
  const subject = `backports of ${project}!${iid}`;
  const ended: DecisionAnswer = {
    accepted: false,
    sentence: `All backports of ${project}!${iid} are settled; there is nothing left to decide.`,
  };
  const answer = (await sendDecision(deps, { kind: KIND, decision, subject })) ?? ended;
  const row = await deps.records.decisions.record({ id, release, by, decision: KIND, reason, ...answer });
  return { accepted: row.accepted, sentence: row.sentence };
}

function notOwed({ project, iid }: DeclineRequest): NotThere {
  return new NotThere({
    where: `${project}!${iid}`,
    what: 'no minor owes it',
    remedy: 'See `signalbox backport status` for what is owed',
  });
}
