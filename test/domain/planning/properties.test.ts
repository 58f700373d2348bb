import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  tuple,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { entryOf } from '../../../domain/calendar/published-calendar';
import { brokenDeadlines } from '../../../domain/planning/broken-deadlines';
import { isKept, publications } from '../../../domain/planning/carrying';
import type { PendingFix } from '../../../domain/planning/pending-fix';
import { allMoved, asked, at, DAY_MS, fix, NOW, POLICY, PUBLISHED, publicationOf } from './planned';

const HOUR_MS = 60 * 60_000;

function hoursAfter(hours: number): string {
  return new Date(NOW.toMillis() + hours * HOUR_MS).toISOString();
}

const grades = constantFrom('S1', 'S2', 'S3', 'S4');
const lines = constantFrom(['19.6', '19.5', '19.4'], ['19.6'], ['19.4'], ['19.7', '19.6']);
const pendings: Arbitrary<readonly PendingFix[]> = array(
  record({
    due: integer({ min: -200, max: 2_000 }),
    grade: grades,
    minors: lines,
    /** Hours before it is due. */
    agreed: option(integer({ min: -50, max: 120 }), { freq: 2 }),
    isReady: boolean(),
  }),
  { maxLength: 6 },
).map((all) =>
  all.map(({ due, grade, minors, agreed, isReady }, index) =>
    fix({
      id: `embargo:${index}`,
      dueAt: hoursAfter(due),
      grade,
      minors,
      ...(agreed === null ? {} : { notBefore: hoursAfter(due - agreed) }),
      ...(isReady ? {} : { lacks: { what: 'it is not sealed', who: 'ada', command: 'look' } }),
    }),
  ),
);
const instants = oneof(integer({ min: 0, max: 60 * 24 }), integer({ min: 0, max: 72 })).map((hours) =>
  NOW.plus({ hours }),
);
const policies = record({
  furthestMs: integer({ min: 0, max: 30 }).map((days) => days * DAY_MS),
  times: integer({ min: 0, max: 3 }),
  perMs: constantFrom(30 * DAY_MS),
  apartMs: integer({ min: 0, max: 7 }).map((days) => days * DAY_MS),
  noticeMs: integer({ min: 0, max: 4 }).map((days) => days * DAY_MS),
}).map((limits) => ({ ...POLICY, limits }));
const cases = tuple(pendings, instants, policies);

it('proposes no instant that is past, none within a hard lock, and moves patches alone, and never back', () => {
  assert(
    property(cases, ([pending, now, policy]) => {
      for (const { release, from, at: to } of asked(pending, { now, policy }).moves) {
        expect(release).toMatch(/^patch:/);
        expect(Date.parse(to)).toBeGreaterThan(now.toMillis());
        expect(Date.parse(to)).toBeLessThan(Date.parse(from));
        expect(to.slice(5, 16) >= '12-20T23:00' || to.slice(5, 16) < '01-05T09:00').toBe(false);
      }
    }),
  );
});

/** One that is due before the next patch, and one that must not be out much before it is due. */
const rivals: Arbitrary<readonly PendingFix[]> = record({
  first: integer({ min: 190, max: 316 }),
  due: integer({ min: 317, max: 480 }),
  agreed: integer({ min: 190, max: 316 }),
}).map(({ first, due, agreed }) => [
  fix({ id: 'embargo:first', dueAt: hoursAfter(first) }),
  fix({ id: 'embargo:agreed', dueAt: hoursAfter(due), notBefore: hoursAfter(agreed) }),
]);

it('breaks no deadline to keep another', () => {
  assert(
    property(oneof(pendings, rivals), instants, policies, (pending, now, policy) => {
      const { moves } = asked(pending, { now, policy });
      const byItself = moves.filter(({ beyond }) => beyond.length === 0);
      for (const made of [moves, byItself]) {
        const after = at(allMoved(PUBLISHED, { moves: made }), now);
        const late = pending.filter((one) => isKept(one, at(PUBLISHED, now)) && !isKept(one, after));
        expect(late).toEqual([]);
      }
    }),
  );
});

it('proposes nothing more once its proposals are done, and confirms what they were for', () => {
  assert(
    property(cases, ([pending, now, policy]) => {
      const first = asked(pending, { now, policy });
      const again = asked(pending, { now, policy, revisions: allMoved(PUBLISHED, first) });

      expect(again.moves).toEqual([]);
      for (const [index, { verdict, id }] of first.advice.entries()) {
        expect(again.advice[index]?.id).toBe(id);
        expect(again.advice[index]?.verdict).toBe(verdict === 'pull_forward' ? 'confirm' : verdict);
      }
    }),
  );
});

it('asks for no earlier patch where a fix is due later', () => {
  const pairs = tuple(integer({ min: 0, max: 1_500 }), integer({ min: 0, max: 500 }), instants, policies);
  assert(
    property(pairs, ([hours, later, now, policy]) => {
      const [sooner, then] = [hours, hours + later].map(
        (due) => asked([fix({ dueAt: hoursAfter(due) })], { now, policy }).advice[0],
      );
      if (sooner?.publishAt === undefined || then?.publishAt === undefined) return;

      expect(Date.parse(then.publishAt)).toBeGreaterThanOrEqual(Date.parse(sooner.publishAt));
      // What was in reach in less time is in reach in more.
      expect(['confirm', 'pull_forward']).toContain(then.verdict);
    }),
  );
});

it('is in time wherever it says so, and names what it would break where it is not', () => {
  assert(
    property(cases, ([pending, now, policy]) => {
      const { advice, moves } = asked(pending, { now, policy });
      const [before, after] = [at(PUBLISHED, now), at(allMoved(PUBLISHED, { moves }), now)];
      const inTime = advice.filter(({ verdict }) => verdict === 'confirm' || verdict === 'pull_forward');
      for (const { release, publishAt, dueAt } of inTime) {
        expect(Date.parse(publishAt ?? '')).toBeLessThanOrEqual(Date.parse(dueAt));
        const dates = [before, after].map((calendar) => publicationOf(calendar, release ?? '')?.at);
        expect(dates).toContain(publishAt);
      }
      for (const { whoActs } of advice.filter((one) => !inTime.includes(one))) expect(whoActs).toBeDefined();
    }),
  );
});

it('stays within its limits where nobody is asked', () => {
  assert(
    property(cases, ([pending, now, policy]) => {
      const byItself = asked(pending, { now, policy }).moves.filter(({ beyond }) => beyond.length === 0);

      expect(byItself.length).toBeLessThanOrEqual(policy.limits.times);
      const after = publications(at(allMoved(PUBLISHED, { moves: byItself }), now).events);
      for (const { release, at: to } of byItself) {
        const before = publicationOf(at(PUBLISHED, now), release);
        expect(Date.parse(before?.at ?? '') - Date.parse(to)).toBeLessThanOrEqual(policy.limits.furthestMs);
        expect(Date.parse(to) - now.toMillis()).toBeGreaterThanOrEqual(policy.limits.noticeMs);
        for (const other of after.filter((one) => one.release !== release))
          expect(Math.abs(Date.parse(other.at) - Date.parse(to))).toBeGreaterThanOrEqual(
            policy.limits.apartMs,
          );
      }
    }),
  );
});

/** A line on which too much waits, due before the next patch, and a fix that needs the one after that to be earlier. */
const crowds = record({
  line: integer({ min: 190, max: 330 }),
  next: integer({ min: 190, max: 330 }),
  later: integer({ min: 500, max: 1_157 }),
  minor: constantFrom('19.6', '19.5', '19.4'),
}).map(({ line, next, later, minor }) => ({
  lines: [
    {
      id: 'pressure:19.6',
      kind: 'pressure' as const,
      since: NOW.toISO(),
      dueAt: hoursAfter(line),
      minors: [minor],
    },
  ],
  fixes: [
    fix({ id: 'embargo:next', dueAt: hoursAfter(next), minors: [minor] }),
    fix({ id: 'embargo:later', dueAt: hoursAfter(later), minors: ['19.7'] }),
  ],
}));

it('brings each fix by itself that it would if nothing waited on any line', () => {
  const few = integer({ min: 1, max: 2 }).map((times) => ({
    ...POLICY,
    limits: { furthestMs: 30 * DAY_MS, times, perMs: 30 * DAY_MS, apartMs: DAY_MS, noticeMs: DAY_MS },
  }));
  assert(
    property(crowds, few, ({ lines: waiting, fixes }, policy) => {
      const [alone = [], beside = []] = [fixes, [...fixes, ...waiting]].map((pending) => {
        const moves = asked(pending, { policy }).moves.filter(({ beyond }) => beyond.length === 0);
        const after = at(allMoved(PUBLISHED, { moves }));
        return fixes.filter((fixed) => isKept(fixed, after)).map(({ id }) => id);
      });

      expect(beside).toEqual(expect.arrayContaining([...alone]));
    }),
  );
});

it('tells a person of each deadline that a move would break, and of none that it would keep', () => {
  assert(
    property(cases, ([pending, now]) => {
      const calendar = at(PUBLISHED, now);
      const { moves } = asked(pending, { now });
      const moved = allMoved(PUBLISHED, { moves });
      const entries = moved.slice(PUBLISHED.length).flatMap((revision) => revision.entries);

      expect(brokenDeadlines(calendar, { entries, pending })).toEqual([]);
    }),
  );
  const { events } = at();
  const cancelled = events
    .filter(({ release }) => release === 'patch:2026-12-09')
    .map((event) => ({ ...entryOf(event), status: 'cancelled' as const }));
  const kept = fix({ dueAt: '2026-12-12T00:00:00.000Z' });

  expect(brokenDeadlines(at(), { entries: cancelled, pending: [kept, fix({ dueAt: LATER })] })).toEqual([
    'embargo:k3v9x0q2ab (S2) is due 2026-12-12T00:00:00Z: patch:2026-12-23 would bring it on 2026-12-23T13:00:00Z.',
  ]);
});

const LATER = '2027-01-20T00:00:00.000Z';
