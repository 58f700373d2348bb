import { DateTime } from 'luxon';
import { z } from 'zod';
import { DAY_KINDS, ON_DAY_OFF, ORDINALS, WEEKDAYS } from '../domain/calendar/calendar-rules';
import { dayOffset, someDuration } from './durations';
import { anInstant } from './instants';
import { sentence } from './names';

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a year and a month such as 2026-11');
const yearly = z.string().refine(isEveryYear, "a time of every year such as '12-20T23:00'");

const holidayDay = z
  .string()
  .refine(isDay, "a day of every year such as '12-25', or of one such as '2027-03-26'");

const offsets = z.strictObject({
  warned: dayOffset
    .exactOptional()
    .describe('When authors are told what is still missing. Absent: no date of its own.'),
  announced: dayOffset.default('-P7D').describe('When the candidate commit is announced.'),
  rc_tagged: dayOffset.default('-P2D').describe('When the first candidate is tagged.'),
  final_tagged: dayOffset.default('-P1D').describe('When the final version is tagged.'),
});

const patchOffsets = z.strictObject({
  warned: dayOffset
    .exactOptional()
    .describe('When authors are told what is still missing. Absent: no date of its own.'),
  prepared: dayOffset.default('-P2D').describe('When what is ready is looked through.'),
  accepted: dayOffset.default('-P1D').describe('When the fixes are accepted.'),
  tagged: dayOffset.default('-P1D').describe('When the versions are tagged.'),
});

const rule = z.strictObject({
  from: month.default('1970-01').describe('First month that it holds for, until the next rule does.'),
  everyMonths: z
    .int()
    .min(1)
    .max(12)
    .default(1)
    .describe('A monthly release every so many months, counted from the first month of the rule.'),
  publishDay: z
    .int()
    .min(1)
    .max(28, 'a day that every month has, 1 to 28')
    .exactOptional()
    .describe('Day of the month on which it is published. Absent: the day of the week decides.'),
  publishWeekday: z
    .enum(WEEKDAYS)
    .default('thursday')
    .describe('Day of the week on which the monthly release is published.'),
  publishOrdinal: z.enum(ORDINALS).default('third').describe('Which one of these days in the month.'),
  onDayOff: z
    .enum(ON_DAY_OFF)
    .default('stay')
    .describe(
      'Where a publication goes that falls on a day on which nobody works: nowhere, or to the next day before or after.',
    ),
  offsetsIn: z
    .enum(DAY_KINDS)
    .default('calendar')
    .describe(
      'Which days `offsets` and `patchOffsets` count. Of `business` days a week has as many as are worked in.',
    ),
  offsets: offsets
    .prefault({})
    .describe('Milestones of the monthly release, as ISO 8601 days from the publish date.'),
  patches: z
    .array(dayOffset)
    .default(['-P8D', 'P6D'])
    .describe('When patch releases are published, as ISO 8601 days from the publish date.'),
  patchOffsets: patchOffsets
    .prefault({})
    .describe('Milestones of a patch release, as ISO 8601 days from its own publish date.'),
});

const numbering = z.strictObject({
  majorMonth: z
    .int()
    .min(1)
    .max(12)
    .exactOptional()
    .describe('Month of the year from which on the next monthly is a new major. Absent: none is.'),
  known: z
    .array(
      z.strictObject({
        month: month.describe('Month in which it is published.'),
        minor: z
          .string()
          .regex(/^\d+\.\d+$/, "a minor such as '19.0'")
          .describe('Its number; counting goes on from it.'),
      }),
    )
    .default([])
    .describe('Minors that are known, oldest first. The calendar begins with the first.'),
});

const lock = z.strictObject({
  name: sentence.describe('What people call it.'),
  kind: z
    .enum(['hard', 'soft'])
    .describe('`hard`: nothing is deployed but what mends incidents. `soft`: what is safe is.'),
  from: yearly.describe('Its first minute in every year, in UTC.'),
  until: yearly.describe('The first minute after it, in UTC; in the next year when it is before `from`.'),
});

const starting = z.strictObject({
  catchUp: someDuration
    .prefault('12h')
    .describe(
      'How late a release may start by itself, after an outage say. Later than that a person is asked.',
    ),
  lookEvery: someDuration
    .prefault('1m')
    .describe(
      'Duration between two looks at the calendar, at most half of `catchUp`. A change of it is looked at once.',
    ),
  ahead: someDuration.prefault('35d').describe('How far ahead what starts by itself is put on Schedules.'),
});

const compressed = z.strictObject({
  since: anInstant.describe('From when on, by the clock of the machine.'),
  shows: anInstant.describe('What the calendar shows then.'),
  day: someDuration.describe('How long a day of the calendar lasts.'),
});

const planning = z.strictObject({
  furthest: someDuration
    .prefault('14d')
    .describe('How far a patch may come before the date that people have given it.'),
  times: z.int().min(1).default(2).describe('How many patches may be moved within `per`.'),
  per: someDuration.prefault('30d').describe('Duration over which `times` is counted.'),
  apart: someDuration.prefault('2d').describe('How near to the publication of another release it may come.'),
  notice: someDuration
    .prefault('2d')
    .describe('How long before the first of its dates, as they are then, it is known at least.'),
});

/** Every date is counted from the publish date, the only one that is promised. */
export const calendar = z.strictObject({
  publishTime: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time of the day such as '13:30'")
    .default('13:30')
    .describe('Time of the day, hours and minutes, in `zone`.'),
  zone: z
    .string()
    .refine(isZone, 'an IANA time zone such as UTC or Europe/Berlin')
    .default('UTC')
    .describe('IANA name of the time zone in which dates are counted.'),
  rules: z
    .array(rule)
    .min(1)
    .prefault([{}])
    .describe('How dates are counted, by month; the oldest rule first.'),
  numbering: numbering.prefault({}).describe('Which minor a month brings.'),
  workingDays: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .refine((days) => new Set(days).size === days.length, 'days of the week, each named once')
    .default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    .describe('Days of the week on which people work.'),
  holidays: z
    .array(
      z.strictObject({
        name: sentence.describe('What people call it.'),
        day: holidayDay.describe('Every year, or in one year alone.'),
      }),
    )
    .default([])
    .describe('Days on which nobody works.'),
  starting: starting
    .exactOptional()
    .describe('How releases of the published calendar start by themselves. Absent: people start them.'),
  compressed: compressed
    .exactOptional()
    .describe(
      'A calendar that runs faster than the clock, for a sandbox alone. Durations of `starting` are by the clock.',
    ),
  planning: planning
    .exactOptional()
    .describe(
      'Within which limits a patch is pulled forward with nobody asked, so that no deadline is missed. Absent: a person is asked about every move. Needs `starting`.',
    ),
  locks: z.array(lock).default([]).describe('Times of every year in which less is deployed.'),
});

/** The 29th of February is not in every year. */
function isEveryYear(text: string): boolean {
  return /^\d\d-\d\dT\d\d:\d\d$/.test(text) && DateTime.fromISO(`2001-${text}Z`).isValid;
}

function isDay(text: string): boolean {
  if (/^\d\d-\d\d$/.test(text)) return isEveryYear(`${text}T00:00`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
