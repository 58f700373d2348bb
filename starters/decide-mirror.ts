import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { ResolveWay } from '../domain/mirror/mirror-advice';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import type { RefObjects } from '../domain/mirror/mirrored-ref';
import type { Actor } from '../domain/release/release';
import type { Records } from '../records/records';
import { sameAnswer } from './decide';
import { sendDecision, type DecisionAnswer } from './send-decision';
import { mirrorId, startMirror } from './start-mirror';

export interface DecideMirrorDeps {
  readonly client: Client;
  readonly records: Records;
  /** Ed25519 private key of this gateway, hex. */
  readonly signer: string;
}

/** The kinds are the names of the updates. */
export type MirrorDecisionContent =
  | { readonly kind: 'verify' }
  /** `seen`: what the person saw; refused where it has changed since. */
  | { readonly kind: 'resolve'; readonly ref: string; readonly way: ResolveWay; readonly seen: RefObjects };

export type MirrorDecisionRequest = MirrorDecisionContent & {
  readonly by: Actor;
  readonly reason: string;
  /** Key of the request: decided again with it, the first answer is given again. */
  readonly id?: string;
};

/**
 * Signs what a person decided, tells the mirror, and records the answer. A mirror that does not run is started first.
 * @throws NotPossible, EngineUnavailable, RecordsUnavailable
 */
export async function decideMirror(
  deps: DecideMirrorDeps,
  { settings, request }: { readonly settings: MirrorSettings; readonly request: MirrorDecisionRequest },
): Promise<DecisionAnswer> {
  const { id = randomUUID(), ...rest } = request;
  const { kind, by, reason, ...content } = rest;
  const release = mirrorId(settings.project.name);
  const first = await deps.records.decisions.find(id);
  if (first !== undefined) return sameAnswer(first, { release, kind, by });
  const decision = { ...content, id, release, by, reason, at: new Date().toISOString() };
  const sending = { kind, decision, subject: `mirror of ${settings.project.name}` };
  const answer = (await sendDecision(deps, sending)) ?? (await startAndSend(deps, settings, sending));
  const row = await deps.records.decisions.record({ id, release, by, decision: kind, reason, ...answer });
  return { accepted: row.accepted, sentence: row.sentence };
}

async function startAndSend(
  deps: DecideMirrorDeps,
  settings: MirrorSettings,
  sending: Parameters<typeof sendDecision>[1],
): Promise<DecisionAnswer> {
  await startMirror(deps.client, settings);
  const answer = await sendDecision(deps, sending);
  return answer ?? { accepted: false, sentence: 'The mirror was ended in the engine; it is started anew.' };
}
