import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { signDecision, type SignedDecision } from '../domain/release/decision';
import type { Decision, DecisionTaken } from '../workflows/release.messages';
import { askEngine } from './ask-engine';
import { EngineUnavailable } from './refusals';

export interface SendDeps {
  readonly client: Client;
  /** Ed25519 private key of this gateway, hex. */
  readonly signer: string;
}

export interface DecisionToSend {
  /** Name of the update. */
  readonly kind: string;
  /** Whom it is about: the id of its workflow is `release` of the decision. */
  readonly decision: Omit<Decision, 'proof'>;
  /** What it is about, as people say it: `release patch:7`. */
  readonly subject: string;
}

export interface DecisionAnswer {
  readonly accepted: boolean;
  readonly sentence: string;
}

/** Twice the time in which the engine gives a dead worker up for another. */
export const DECIDE_WITHIN_MS = 20_000;

/**
 * Signs a decision and tells the workflow that it is about.
 * @returns its answer, a yes or a refusal; undefined where no such workflow runs
 * @throws EngineUnavailable
 */
export async function sendDecision(
  { client, signer }: SendDeps,
  { kind, decision, subject }: DecisionToSend,
): Promise<DecisionAnswer | undefined> {
  const signed: SignedDecision = { ...decision, proof: signDecision({ kind, decision }, signer) };
  const handle = client.workflow.getHandle(decision.release);
  const options = { args: [signed] as [SignedDecision], updateId: decision.id };
  try {
    const { sentence } = await askEngine({ client, withinMs: DECIDE_WITHIN_MS }, () =>
      handle.executeUpdate<DecisionTaken, [SignedDecision]>(kind, options),
    );
    return { accepted: true, sentence };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      return { accepted: false, sentence: error.cause?.message ?? error.message };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
      throw noWorker({ id: decision.id, subject }, error);
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function noWorker(
  { id, subject }: { readonly id: string; readonly subject: string },
  cause: unknown,
): EngineUnavailable {
  return new EngineUnavailable(
    {
      where: subject,
      what: `no worker took the decision within ${DECIDE_WITHIN_MS / 1000} s, so it is unknown whether it will count`,
      remedy: `See that a worker runs, then decide again with the key ${id}: it counts once`,
    },
    { cause },
  );
}
