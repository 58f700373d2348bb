import type * as Noble from '@noble/curves/ed25519';

/**
 * The curve is set up when a signature is first made or checked: the engine evaluates every module anew for each workflow,
 * and most of them never see a decision.
 */
function curve(): typeof Noble.ed25519 {
  const noble: typeof Noble = require('@noble/curves/ed25519');
  return noble.ed25519;
}

/** What is signed of a decision: everything but the signature itself. */
export interface SignedDecision {
  readonly id: string;
  readonly release: string;
  readonly proof: string;
}

/** As every decision is made: for a reason, at some instant. */
export interface ReasonedDecision extends SignedDecision {
  readonly reason: string;
  /** ISO 8601 */
  readonly at: string;
}

/** The bytes under the signature: the kind of decision and its fields in the order of their names. */
function signedText(kind: string, decision: SignedDecision): string {
  const { proof: _proof, ...told } = decision;
  return `${kind}\n${JSON.stringify(sorted(told))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, sorted(field)]),
  );
}

/** @param privateKey Ed25519, hex @returns the signature, hex */
export function signDecision(
  { kind, decision }: { readonly kind: string; readonly decision: Omit<SignedDecision, 'proof'> },
  privateKey: string,
): string {
  return hex(curve().sign(utf8(signedText(kind, { ...decision, proof: '' })), bytes(privateKey)));
}

export function publicKeyOf(privateKey: string): string {
  return hex(curve().getPublicKey(bytes(privateKey)));
}

/** Whether one of these gateways signed exactly this. Pure, so a workflow may ask. */
export function isProven(
  { kind, decision }: { readonly kind: string; readonly decision: SignedDecision },
  gatewayKeys: readonly string[],
): boolean {
  const text = utf8(signedText(kind, decision));
  return gatewayKeys.some((key) => verifies({ proof: decision.proof, text, key }));
}

/** Whom a decision is told to. */
export interface Decider {
  /** Its workflow: what the decision has to be about. */
  readonly id: string;
  readonly gatewayKeys: readonly string[];
  /** As it speaks of itself: `this release`. */
  readonly name: string;
  /** What people decide with: `` `signalbox mirror` ``. */
  readonly command: string;
}

/** What stands against a decision before any rule is asked: no gateway has proven it, or it is no whole decision about this. */
export function decisionRefusal(
  { kind, decision }: { readonly kind: string; readonly decision: ReasonedDecision },
  { id, gatewayKeys, name, command }: Decider,
): string | undefined {
  if (!isProven({ kind, decision }, gatewayKeys))
    return `It carries no proof of a gateway that ${name} knows. Decide with ${command}, not in the engine.`;
  if (decision.release !== id) return `It is a decision about ${decision.release}.`;
  if (decision.reason.trim() === '') return 'Say why: a decision has a reason.';
  return isInstant(decision.at) ? undefined : `It was made at ${decision.at}, which is no instant.`;
}

export function isInstant(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function verifies({
  proof,
  text,
  key,
}: {
  readonly proof: string;
  readonly text: Uint8Array;
  readonly key: string;
}): boolean {
  try {
    return curve().verify(bytes(proof), text, bytes(key));
  } catch {
    // No signature at all: wrong length or no hex.
    return false;
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hex(value: Uint8Array): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytes(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})+$/i.test(text)) throw new Error('not hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
