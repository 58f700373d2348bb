import { resolve } from 'node:path';
import { planningPolicy } from '../../config/planning-policy';
import { readRules } from '../../config/read';
import { startingSettings } from '../../config/starting-settings';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const rules = readRules(resolve(__dirname, '../../config/gitlab.yaml'));

it('has the remediation times of the handbook for GitLab, and moves nothing by itself', () => {
  expect(planningPolicy(rules)).toEqual({
    deadlines: {
      security: {
        S1: { mitigatedMs: 24 * HOUR_MS, publishedMs: 30 * DAY_MS },
        S2: { publishedMs: 30 * DAY_MS },
        S3: { publishedMs: 90 * DAY_MS },
        S4: { publishedMs: 180 * DAY_MS },
      },
      backports: { bug: 30 * DAY_MS, perf: 30 * DAY_MS, security: 30 * DAY_MS },
      critical: ['S1', 'S2'],
      warnBeforeMs: 7 * DAY_MS,
    },
    measures: {
      pressure: { changes: 50, withinMs: 10 * DAY_MS },
      errorBudget: { objective: 0.95, windowMs: 90 * DAY_MS },
      timeToProduction: {
        environment: 'gprd',
        withinMs: 12 * HOUR_MS,
        windowMs: 7 * DAY_MS,
        feedsMonthlies: true,
      },
      blocked: { atMostMs: 40 * HOUR_MS, windowMs: 7 * DAY_MS },
    },
  });
});

it('has limits where the calendar is planned by itself, which the keeper is told of', () => {
  const planning = { furthest: 14 * DAY_MS, times: 2, per: 30 * DAY_MS, apart: DAY_MS, notice: DAY_MS };
  const starting = { catchUp: HOUR_MS, lookEvery: 1, ahead: DAY_MS };
  const configuration = { ...rules, calendar: { ...rules.calendar, planning, starting } };

  expect(planningPolicy(configuration).limits).toEqual({
    furthestMs: 14 * DAY_MS,
    times: 2,
    perMs: 30 * DAY_MS,
    apartMs: DAY_MS,
    noticeMs: DAY_MS,
  });
  expect(startingSettings(configuration, { gatewayKeys: [] }).starting?.plansAhead).toBe(true);
});

it('judges nothing beside deadlines that is not written, and has the keeper measure what is', () => {
  const starting = { catchUp: HOUR_MS, lookEvery: 1, ahead: DAY_MS };
  const calendar = { ...rules.calendar, starting };
  const { lookEvery } = rules.measures;
  const measures = { lookEvery };

  expect(planningPolicy({ ...rules, measures }).measures).toEqual({});
  expect(startingOf({ ...rules, calendar, measures })).not.toHaveProperty('measures');
  expect(startingOf({ ...rules, calendar })?.measures).toBe('beside');
});

function startingOf(configuration: Parameters<typeof startingSettings>[0]) {
  return startingSettings(configuration, { gatewayKeys: [] }).starting;
}
