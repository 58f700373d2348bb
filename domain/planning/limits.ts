import { DateTime } from 'luxon';
import { isDayOff } from '../calendar/business-days';
import type { CalendarEvent } from '../calendar/calendar-event';
import { lockAt } from '../calendar/change-locks';
import type { CalendarEntry, CalendarRevision } from '../calendar/published-calendar';
import type { PublishedAt } from '../calendar/revise-calendar';
import { datedMilestones } from '../calendar/starting';
import { publications } from './carrying';
import { PLANNER } from './planner';

/** Within these a patch is pulled forward with nobody asked. */
export interface PlanningLimits {
  /** How far from the date that people have given it. Milliseconds. */
  readonly furthestMs: number;
  /** How many moves within {@link perMs}. */
  readonly times: number;
  readonly perMs: number;
  /** How near to the publication of another release. Milliseconds. */
  readonly apartMs: number;
  /** How long before the first of its moved dates it must be known. Milliseconds. */
  readonly noticeMs: number;
}

export interface WithinLimits {
  readonly calendar: PublishedAt;
  readonly revisions: readonly CalendarRevision[];
  /** Absent: a person is asked about every move. */
  readonly limits?: PlanningLimits;
  /** How many moves are made beside this one. */
  readonly movedNow: number;
}

export interface Moved {
  /** The publication as it is. */
  readonly from: CalendarEvent;
  /** All that would be moved. */
  readonly entries: readonly CalendarEntry[];
  /** ISO 8601; where the publication would be. */
  readonly at: string;
}

/** Why a person is asked before a patch is pulled forward, in clauses; none where it may be done without. */
export function beyondLimits(moved: Moved, within: WithinLimits): readonly string[] {
  const { limits } = within;
  if (limits === undefined) return ['nothing moves by itself here'];
  const { calendar, revisions, movedNow } = within;
  const { from, entries, at } = moved;
  const now = calendar.now.toMillis();
  const first = Math.min(...entries.map((entry) => Date.parse(entry.at)));
  const start = datedMilestones(calendar.events, from.release)[0]?.at ?? from.at;
  const others = publications(calendar.events).filter(({ release }) => release !== from.release);
  const told: readonly (readonly [boolean, string])[] = [
    [Date.parse(start) <= now, `${from.release} has begun`],
    [isSetByHand(revisions, from.release), 'a person has moved it'],
    [Date.parse(datedByPeople(revisions, from)) - Date.parse(at) > limits.furthestMs, 'it is too far'],
    [movesSince(revisions, now - limits.perMs) + movedNow >= limits.times, 'it is too often'],
    [first - now < limits.noticeMs, 'it is too soon'],
    [others.some((other) => distance(other.at, at) < limits.apartMs), 'another release is too near'],
    [others.some((other) => isBetween(other.at, { at, from })), 'another release is between'],
    [entries.some((entry) => isAtBadTime(entry, calendar)), 'a date of it falls on a day off or into a lock'],
  ];
  return told.flatMap(([isBeyond, clause]) => (isBeyond ? [clause] : []));
}

/** Nobody is asked to publish a patch then either. */
export function isAtBadTime(
  { at }: Pick<CalendarEntry, 'at'>,
  { rules }: Pick<PublishedAt, 'rules'>,
): boolean {
  const instant = DateTime.fromISO(at, { zone: rules.zone });
  if (!instant.isValid) return true;
  return isDayOff(rules, instant) || lockAt(rules.locks, instant)?.kind === 'hard';
}

/** Whether the last word on one of its dates was that of a person, who knew why: all of them are moved. */
function isSetByHand(revisions: readonly CalendarRevision[], release: string): boolean {
  const last = revisions.findLast(({ entries }) => entries.some((entry) => entry.release === release));
  return last !== undefined && last.kind === 'move' && last.by.id !== PLANNER.id;
}

function datedByPeople(revisions: readonly CalendarRevision[], { release, at }: CalendarEvent): string {
  const last = revisions.findLast(
    ({ by, entries }) => by.id !== PLANNER.id && entries.some((entry) => isPublicationOf(entry, release)),
  );
  return last?.entries.find((entry) => isPublicationOf(entry, release))?.at ?? at;
}

function isPublicationOf(entry: CalendarEntry, release: string): boolean {
  return entry.release === release && entry.milestone === 'published';
}

function movesSince(revisions: readonly CalendarRevision[], since: number): number {
  return revisions.filter(({ by, madeAt }) => by.id === PLANNER.id && Date.parse(madeAt) > since).length;
}

function distance(left: string, right: string): number {
  return Math.abs(Date.parse(left) - Date.parse(right));
}

function isBetween(other: string, { at, from }: Pick<Moved, 'at' | 'from'>): boolean {
  const there = Date.parse(other);
  return Date.parse(at) <= there && there <= Date.parse(from.at);
}
