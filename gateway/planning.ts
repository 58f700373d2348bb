import { z } from 'zod';
import { FIX_KINDS } from '../domain/backport/backport';
import { SEVERITIES } from '../domain/embargo/embargo';
import { PLANNING_VERDICTS, type Advice } from '../domain/planning/advice';
import type { CalendarAdvice } from '../domain/planning/advise';
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
  verdict: z.enum(PLANNING_VERDICTS),
  sentence: z.string(),
  whoActs: z.string().exactOptional().describe('Absent where nobody has to do anything'),
  release: z.string().exactOptional().describe('The planned patch that brings it'),
  publishAt: z
    .string()
    .exactOptional()
    .describe('When that is published, where a move is proposed for it after that'),
  command: z.string().exactOptional().describe('What whoever acts runs'),
});
const calendar: z.ZodType<CalendarAdvice> = z.object({
  advice: z.array(advice).readonly().describe('By what is due first'),
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
  summary: 'What becomes of the deadline of each fix by the published calendar, and what would keep it',
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
const report: z.ZodType<SloReport> = z.object({
  rows: z.array(row).readonly().describe('Of every promise; the gravest first, backports last'),
  fixes: z.array(measured).readonly().describe('By what is due first'),
});

const slo = endpoint({
  method: 'get',
  path: '/api/v1/slo',
  isQuiet: true,
  summary: 'Which deadlines of fixes were met or missed, and which are at risk',
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
