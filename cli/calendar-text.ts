import { DateTime } from 'luxon';
import type { CalendarRevision } from '../domain/calendar/published-calendar';
import type { Departure } from '../domain/calendar/publish-plan';
import type { PublishedCalendar, Revised } from '../domain/calendar/wanted-revision';
import type { Difference, RealDates } from '../domain/calendar/compare-dates';
import type { PlannedMilestone } from '../domain/calendar/plan-calendar';
import { ExplainedError } from '../domain/explained-error';
import type { Paint } from './demo/board';

/** A plan as people read it: a release a paragraph, its promised date first; locks are told below. */
export function planText(
  milestones: readonly PlannedMilestone[],
  { paint }: { readonly paint: Paint },
): readonly string[] {
  if (milestones.length === 0) return ['Nothing is planned between these days.'];
  const locked = milestones.filter(({ milestone, lock }) => milestone === 'published' && lock !== undefined);
  return [
    ...milestones.map((each) =>
      milestoneText({ ...each, standing: each.firmness, isOver: each.firmness === 'past' }, paint),
    ),
    ...(locked.length === 0 ? [] : ['']),
    ...locked.map(lockedText),
  ];
}

function lockedText({ release, at, firmness, lock, override }: PlannedMilestone): string {
  const where = `${release} is published on ${at.slice(0, 10)}, within ${lock?.name} (${lock?.kind}).`;
  if (override !== undefined)
    return `${where} It stays: an override is asked for from ${override.askFrom.slice(0, 10)} on.`;
  return firmness === 'tentative' ? `${where} It may move.` : where;
}

const DAY_AND_TIME = 'ccc yyyy-MM-dd HH:mm ZZZZ';

interface Told extends Pick<PlannedMilestone, 'release' | 'minors' | 'milestone' | 'at'> {
  /** How sure its day is, or that it is not to come any more. */
  readonly standing: string;
  readonly isOver: boolean;
}

function milestoneText({ release, minors, milestone, at, standing, isOver }: Told, paint: Paint): string {
  const when = DateTime.fromISO(at, { setZone: true }).toFormat(DAY_AND_TIME);
  const line = `${when} ${release.padEnd(16)} ${milestone.padEnd(12)} ${standing.padEnd(9)}`;
  const told = release.startsWith('patch:') ? `${line} ${minors.join(' ')}` : line.trimEnd();
  if (isOver) return paint.dim(told);
  return milestone === 'published' ? paint.bold(told) : told;
}

/** What is to come, then every change. */
export function publishedText(
  { events, revisions }: PublishedCalendar,
  { now, paint }: { readonly now: Date; readonly paint: Paint },
): readonly string[] {
  if (revisions.length === 0)
    return ['Nothing is published yet. `signalbox calendar publish --until DAY` publishes what is planned.'];
  const ahead = events.filter(({ at }) => Date.parse(at) >= now.getTime());
  const told = ahead.map((event) =>
    milestoneText({ ...event, standing: event.status, isOver: event.status === 'cancelled' }, paint),
  );
  return [...told, '', ...revisions.map(revisionText)];
}

const DONE = { publish: 'published', move: 'moved', cancel: 'cancelled' } as const;

function revisionText({ number, kind, entries, by, reason, madeAt }: CalendarRevision): string {
  const releases = [...new Set(entries.map(({ release }) => release))];
  const what = releases.length === 1 ? releases[0] : `${releases.length} releases`;
  return `${number}. ${madeAt.slice(0, 10)} ${by.id} ${DONE[kind]} ${what}: ${reason}`;
}

export function revisedText({ revision, breaks, departures }: Revised): readonly string[] {
  return [
    revision === undefined ? nothingText(departures) : revisionText(revision),
    ...breaks,
    ...departures.map(departureText),
  ];
}

function nothingText(departures: readonly Departure[]): string {
  return departures.some(({ published }) => published === undefined)
    ? 'Nothing to publish: every release of the plan is in the calendar, or stays out of it.'
    : 'Nothing to publish: every release of the plan is in the calendar.';
}

/** A move is to another day, in the zone in which days are counted: it cannot put right the time of a day. */
function departureText({ release, milestone, published, planned, because }: Departure): string {
  const there = DateTime.fromISO(planned, { setZone: true });
  if (published === undefined)
    return `${release} stays out, which the rules have for ${there.toFormat(DAY_AND_TIME)}: ${because}.`;
  const here = DateTime.fromISO(published).setZone(there.zone);
  const [recorded, ruled] = [here, there].map((instant) => instant.toFormat(DAY_AND_TIME));
  const told = `${release} ${milestone} is in the calendar for ${recorded}, the rules have ${ruled}. It stays`;
  return here.hasSame(there, 'day') ? `${told}.` : `${told}: \`calendar move\` moves it.`;
}

export function differenceText(
  differences: readonly Difference[],
  { of }: { readonly of: number },
): readonly string[] {
  return [
    ...differences.map(
      ({ version, planned, real, days }) =>
        `${version.padEnd(9)} planned ${planned}, tagged ${real}: ${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'} ${days < 0 ? 'earlier' : 'later'}`,
    ),
    `${differences.length} of ${of} final tags were made on another day than planned.`,
  ];
}

/** The rows of a table of plain values. @throws ExplainedError with the line that is wrong */
export function readRealDates({
  file,
  text,
}: {
  readonly file: string;
  readonly text: string;
}): readonly RealDates[] {
  const [header = '', ...rows] = text.split(/\r?\n/);
  const columns = header.split(',');
  const [version, tag] = ['version', 'final_tag_utc'].map((name) => columns.indexOf(name));
  if (version === undefined || tag === undefined || version < 0 || tag < 0)
    throw new ExplainedError({
      where: `${file}:1`,
      what: 'the first line does not name the columns version and final_tag_utc',
      remedy: 'Write a first line such as version,final_tag_utc.',
    });
  return rows.flatMap((row, index) => {
    if (row === '') return [];
    const cells = row.split(',');
    if (cells.length !== columns.length || row.includes('"'))
      throw new ExplainedError({
        where: `${file}:${index + 2}`,
        what: `it has ${cells.length} values for ${columns.length} columns, or quotes`,
        remedy: 'Write plain values, one for each column.',
      });
    return [{ version: cells[version] ?? '', taggedAt: cells[tag] ?? '' }];
  });
}
