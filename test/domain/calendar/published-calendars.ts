import { DateTime } from 'luxon';
import { planCalendar } from '../../../domain/calendar/plan-calendar';
import { publishedEvents, type CalendarRevision } from '../../../domain/calendar/published-calendar';
import { publishing } from '../../../domain/calendar/publish-plan';
import type { CalendarFacts } from '../../../domain/calendar/lines-out';
import { moving } from '../../../domain/calendar/revise-calendar';
import type { PublicVersion } from '../../../domain/version/public-version';
import { gitlabRules } from './calendars';

export const MARIA = { id: 'maria', roles: ['release-manager'] };

export function instant(text: string): DateTime<true> {
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) throw new Error(text);
  return date;
}

/** GitLab's calendar, published on 24 November 2026 for half a year: 19.7 is of December, 19.6 was of November. */
export const PUBLISHED_AT = instant('2026-11-24T08:00:00Z');

export function firstRevision(): CalendarRevision {
  const { calendar: rules, maintenance } = gitlabRules();
  const until = PUBLISHED_AT.plus({ months: 6 });
  const plan = planCalendar({ rules, maintenance, from: PUBLISHED_AT, until, now: PUBLISHED_AT });
  const { entries } = publishing({ events: [], rules, now: PUBLISHED_AT }, plan);
  return {
    number: 1,
    kind: 'publish',
    entries,
    by: MARIA,
    reason: 'Planned by the rules.',
    madeAt: PUBLISHED_AT.toISO(),
  };
}

/** With the monthly moved by a day, for snow. */
export function movedRevisions(release: string, day: string): readonly CalendarRevision[] {
  const first = firstRevision();
  const at = { events: publishedEvents([first]), rules: gitlabRules().calendar, now: PUBLISHED_AT };
  const moved = moving(at, { release, milestone: 'published', day });
  if ('refused' in moved) throw new Error(moved.refused.what);
  const { entries } = moved;
  const madeAt = '2026-11-25T08:00:00.000Z';
  return [first, { number: 2, kind: 'move', entries, by: MARIA, reason: 'It is snowing.', madeAt }];
}

export function factsAt(
  now: string,
  {
    revisions = [firstRevision()],
    versions = [],
  }: { readonly revisions?: readonly CalendarRevision[]; readonly versions?: readonly PublicVersion[] } = {},
): CalendarFacts {
  const { calendar: rules, maintenance } = gitlabRules();
  return {
    events: publishedEvents(revisions),
    versions,
    plannedBy: { rules, maintenance },
    now: instant(now),
  };
}

export function publicVersion(number: string, publishedAt: string): PublicVersion {
  return { number, minor: number.split('.').slice(0, 2).join('.'), release: 'patch:4', publishedAt };
}
