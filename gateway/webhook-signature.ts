import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signed webhook may be, or how far ahead a clock may go. */
const TOLERANCE_MS = 5 * 60_000;

export interface SignedWebhook {
  /** Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`. */
  readonly id: string;
  readonly timestamp: string;
  /** `v1,<base64>`, perhaps several with spaces between, while a key is exchanged. */
  readonly signature: string;
  readonly body: Buffer;
}

/** Whether the body is what was signed with the key, not long ago. */
export function isSigned(
  webhook: SignedWebhook,
  { key, now }: { readonly key: string; readonly now: Date },
): boolean {
  const { id, timestamp, signature, body } = webhook;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) * 1_000 - now.getTime()) > TOLERANCE_MS) return false;
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  let matches = false;
  for (const one of signature.split(' ')) matches = isSame(one, `v1,${digest}`) || matches;
  return matches;
}

/** Takes as long wherever the difference is. */
export function isSame(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
