import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { RRule } from 'rrule';
import { readRules } from '../config/read';
import { differentDates, type RealDates } from '../domain/calendar/compare-dates';
import { planCalendar, type CalendarSpan } from '../domain/calendar/plan-calendar';
import { checkoutFolder } from '../services/home';
import { median } from './bench-house';

const ROUNDS = 5;
/** Nobody who asks for ten years notices it. */
const BOUND_MS = 250;
/** Calendars a round: one alone is over too soon to be timed. */
const CALENDARS = 5;
const YEARS = 10;
const DAY_MS = 86_400_000;
/** Every so many tags one is a day late. */
const LATE = 7;

/** Days before a publication, as `config/gitlab.yaml` has them. */
const MONTHLY_DAYS = [-7, -2, -1, 0];
const PATCHES_DAYS = [-8, 6];
const PATCH_DAYS = [-2, -1, -1, 0];

interface Bench {
  readonly span: CalendarSpan;
  readonly real: readonly RealDates[];
}

/** (j) Ten years of milestones, and the tags that were late, against the rule of the third Thursday and sums of days. */
function main(): void {
  const bench = tenYears();
  const ours = computed(bench);
  const bare = computedBarely(bench);
  if (JSON.stringify(ours) !== JSON.stringify(bare)) throw new Error('the two sides have different dates');
  process.stdout.write(
    `${`(j) rrule ${rruleVersion()}, Node.js ${process.version}`.padEnd(38)} ${YEARS} years, ${ours.dates.length} milestones, ${ours.late.length} of ${bench.real.length} tags late\n`,
  );
  const times = timesOf({ ours: () => computed(bench), bare: () => computedBarely(bench) });
  const [own, peer] = [times.ours / CALENDARS, times.peer / CALENDARS];
  const holds = own <= BOUND_MS;
  if (!holds) process.exitCode = 1;
  const text = `ours ${own.toFixed(1)} ms, bare ${peer.toFixed(1)} ms, ratio ${(own / peer).toFixed(1)} (ours at most ${BOUND_MS} ms) ${holds ? 'ok' : 'MISSED'}`;
  process.stdout.write(`${`(j) a calendar, median of ${ROUNDS}`.padEnd(38)} ${text}\n`);
}

interface Dates {
  /** Milliseconds, in order. */
  readonly dates: readonly number[];
  /** Planned days of tags that were made on another one. */
  readonly late: readonly string[];
}

function computed({ span, real }: Bench): Dates {
  const dates = planCalendar(span).map(({ at }) => Date.parse(at));
  const late = differentDates(span.rules, real).map(({ planned }) => planned);
  return { dates, late };
}

/** What somebody would write who has a library for rules, one rule, no zone, and no wish to know which line gets what. */
function computedBarely({ span, real }: Bench): Dates {
  const [from, until] = [span.from.toMillis(), span.until.toMillis()];
  const publications = thirdThursdays({ from: from - 60 * DAY_MS, until: until + 60 * DAY_MS });
  const dates = publications
    .flatMap((at) => [
      ...MONTHLY_DAYS.map((days) => at + days * DAY_MS),
      ...PATCHES_DAYS.flatMap((days) => PATCH_DAYS.map((more) => at + (days + more) * DAY_MS)),
    ])
    .filter((at) => from <= at && at < until)
    .toSorted((left, right) => left - right);
  const tags = publications.map((at) => dayOf(at - DAY_MS)).filter((day) => day >= dayOf(from));
  const late = tags.slice(0, real.length).filter((day, index) => real[index]?.taggedAt.slice(0, 10) !== day);
  return { dates, late };
}

function thirdThursdays({
  from,
  until,
}: {
  readonly from: number;
  readonly until: number;
}): readonly number[] {
  const rule = new RRule({
    freq: RRule.MONTHLY,
    byweekday: [RRule.TH.nth(3)],
    byhour: 13,
    byminute: 0,
    bysecond: 0,
    dtstart: new Date(from),
    until: new Date(until),
  });
  return rule.all().map((date) => date.getTime());
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function tenYears(): Bench {
  const { calendar: rules, maintenance } = readRules(join(checkoutFolder(), 'config', 'gitlab.yaml'));
  const from = DateTime.fromISO('2026-01-01', { zone: 'UTC' });
  if (!from.isValid) throw new Error('the first day is none');
  const span = { rules, maintenance, from, until: from.plus({ years: YEARS }), now: from };
  const real = planCalendar(span)
    .filter(({ milestone }) => milestone === 'final_tagged')
    .map(({ versions: [version = ''], at }, index) => ({
      version,
      taggedAt: new Date(Date.parse(at) + (index % LATE === 0 ? DAY_MS : 0)).toISOString(),
    }));
  return { span, real };
}

function timesOf(sides: { readonly ours: () => unknown; readonly bare: () => unknown }): {
  readonly ours: number;
  readonly peer: number;
} {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of ['ours', 'bare'] as const) {
      const began = performance.now();
      for (let count = 0; count < CALENDARS; count++) sides[side]();
      // The first round warms both sides up.
      if (round > 0) times[side].push(performance.now() - began);
    }
  }
  return { ours: median(times.ours), peer: median(times.bare) };
}

function rruleVersion(): string {
  const { version } = createRequire(__filename)('rrule/package.json') as { readonly version: string };
  return version;
}

main();
