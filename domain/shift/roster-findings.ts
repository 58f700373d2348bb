import { toldInstant } from '../calendar/told-instant';
import type { Shift } from './roster';

/** Where nobody is on shift, or more than one shift. */
export interface RosterFinding {
  readonly kind: 'gap' | 'overlap';
  /** ISO 8601, UTC */
  readonly from: string;
  /** ISO 8601, UTC */
  readonly until: string;
  readonly sentence: string;
}

/** What is odd about the roster from an instant on until its last shift ends. @param now ISO 8601 */
export function rosterFindings(shifts: readonly Shift[], now: string): readonly RosterFinding[] {
  const ahead = shifts.filter(
    ({ isCancelled, until }) => !isCancelled && Date.parse(until) > Date.parse(now),
  );
  const bounds = [now, ...ahead.flatMap(({ from, until }) => [from, until])]
    .map((at) => Date.parse(at))
    .filter((at) => at >= Date.parse(now));
  const instants = [...new Set(bounds)].toSorted((left, right) => left - right);
  const findings: RosterFinding[] = [];
  for (const [index, from] of instants.entries()) {
    const until = instants[index + 1];
    if (until === undefined) break;
    const there = ahead.filter((shift) => Date.parse(shift.from) <= from && Date.parse(shift.until) >= until);
    if (there.length === 0) findings.push(gap(from, until));
    if (there.length > 1) findings.push(overlap(there, [from, until]));
  }
  return findings;
}

function gap(from: number, until: number): RosterFinding {
  const span = spanOf(from, until);
  return { kind: 'gap', ...span, sentence: `Nobody is on shift ${spanText(span)}.` };
}

function overlap(shifts: readonly Shift[], [from, until]: readonly [number, number]): RosterFinding {
  const span = spanOf(from, until);
  const named = shifts.map(({ id, people }) => `${id} (${people.join(', ')})`).join(' and ');
  return { kind: 'overlap', ...span, sentence: `${named} are on shift at once ${spanText(span)}.` };
}

function spanOf(from: number, until: number): Pick<RosterFinding, 'from' | 'until'> {
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}

function spanText({ from, until }: Pick<RosterFinding, 'from' | 'until'>): string {
  return `from ${toldInstant(from)} to ${toldInstant(until)}`;
}
