import type { Records } from '../../records/records';
import { findingOf, type Judged } from '../findings';
import type { Secrets } from '../secrets';
import { FINGERPRINT_MAKING, type Fingerprints } from './fingerprints';

export interface Compared {
  readonly judged: Judged;
  readonly secrets: Secrets;
  readonly looks: Fingerprints;
}

/**
 * The fuzzy net: what looks like a fix under embargo, or like its undoing, may be one, whatever commit, branch or project it
 * is in. It stops nothing, for much looks alike that is not; it asks AppSec.
 */
export async function askAboutLookalikes(
  { embargoes }: Pick<Records, 'embargoes'>,
  { judged, secrets, looks: { forward, reversed } }: Compared,
): Promise<void> {
  if (forward.length === 0) return;
  const fingerprints = [...forward, ...reversed];
  const alike = await embargoes.lookingLike({ making: FINGERPRINT_MAKING, fingerprints });
  const does = new Set(forward);
  for (const embargo of secrets.hidden) {
    const shared = alike.filter((one) => one.embargo === embargo);
    if (shared.length === 0) continue;
    const what = shared.some(({ fingerprint }) => does.has(fingerprint))
      ? 'a change'
      : 'the undoing of a change';
    const sentence = `What ${judged.release} makes public in ${judged.project} looks like ${what} of ${embargo}. Is it?`;
    const evidence = shared.map(({ fingerprint }) => ({ label: FINGERPRINT_MAKING, value: fingerprint }));
    await embargoes.recordFinding(
      findingOf(judged, { kind: 'question', embargoes: [embargo], sentence, evidence }),
    );
  }
}
