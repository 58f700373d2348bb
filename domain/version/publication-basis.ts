import type { Evidence, Verdict } from '../verdict';

/** The facts that a plan of publication was made on, which other releases and people may change. */
export interface PublicationBasis {
  /** Maintained minors. */
  readonly window: readonly string[];
  /** Head by minor of the unit; `none` where nothing of it is out. */
  readonly heads: Readonly<Record<string, string>>;
  /** Revision of the registry of embargoes. */
  readonly registry: number;
}

/**
 * Whether what was planned may be published. Compared in the same transaction that claims the unit. Where something moved
 * the plan is made again: waiting would not bring the facts back.
 */
export function basisVerdict({
  planned,
  now,
}: {
  readonly planned: PublicationBasis;
  readonly now: PublicationBasis;
}): Verdict {
  const moved: Evidence[] = [];
  if (planned.window.toSorted().join() !== now.window.toSorted().join()) {
    moved.push({
      label: 'maintained minors',
      value: `${planned.window.join(', ')} → ${now.window.join(', ')}`,
    });
  }
  for (const [minor, head] of Object.entries(planned.heads)) {
    const current = now.heads[minor] ?? 'none';
    if (current !== head) moved.push({ label: `head of ${minor}`, value: `${head} → ${current}` });
  }
  if (planned.registry !== now.registry) {
    moved.push({ label: 'registry of embargoes', value: `${planned.registry} → ${now.registry}` });
  }
  if (moved.length === 0) {
    return { verdict: 'pass', sentence: 'Nothing has moved since the plan was made.', evidence: [] };
  }
  const sentence = `The plan is made again, for ${moved.map(({ label }) => `the ${label}`).join(' and ')} moved.`;
  return { verdict: 'fail', sentence, evidence: moved };
}
