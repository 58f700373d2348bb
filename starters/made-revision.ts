import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../domain/release/release';
import type { AskedRevision } from '../records/revision-log';
import { NotPossible } from './refusals';

export interface Remade {
  /** What was revised: `the calendar`. */
  readonly subject: string;
  readonly wanted: object;
  readonly by: Actor;
}

/** The revision that a key has made, if it was of these words of this person. @throws NotPossible */
export function madeRevision<Asked extends AskedRevision>(
  kept: Asked,
  { subject, wanted, by }: Remade,
): Omit<Asked, 'wanted'> {
  const { wanted: words, ...revision } = kept;
  if (kept.by.id === by.id && isDeepStrictEqual(words, wanted)) return revision;
  throw new NotPossible({
    where: 'the header Idempotency-Key',
    what: `it made revision ${kept.number} of ${subject}, and now asks for something else`,
    remedy: 'Send a new key with a new revision',
  });
}
