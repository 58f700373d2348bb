import { z } from 'zod';
import { FIX_KINDS } from '../domain/backport/backport';
import { SEVERITIES } from '../domain/embargo/embargo';
import { PLANNING_VERDICTS, type Advice } from '../domain/planning/advice';
import type { CalendarAdvice } from '../domain/planning/advise';
import { BLOCK_KINDS, type BlockedReport } from '../domain/planning/blocked-hours';
import type { BudgetReport } from '../domain/planning/error-budget';
import { MEASURE_STANDINGS, type Measures } from '../domain/planning/measures';
import type { PressureReport } from '../domain/planning/pressure';
import type { ProductionReport } from '../domain/planning/time-to-production';
import { sloPage } from '../domain/planning/slo-page';
import { PROMISES, SLO_STANDINGS, type SloReport } from '../domain/planning/slo-report';
import { calendarAdvice, sloReportFor, type AdviceDeps } from '../starters/advise-calendar';
import type { GatewayDeps } from './deps';
import { endpoint, type Endpoint } from './endpoint';
import { openDocument } from './open-document';
import { instant } from './schemas';

const fix = {
  id: z.string().describe('`embargo:k3v9x0q2ab`; of a backport the change and the minor: `gitlab!1234 18.6`'),
  kind: z.enum(['security', 'backport']),
  grade: z.enum([...SEVERITIES, ...FIX_KINDS]).describe('Severity, or what a backport mends'),
  since: instant.describe('When its time began'),
  dueAt: instant,
};
const advice: z.ZodType<Advice> = z.object({
  ...fix,
  id: z.string().describe('As of a fix; of a line on which too much waits `pressure:18.6`'),
  kind: z
    .enum(['security', 'backport', 'pressure', 'error_budget', 'time_to_production', 'blocked_hours'])
    .describe(
      '`error_budget`: of all that is at risk together; `time_to_production`, `blocked_hours`: of a date of the calendar',
    ),
  grade: fix.grade.exactOptional(),
  what: z.string().exactOptional().describe('What is due, where `id` and `grade` do not say it'),
  verdict: z.enum(PLANNING_VERDICTS),
  sentence: z.string(),
  whoActs: z.string().exactOptional().describe('Absent where nobody has to do anything'),
  release: z.string().exactOptional().describe('The planned patch that brings it'),
  publishAt: z
    .string()
    .exactOptional()
    .describe('When that is published, where a move is proposed for it after that'),
  command: z.string().exactOptional().describe('What whoever acts runs'),
  askedUnder: z
    .string()
    .exactOptional()
    .describe('The `id` of the advice under which a release manager is asked about it, together with others'),
});
const calendar: z.ZodType<CalendarAdvice> = z.object({
  advice: z
    .array(advice)
    .readonly()
    .describe('By what is due first; before all of it `error_budget`, of all that is at risk together'),
  moves: z
    .array(
      z.object({
        release: z.string(),
        from: z.string(),
        at: z.string(),
        day: z.string(),
        beyond: z
          .array(z.string())
          .readonly()
          .describe('Why a person is asked first; empty where it happens by itself'),
        command: z.string(),
      }),
    )
    .readonly()
    .describe('In the order in which they are made'),
});

/** On the calendar as it is at this instant. */
export function adviceDeps({ records, calendar: plannedBy, calendarNow, planning }: GatewayDeps): AdviceDeps {
  return { records, calendar: plannedBy, planning, now: calendarNow() };
}

const advised = endpoint({
  method: 'get',
  path: '/api/v1/calendar/advice',
  isQuiet: true,
  summary:
    'What becomes of the deadline of each fix by the published calendar, and of each line on which too much waits, and what would keep it',
  answers: {
    200: { description: 'On fixes that the asker may know of, and on no others.', schema: calendar },
  },
  handle: async ({ person }, deps) => ({
    status: 200,
    body: await calendarAdvice(adviceDeps(deps), person),
  }),
});

const measured = z.object({
  ...fix,
  promise: z
    .enum(PROMISES)
    .describe('`mitigated`: managed systems have it. `published`: a version that is out has it'),
  doneAt: instant.exactOptional(),
  standing: z.enum(SLO_STANDINGS),
});
const row = z.object({
  kind: fix.kind,
  grade: fix.grade,
  promise: z.enum(PROMISES),
  withinMs: z.int(),
  met: z.int(),
  missed: z.int(),
  at_risk: z.int().describe('There is time, and a person has to do something'),
  open: z.int().describe('There is time, and what is planned is in time'),
});
const said = {
  standing: z
    .enum(MEASURE_STANDINGS)
    .describe('`at_risk`: it asks for something that has to come in time. `unmeasured`: nobody knows'),
  sentence: z.string(),
  measuredAt: instant.exactOptional().describe('Absent where it is worked out whenever it is asked for'),
};
const pressure: z.ZodType<PressureReport> = z.object({
  ...said,
  lines: z
    .array(
      z.object({
        minor: z.string(),
        waiting: z.int().describe('Changes that are merged and that no version and no closed patch has'),
        mends: z.object({ security: z.int(), bug: z.int(), perf: z.int(), other: z.int() }),
        dueAt: instant.exactOptional().describe('Until when a patch is to follow, where more wait than may'),
      }),
    )
    .readonly()
    .describe('Of each minor that gets fixes, newest first'),
});
const errorBudget: z.ZodType<BudgetReport> = z.object({
  ...said,
  figures: z
    .object({
      ended: z.int().describe('Promises that were met or missed within the window'),
      missed: z.int(),
      allowed: z.int().describe('How many of those that ended may be missed'),
      left: z.int(),
      atRisk: z.int(),
      burnRate: z.number().describe('How fast it is used up; at 1 just as the window ends'),
      isSpent: z
        .boolean()
        .describe('Whether nothing may be missed any more, or nothing could be once all that is at risk was'),
    })
    .exactOptional()
    .describe('Absent where nothing is to be counted'),
});
const timeToProduction: z.ZodType<ProductionReport> = z.object({
  ...said,
  figures: z
    .object({
      changes: z.int(),
      medianHours: z.number().describe('Half of the changes took no longer'),
      p95Hours: z.number().describe('95 of a hundred took no longer'),
      waiting: z.int().describe('Merged and not in production yet'),
    })
    .exactOptional()
    .describe('Absent where nothing is to be counted'),
});
const blocked: z.ZodType<BlockedReport> = z.object({
  ...said,
  figures: z
    .object({
      hours: z.number().describe('During which at least one release was blocked, or waited for people'),
      longest: z
        .object({ kind: z.enum(BLOCK_KINDS), hours: z.number() })
        .exactOptional()
        .describe('`approval`: from the first reminder on'),
    })
    .exactOptional()
    .describe('Absent where it is not judged'),
});
const measures: z.ZodType<Measures> = z.object({
  pressure,
  timeToProduction: timeToProduction.describe(
    'From merge to the first successful deployment to production. What has a secret in it counts as the public commit that it was made of',
  ),
  blocked: blocked.describe(
    'By the records of releases: of monthlies and patches for the audience of private sides, of monthlies for everybody else',
  ),
  errorBudget: errorBudget.describe('Of the promises about fixes that the asker may know of'),
});
const report: z.ZodType<SloReport> = z.object({
  rows: z.array(row).readonly().describe('Of every promise; the gravest first, backports last'),
  fixes: z.array(measured).readonly().describe('By what is due first'),
  measures: measures.describe('What is measured beside deadlines'),
});

const slo = endpoint({
  method: 'get',
  path: '/api/v1/slo',
  isQuiet: true,
  summary: 'Which deadlines of fixes were met or missed, which are at risk, and what is measured beside them',
  answers: {
    200: { description: 'Of fixes that the asker may know of, and of no others.', schema: report },
  },
  handle: async ({ person }, deps) => ({
    status: 200,
    body: await sloReportFor(adviceDeps(deps), person),
  }),
});

/** Whoever has no role, and is in no audience. */
const ANYBODY = { id: 'anybody', roles: [] } as const;

const page = openDocument({
  path: '/slo.md',
  type: 'text/markdown; charset=utf-8',
  summary: 'Which promises about public fixes were kept, as a page',
  write: async (_params, deps) => {
    const { product } = deps.calendar;
    return { text: sloPage(await sloReportFor(adviceDeps(deps), ANYBODY), { product }) };
  },
});

export const PLANNING: readonly Endpoint[] = [advised, slo, page];
