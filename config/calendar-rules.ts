import { DateTime, Duration } from 'luxon';
import { plannedMonthlies } from '../domain/calendar/publish-dates';
import { offsetFindings } from './calendar-offsets';
import type { Parts } from './parts';
import { pathText, type Finding, type Path } from './problem';

type CalendarSection = NonNullable<Parts['sections']['calendar']>;

/** What is wrong between entries of the calendar that are right by themselves. */
export function calendarFindings({ calendar, outside }: Parts['sections']): readonly Finding[] {
  if (calendar === undefined) return [];
  const { rules, numbering } = calendar;
  const order = [
    ...disorder(rules, { list: ['calendar', 'rules'], key: 'from', of: ({ from }) => from }),
    ...disorder(numbering.known, {
      list: ['calendar', 'numbering', 'known'],
      key: 'month',
      of: ({ month }) => month,
    }),
  ];
  const dates = rules.flatMap((rule, index) => offsetFindings(calendar, { rule, index }));
  const own = [...order, ...dates];
  return [
    ...(own.length > 0 ? own : knownFindings(calendar)),
    ...startingFindings(calendar),
    ...compressedFindings(calendar, outside?.gitlab.url),
    ...planningFindings(calendar),
  ];
}

/** What was missed is caught up between the first and the second look after it, if it is not too late by then. */
function startingFindings({ starting }: CalendarSection): readonly Finding[] {
  if (starting === undefined || 2 * starting.lookEvery <= starting.catchUp) return [];
  const path: Path = ['calendar', 'starting', 'lookEvery'];
  const [every, limit] = [starting.lookEvery, starting.catchUp].map((ms) =>
    Duration.fromMillis(ms).rescale().toISO(),
  );
  return [
    {
      path,
      what: `${pathText(path)} is ${every}, more than half of \`catchUp\` (${limit}): what was missed is too late before it is looked at`,
      remedy: 'Look at least twice as often as a release may be late.',
    },
  ];
}

const HERE = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Releases of a product that people use would start weeks before their time. */
function compressedFindings({ compressed }: CalendarSection, url: string | undefined): readonly Finding[] {
  if (compressed === undefined || url === undefined || HERE.has(new URL(url).hostname)) return [];
  const path: Path = ['calendar', 'compressed'];
  return [
    {
      path,
      what: `${pathText(path)} makes a calendar run faster than the clock, and the GitLab at ${url} is no sandbox on this machine`,
      remedy: 'Take it out, or name the sandbox on this machine as `outside.gitlab.url`.',
    },
  ];
}

/** What starts releases is also what looks at their deadlines. */
function planningFindings({ planning, starting }: CalendarSection): readonly Finding[] {
  if (planning === undefined || starting !== undefined) return [];
  const path: Path = ['calendar', 'planning'];
  return [
    {
      path,
      what: `${pathText(path)} is there and \`calendar.starting\` is not, so nothing looks at the calendar`,
      remedy: 'Add `starting` to `calendar`, or take `planning` out: then only advice is given.',
    },
  ];
}

function disorder<Entry>(
  entries: readonly Entry[],
  place: { readonly list: Path; readonly key: string; readonly of: (entry: Entry) => string },
): readonly Finding[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1];
    if (before === undefined || place.of(before) < place.of(entry)) return [];
    const path = [...place.list, index, place.key];
    return [
      {
        path,
        what: `${pathText(path)} is ${place.of(entry)}, not after ${place.of(before)} of the entry before`,
        remedy: 'Write the oldest entry first, each from a month of its own.',
      },
    ];
  });
}

/** A minor that is known must be one that the rules have a release for, and no number may come twice. */
function knownFindings({ rules, numbering, ...others }: CalendarSection): readonly Finding[] {
  return numbering.known.flatMap(({ month, minor }, index) => {
    const known = numbering.known.slice(0, index + 1);
    const end = DateTime.fromISO(month, { zone: others.zone }).endOf('month');
    if (!end.isValid) return [];
    const planned = plannedMonthlies({ ...others, rules, numbering: { ...numbering, known } }, end);
    const here = planned.at(-1);
    const path = ['calendar', 'numbering', 'known', index];
    if (here?.minor !== minor || here.month !== month) return [noRelease([...path, 'month'], month)];
    const twin = planned.slice(0, -1).find((other) => !isBefore(other.minor, minor));
    return twin === undefined
      ? []
      : [
          notAbove([...path, 'minor'], {
            minor,
            other: twin.minor,
            month: twin.month,
          }),
        ];
  });
}

function isBefore(left: string, right: string): boolean {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [major = 0, minor = 0] = right.split('.').map(Number);
  return leftMajor === major ? leftMinor < minor : leftMajor < major;
}

function noRelease(path: Path, month: string): Finding {
  return {
    path,
    what: `${pathText(path)} is ${month}, a month in which \`calendar.rules\` have no release`,
    remedy: 'Name a month in which one is published.',
  };
}

function notAbove(
  path: Path,
  { minor, other, month }: { readonly minor: string; readonly other: string; readonly month: string },
): Finding {
  return {
    path,
    what: `${pathText(path)} is ${minor}, but the calendar counts ${other} for ${month} already`,
    remedy: `Write a minor above ${other}, or correct what it is counted from.`,
  };
}
