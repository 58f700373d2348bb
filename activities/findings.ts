import { createHash } from 'node:crypto';
import type { LeakVerdict } from '../domain/embargo/leak-verdict';
import type { Finding } from '../records/embargoes';
import type { Records } from '../records/records';
import { permanent } from './errors';

export interface Judged {
  readonly release: string;
  readonly project: string;
  /** Where it would have become public, as the uncleared may read it. */
  readonly where: string;
  /** What tells this push or text from others of the release. */
  readonly content: string;
  readonly revision: number;
}

/**
 * Lets pass what passed. Of a denial the cleared find everything in the findings, and whoever sees the failure reads what they
 * would read without any embargo.
 * @throws ApplicationFailure RefusedByPolicy, or ConfigurationError where it could not be judged
 */
export async function enforce(
  { embargoes }: Pick<Records, 'embargoes'>,
  { verdict, judged }: { readonly verdict: LeakVerdict; readonly judged: Judged },
): Promise<void> {
  const { cleared, uncleared } = verdict;
  if (cleared.verdict === 'pass') return;
  const { where } = judged;
  const what = `${uncleared.sentence.slice(0, 1).toLowerCase()}${uncleared.sentence.slice(1, -1)}`;
  if (uncleared.verdict === 'unknown') {
    const reasons = uncleared.evidence.map(({ value }) => value).join(', ');
    const remedy = "Delete the project's folder among the worker's mirrors; a whole clone is made at once";
    throw permanent('ConfigurationError', { where, what: `${what} (${reasons})`, remedy });
  }
  // One for each embargo: who is cleared for one need not be for another.
  const told = verdict.byEmbargo.size === 0 ? [[undefined, cleared] as const] : verdict.byEmbargo;
  for (const [embargo, { sentence, evidence }] of told) {
    const about = embargo === undefined ? [] : [embargo];
    await embargoes.recordFinding(
      findingOf(judged, { kind: 'denied', embargoes: about, sentence, evidence }),
    );
  }
  const remedy = 'Abort the release; its versions have to be cut from public commits and tell nothing else';
  throw permanent('RefusedByPolicy', { where, what, remedy });
}

/** The same thing found again has the same key. */
export function findingOf(
  { release, project, content, revision }: Judged,
  found: Pick<Finding, 'kind' | 'embargoes' | 'sentence' | 'evidence'>,
): Finding {
  const { kind, embargoes, sentence } = found;
  const about = createHash('sha256')
    .update([content, ...embargoes, sentence].join('\n'))
    .digest('hex');
  return { ...found, key: `${release}/${kind}/${project}/${about.slice(0, 16)}`, release, project, revision };
}
