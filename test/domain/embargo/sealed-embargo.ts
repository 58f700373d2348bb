import type { Embargo } from '../../../domain/embargo/embargo';

/** A sealed fix of ada's that these lines need. Without topics, unless some are given. */
export function sealedEmbargo(lines: readonly string[], but: Partial<Embargo> = {}): Embargo {
  return {
    id: 'embargo:k3v9x0q2ab',
    ordinal: 1,
    title: 'A hole',
    owner: 'ada',
    severity: 'S2',
    state: 'sealed',
    since: '2026-11-20T12:00:00.000Z',
    affects: lines.map((line) => ({ line, evidence: 'tried' })),
    audience: [],
    topics: [],
    ...but,
  };
}
