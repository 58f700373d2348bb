import { toldInstant } from '../calendar/told-instant';
import type { Actor } from '../release/release';

/** Who manages releases from when to when, as a revision of the roster says it. */
export interface ShiftEntry {
  /** `shift:3`, after the revision that it came with; stays, whatever becomes of it. */
  readonly id: string;
  /** Their ids; they share it. */
  readonly people: readonly [string, ...string[]];
  /** ISO 8601, UTC */
  readonly from: string;
  /** ISO 8601, UTC; the first instant that is not of it. */
  readonly until: string;
  /** IANA name of the time zone in which they count their days. */
  readonly zone: string;
}

export interface RosterRevision {
  /** From 1, without gaps. */
  readonly number: number;
  readonly kind: 'set' | 'cancel';
  readonly shift: ShiftEntry;
  readonly by: Actor;
  /** For everybody to read. */
  readonly reason: string;
  /** ISO 8601 */
  readonly madeAt: string;
}

export interface Shift extends ShiftEntry {
  readonly isCancelled: boolean;
  /** How often it was changed or cancelled. */
  readonly sequence: number;
  /** ISO 8601; when it came to be as it is now. */
  readonly revisedAt: string;
  /** What it was before, and why it is not any more, in sentences. */
  readonly notes: readonly string[];
}

/** The roster after all its revisions, oldest first; its shifts by their beginning. */
export function rosterOf(revisions: readonly RosterRevision[]): readonly Shift[] {
  const shifts = new Map<string, Shift>();
  for (const revision of revisions)
    shifts.set(revision.shift.id, revised(shifts.get(revision.shift.id), revision));
  return [...shifts.values()].toSorted((left, right) => Date.parse(left.from) - Date.parse(right.from));
}

/** The shifts that a person is on; and those that they were taken off, as cancelled, so that their programs are told. */
export function shiftsOf(person: string, revisions: readonly RosterRevision[]): readonly Shift[] {
  const isOn = ({ people }: ShiftEntry): boolean => people.includes(person);
  const ever = new Set(revisions.filter(({ shift }) => isOn(shift)).map(({ shift }) => shift.id));
  return rosterOf(revisions)
    .filter(({ id }) => ever.has(id))
    .map((shift) => (isOn(shift) ? shift : { ...shift, isCancelled: true }));
}

function revised(before: Shift | undefined, { kind, shift, reason, madeAt }: RosterRevision): Shift {
  if (before === undefined)
    return { ...shift, isCancelled: false, sequence: 0, revisedAt: madeAt, notes: [] };
  const told = kind === 'cancel' ? `Cancelled: ${reason}` : `Before: ${shiftText(before)}. ${reason}`;
  return {
    ...shift,
    isCancelled: kind === 'cancel',
    sequence: before.sequence + 1,
    revisedAt: madeAt,
    notes: [...before.notes, told],
  };
}

/** `maria, erik: Mon 2026-12-07 09:00 Europe/Berlin to Mon 2026-12-14 09:00 Europe/Berlin` */
export function shiftText({ people, from, until, zone }: ShiftEntry): string {
  return `${people.join(', ')}: ${toldInstant(from, zone)} to ${toldInstant(until, zone)}`;
}

export interface OnShift {
  /** More than one where shifts overlap. */
  readonly current: readonly Shift[];
  /** The first one that begins later. */
  readonly next?: Shift;
}

/** @param at ISO 8601 */
export function onShift(shifts: readonly Shift[], at: string): OnShift {
  const standing = shifts.filter(({ isCancelled }) => !isCancelled);
  const next = standing.find(({ from }) => Date.parse(from) > Date.parse(at));
  return {
    current: standing.filter((shift) => isWithin(shift, at)),
    ...(next === undefined ? {} : { next }),
  };
}

/** @param at ISO 8601 */
export function isWithin({ from, until }: Pick<ShiftEntry, 'from' | 'until'>, at: string): boolean {
  return Date.parse(from) <= Date.parse(at) && Date.parse(at) < Date.parse(until);
}
