import type { RosterRevision, ShiftEntry } from '../../../domain/shift/roster';

export const MARIA = { id: 'maria', roles: ['release-manager'] };

/** Of a shift that is named after the revision, unless it is named. */
export function setRevision(
  number: number,
  shift: Pick<ShiftEntry, 'people' | 'from' | 'until'> & Partial<Pick<ShiftEntry, 'id' | 'zone'>>,
): RosterRevision {
  const madeAt = new Date(Date.UTC(2026, 10, number)).toISOString();
  return {
    number,
    kind: 'set',
    shift: { id: `shift:${number}`, zone: 'UTC', ...shift },
    by: MARIA,
    reason: 'Planned.',
    madeAt,
  };
}
