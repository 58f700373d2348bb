import type { HandOverItem } from '../domain/shift/hand-over';
import { shiftText, type RosterRevision, type Shift } from '../domain/shift/roster';
import type { RosterFinding } from '../domain/shift/roster-findings';
import type { Paint } from './demo/board';
import { minute } from './minute';
import { wrapped } from './wrapped';

export interface ShownRoster {
  readonly current: readonly Shift[];
  readonly next?: Shift;
  readonly findings: readonly RosterFinding[];
  readonly shifts: readonly Shift[];
  readonly revisions: readonly RosterRevision[];
}

/** Who is on shift, who is next, every shift, what is odd, and every change. */
export function rosterText(roster: ShownRoster, paint: Paint): readonly string[] {
  const { current, next, findings, shifts, revisions } = roster;
  if (shifts.length === 0) return wrapped('Nobody is on the roster. `signalbox shift set` sets a shift.', '');
  const now = current.length === 0 ? ['nobody'] : current.map(({ people }) => people.join(', '));
  return [
    paint.bold(`now: ${now.join('; ')}`),
    `next: ${next === undefined ? 'nobody' : `${next.people.join(', ')}, ${minute(next.from)}`}`,
    '',
    ...shifts.flatMap((shift) => shiftLines(shift, paint)),
    ...(findings.length === 0 ? [] : ['']),
    ...findings.flatMap(({ sentence }) => wrapped(`! ${sentence}`, '')),
    '',
    ...revisions.flatMap((revision) => wrapped(revisionText(revision), '')),
  ];
}

function shiftLines(shift: Shift, paint: Paint): readonly string[] {
  const { id, isCancelled } = shift;
  const lines = wrapped(`${id.padEnd(9)} ${shiftText(shift)}${isCancelled ? ', cancelled' : ''}`, '');
  return isCancelled ? lines.map(paint.dim) : lines;
}

const DONE = { set: 'set', cancel: 'cancelled' } as const;

function revisionText({ number, kind, shift, by, reason, madeAt }: RosterRevision): string {
  return `${number}. ${madeAt.slice(0, 10)} ${by.id} ${DONE[kind]} ${shift.id}, ${shift.people.join(', ')}: ${reason}`;
}

export interface RevisedShift {
  readonly revision: RosterRevision;
  readonly findings: readonly RosterFinding[];
}

export function revisedShiftText({ revision, findings }: RevisedShift): readonly string[] {
  return [
    ...wrapped(revisionText(revision), ''),
    ...wrapped(shiftText(revision.shift), '  '),
    ...findings.flatMap(({ sentence }) => wrapped(`! ${sentence}`, '')),
  ];
}

/** A paragraph an item: what, since when, whose, and what to do. */
export function handOverText(items: readonly HandOverItem[], paint: Paint): readonly string[] {
  if (items.length === 0) return ['Nothing waits for anybody.'];
  return items.flatMap(({ about, since, who, sentence, how }) => [
    `${paint.bold(about)}  ${who}${since === undefined ? '' : `, since ${minute(since)}`}`,
    ...wrapped(sentence, '  '),
    ...wrapped(`→ ${how}`, '  '),
  ]);
}
