import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CalendarEntry, CalendarRevision } from '../../../domain/calendar/published-calendar';
import { DATA } from '../calendar/calendars';
import { revision } from './planned';

const DAY_MS = 24 * 60 * 60_000;
/** Before a publication, as `config/gitlab.yaml` has it. */
const PATCH_DATES = [
  ['prepared', -2],
  ['accepted', -1],
  ['tagged', -1],
  ['published', 0],
] as const;
const PUBLISHED_AT = 'T13:00:00.000Z';

function rows(file: string): readonly Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = readFileSync(join(DATA, file), 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

interface RealMonthly {
  readonly minor: string;
  readonly day: string;
}

/** By the day for which its publication was planned, oldest first. */
export const MONTHLIES: readonly RealMonthly[] = rows('gitlab-monthly.csv').map((row) => ({
  minor: lineOf(row['version'] ?? ''),
  day: row['planned_publish_date'] ?? '',
}));

export interface RealPatch {
  /** Of its publication; of its last tag where no announcement gives it. */
  readonly day: string;
  readonly minors: readonly string[];
}

/** Patches of 2024 that had a version of the newest line: those for older lines alone bring no new fix. */
export function realPatches(): readonly RealPatch[] {
  const announced = new Map(
    rows('gitlab-publish-dates.csv').map((row) => [row['lead_version'] ?? '', row['publish_date'] ?? '']),
  );
  return rows('gitlab-release-trains.csv').flatMap((row) => {
    const versions = (row['versions'] ?? '').split(' ');
    const day = announced.get(versions[0] ?? '') ?? row['last_tag_date'] ?? '';
    const minors = versions.map(lineOf);
    return day.startsWith('2024') && minors.includes(newestAt(day)) ? [{ day, minors }] : [];
  });
}

/** The lines that were out on a day, newest first. */
export function linesAt(day: string): readonly string[] {
  return MONTHLIES.filter((monthly) => monthly.day < day)
    .map(({ minor }) => minor)
    .toReversed();
}

function newestAt(day: string): string {
  return linesAt(day)[0] ?? '';
}

function dated(day: string, days: number): string {
  return new Date(Date.parse(`${day}${PUBLISHED_AT}`) + days * DAY_MS).toISOString();
}

/** The calendar as if every date of the year had been published before it began. */
export function calendarOf2024(): readonly CalendarRevision[] {
  const monthlies = MONTHLIES.filter(({ day }) => day.startsWith('2024')).map(({ minor, day }) =>
    entry({ release: `monthly:${minor}`, kind: 'monthly', minors: [minor], milestone: 'published' }, day),
  );
  const patches = realPatches().flatMap(({ day, minors }) =>
    PATCH_DATES.map(([milestone, days]) =>
      entry({ release: `patch:${day}`, kind: 'patch', minors, milestone }, day, days),
    ),
  );
  const entries = [...monthlies, ...patches];
  return [revision([], { kind: 'publish', entries, madeAt: '2023-11-01T08:00:00.000Z' })];
}

function entry(
  of: Pick<CalendarEntry, 'release' | 'kind' | 'minors' | 'milestone'>,
  day: string,
  days = 0,
): CalendarEntry {
  const status = of.milestone === 'published' ? 'confirmed' : 'tentative';
  return { ...of, at: dated(day, days), status, notes: [] };
}
