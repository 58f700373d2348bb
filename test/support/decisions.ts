import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ed25519 } from '@noble/curves/ed25519';
import { publicKeyOf, signDecision } from '../../domain/release/decision';
import type { Actor } from '../../domain/release/release';
import type { Decision, DecisionTaken } from '../../workflows/release.messages';

export type DecisionKind =
  | 'approve'
  | 'hold'
  | 'resume'
  | 'pickCandidate'
  | 'recut'
  | 'rehearse'
  | 'sign'
  | 'abort'
  | 'handOver'
  | 'withdraw';

export const ROSA: Actor = { id: 'rosa', roles: ['release-manager'] };
export const ROBIN: Actor = { id: 'robin', roles: ['release-manager'] };
export const EMMA: Actor = { id: 'emma', roles: ['engineering-manager'] };
export const DAN: Actor = { id: 'dan', roles: ['dedicated-manager'] };
export const LENA: Actor = { id: 'lena', roles: ['delivery-leadership'] };
export const OTTO: Actor = { id: 'otto', roles: ['dedicated-operator'] };
export const SAM: Actor = { id: 'sam', roles: ['security-engineer'] };

/** A gateway as far as a workflow sees one: a key, and decisions signed with it. */
export interface TestGateway {
  readonly publicKey: string;
  sign(kind: string, release: string, told?: object): Decision;
}

export function aGateway(): TestGateway {
  const privateKey = Buffer.from(ed25519.utils.randomPrivateKey()).toString('hex');
  return {
    publicKey: publicKeyOf(privateKey),
    sign: (kind, release, told = {}) => {
      const decision = {
        id: randomUUID(),
        release,
        by: ROSA,
        reason: 'It was looked at.',
        at: new Date().toISOString(),
        ...told,
      };
      return { ...decision, proof: signDecision({ kind, decision }, privateKey) };
    },
  };
}

/** What a release says to a decision that it refuses. @throws when it takes it */
export async function refusalOf(decided: Promise<DecisionTaken>): Promise<string> {
  let taken: DecisionTaken;
  try {
    taken = await decided;
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    return error.cause?.message ?? error.message;
  }
  throw new Error(`it was not refused: ${taken.sentence}`);
}
