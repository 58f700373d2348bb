import { DateTime } from 'luxon';
import { planAhead } from '../../../activities/schedules/plan-ahead';
import { WEEKDAYS } from '../../../domain/calendar/calendar-rules';
import type { CalendarEntry } from '../../../domain/calendar/published-calendar';
import type { PlanningPolicy } from '../../../domain/planning/advise';
import { PLANNER, PLANNER_REASON } from '../../../domain/planning/planner';
import type { Records } from '../../../records/records';
import { sandboxConfiguration } from '../../gateway/test-gateway';
import { aSealedFix, FIX } from '../../support/embargoes';
import { aMergedBackport } from '../../support/owed-backports';
import { freshRecords } from '../../support/records';

const DAY_MS = 24 * 60 * 60_000;
const RULES = { ...sandboxConfiguration().calendar, locks: [], workingDays: [...WEEKDAYS], holidays: [] };
const POLICY: PlanningPolicy = {
  deadlines: {
    security: { S1: { publishedMs: 30 * DAY_MS } },
    backports: { bug: 30 * DAY_MS },
    critical: [],
    warnBeforeMs: DAY_MS,
  },
  limits: { furthestMs: 14 * DAY_MS, times: 3, perMs: 30 * DAY_MS, apartMs: 0, noticeMs: 0 },
};
const MARIA = { id: 'maria', roles: ['release-manager'] };
const RELEASE = 'patch:2099-01-01';
/** Ten days after a fix of today is due. */
const PUBLISHED_AT = DateTime.utc().plus({ days: 40 }).startOf('day').plus({ hours: 13 });

let records: Records;
let end: () => Promise<void>;

beforeEach(async () => {
  const fresh = await freshRecords();
  ({ records } = fresh);
  end = () => fresh.end();
  const milestones = [
    { milestone: 'accepted', ahead: 1, status: 'tentative' },
    { milestone: 'published', ahead: 0, status: 'confirmed' },
  ] as const;
  const entries: readonly CalendarEntry[] = milestones.map(({ milestone, ahead, status }) => ({
    release: RELEASE,
    kind: 'patch',
    minors: ['18.6'],
    milestone,
    at: PUBLISHED_AT.minus({ days: ahead }).toISO(),
    status,
    notes: [],
  }));
  const wanted = { kind: 'publish', until: '2099-01-01', reason: 'A test.' } as const;
  await records.calendar.revise({
    number: 1,
    requestKey: 'publish',
    kind: 'publish',
    wanted,
    entries,
    by: MARIA,
    reason: 'A test.',
  });
});
afterEach(() => end());

function look(policy = POLICY) {
  return planAhead({ records, planning: { ...policy, rules: RULES } });
}

async function lastRevision() {
  const revisions = await records.calendar.revisions();
  return { count: revisions.length, last: revisions.at(-1) };
}

it('pulls a patch forward to the last day that is in time, with all of its dates, once', async () => {
  await aSealedFix(records, ['18.6']);

  const first = await look();
  const again = await look();

  const { count, last } = await lastRevision();
  expect([first.moved, again.moved, count]).toEqual([[RELEASE], [], 2]);
  expect(last).toMatchObject({ kind: 'move', by: PLANNER, reason: PLANNER_REASON });
  const [accepted, published] = last?.entries ?? [];
  const dueMs = Date.now() + 30 * DAY_MS;
  const publishedMs = Date.parse(published?.at ?? '');
  expect(publishedMs).toBeLessThanOrEqual(dueMs);
  expect(publishedMs).toBeGreaterThan(dueMs - 2 * DAY_MS);
  expect(publishedMs - Date.parse(accepted?.at ?? '')).toBe(DAY_MS);
});

it('counts as the calendar does, where that of a sandbox runs faster than the clock', async () => {
  await aSealedFix(records, ['18.6']);
  const dayMs = 60_000;
  const since = new Date(Date.now() - 10 * dayMs).toISOString();

  // Of the calendar about ten days have passed in the last ten minutes, before the fix was opened.
  const security = { S1: { publishedMs: 25 * DAY_MS } };
  const deadlines = { ...POLICY.deadlines, security };
  await look({ ...POLICY, deadlines, compressed: { since, shows: since, dayMs } });

  const { last } = await lastRevision();
  const { at = '' } = last?.entries.find(({ milestone }) => milestone === 'published') ?? {};
  expect(last?.by).toEqual(PLANNER);
  // By the clock it would be due after twenty-five days.
  expect(Date.parse(at)).toBeGreaterThan(Date.now() + 30 * DAY_MS);
});

it('pulls it once where two look at the same time', async () => {
  await aSealedFix(records, ['18.6']);

  await Promise.all([look(), look(), look()]);

  expect((await lastRevision()).count).toBe(2);
});

it('makes the same revision for a secret and for a change that everybody knows', async () => {
  await aMergedBackport(records, 1);
  await look();
  const { last: open } = await lastRevision();
  const others = records;
  const endOthers = end;
  const fresh = await freshRecords();
  ({ records } = fresh);
  end = async () => {
    await endOthers();
    await fresh.end();
  };
  const [publish] = await others.calendar.revisions();
  if (publish === undefined) throw new Error('it is published');
  const wanted = { kind: 'publish', until: '2099-01-01', reason: 'A test.' } as const;
  await records.calendar.revise({ ...publish, requestKey: 'publish', wanted });
  await aSealedFix(records, ['18.6']);

  await look();

  const { last: secret } = await lastRevision();
  expect(secret?.number).toBe(2);
  expect({ ...secret, madeAt: '' }).toEqual({ ...open, madeAt: '' });
  expect(JSON.stringify(secret)).not.toContain(FIX);
});

it('leaves a date that a person has set after it', async () => {
  await aSealedFix(records, ['18.6']);
  await look();
  const [published] = await records.calendar.revisions();
  const wanted = { kind: 'move', release: RELEASE, milestone: 'published', day: '2099-01-01' } as const;
  await records.calendar.revise({
    number: 3,
    requestKey: 'back',
    kind: 'move',
    wanted,
    entries: published?.entries ?? [],
    by: MARIA,
    reason: 'We cannot.',
  });

  expect((await look()).moved).toEqual([]);
  expect((await lastRevision()).count).toBe(3);
});

it('moves nothing where there are no limits, and nothing beyond them', async () => {
  await aSealedFix(records, ['18.6']);
  const { deadlines, limits } = POLICY;
  if (limits === undefined) throw new Error('there are limits');

  await look({ deadlines });
  await look({ deadlines, limits: { ...limits, furthestMs: DAY_MS } });

  expect((await lastRevision()).count).toBe(1);
});

it('pulls a patch forward where too much waits on a line, and where it does not it stays', async () => {
  const changes = [1, 2, 3].map((mergeRequest) => ({
    project: 'gitlab',
    mergeRequest,
    mergedAt: new Date(Date.now() - 1_000).toISOString(),
  }));
  const facts = [{ minor: '18.6', changes }];
  await records.measurements.note('pressure', { facts, measuredAt: new Date().toISOString() });
  const withinMs = 30 * DAY_MS;

  await look({ ...POLICY, measures: { pressure: { changes: 3, withinMs } } });
  expect((await lastRevision()).count).toBe(1);
  await look({ ...POLICY, measures: { pressure: { changes: 2, withinMs } } });

  const { count, last } = await lastRevision();
  expect([count, last?.by, last?.reason]).toEqual([2, PLANNER, PLANNER_REASON]);
  const { at = '' } = last?.entries.find(({ milestone }) => milestone === 'published') ?? {};
  expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + withinMs);
});
