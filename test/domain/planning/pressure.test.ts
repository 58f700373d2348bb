import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import {
  pressedLine,
  pressedLines,
  pressureReport,
  waitingChanges,
  type PressurePolicy,
  type UnreleasedChange,
  type UnreleasedLine,
} from '../../../domain/planning/pressure';
import { asked, at, DAY_MS, instant, publicationOf } from './planned';

const POLICY: PressurePolicy = { changes: 2, withinMs: 5 * DAY_MS };
/** Of a line that the patches of 12-09 and 12-23 are for. */
const MINOR = '19.6';
/** More than a day after the patch of 11-25. */
const NOW = instant('2026-11-27T08:00:00Z');

function merged(...days: readonly string[]): readonly UnreleasedChange[] {
  return days.map((day, index) => ({
    project: 'gitlab',
    mergeRequest: index + 1,
    mergedAt: `${day}T08:00:00.000Z`,
  }));
}

function line(...days: readonly string[]): UnreleasedLine {
  return { minor: MINOR, changes: merged(...days) };
}

function pressed(one: UnreleasedLine, policy = POLICY, now = NOW) {
  return pressedLine(one, { policy, calendar: at(undefined, now) });
}

describe('a line on which changes wait', () => {
  it('asks for nothing while no more wait than may', () => {
    expect(pressed(line('2026-11-20', '2026-11-21'))).toBeUndefined();
  });

  it('asks for a patch from the change on that is too many, whatever the order in which they were found', () => {
    const three = line('2026-11-23', '2026-11-20', '2026-11-21', '2026-11-25');

    expect(pressed(three)).toMatchObject({
      id: 'pressure:19.6',
      what: 'A patch of 19.6 for 4 waiting changes, more than 2,',
      since: '2026-11-23T08:00:00.000Z',
      dueAt: '2026-11-28T08:00:00.000Z',
      minors: [MINOR],
    });
  });

  it('does not count what a patch has on board that has closed and is not out, by its dates', () => {
    const all = line('2026-12-01', '2026-12-02', '2026-12-08');
    const closing = instant('2026-12-08T20:00:00Z');
    const publication = publicationOf(at(undefined, NOW), 'patch:2026-12-09')?.at ?? '';

    // It closed with its date `accepted`, on the day before it is out.
    expect(waitingChanges(all, at(undefined, NOW))).toHaveLength(3);
    expect(waitingChanges(all, at(undefined, closing))).toEqual([]);
    expect(waitingChanges(line('2026-12-09'), at(undefined, closing))).toHaveLength(1);
    // It may be out, and nobody has looked yet.
    expect(waitingChanges(all, at(undefined, instant(publication).plus({ hours: 23 })))).toEqual([]);
    // It was to be out, and what it was to bring is not.
    expect(waitingChanges(all, at(undefined, instant(publication).plus({ hours: 25 })))).toHaveLength(3);
  });

  it('counts what is on another line, which that patch is not for', () => {
    const closing = instant('2026-12-08T20:00:00Z');
    const other = { minor: '19.2', changes: merged('2026-12-01', '2026-12-02', '2026-12-03') };

    expect(waitingChanges(other, at(undefined, closing))).toHaveLength(3);
  });
});

describe('all lines', () => {
  const lines = [line('2026-11-20', '2026-11-21', '2026-11-23'), { minor: '19.5', changes: [] }];
  const found = { lines, measuredAt: '2026-11-26T07:00:00.000Z' };
  const calendar = at(undefined, NOW);

  it('are asked for where too much waits on them', () => {
    expect(pressedLines(found, { policy: POLICY, calendar }).map(({ id }) => id)).toEqual(['pressure:19.6']);
  });

  it.each([
    ['it is not judged', found, undefined],
    ['nobody has looked', undefined, POLICY],
  ])('are not where %s', (_what, known, policy) => {
    expect(pressedLines(known, { policy, calendar })).toEqual([]);
  });
});

describe('what the planner makes of it', () => {
  const three = pressed(line('2026-11-20', '2026-11-21', '2026-11-25'), {
    changes: 2,
    withinMs: 13 * DAY_MS,
  });
  const pending = three === undefined ? [] : [three];

  it('is the next patch of that line, pulled forward like for a fix', () => {
    const { advice, moves } = asked(pending, { now: NOW });

    expect(advice).toMatchObject([
      {
        id: 'pressure:19.6',
        kind: 'pressure',
        verdict: 'pull_forward',
        release: 'patch:2026-12-09',
        sentence:
          'A patch of 19.6 for 3 waiting changes, more than 2, is due 2026-12-08T08:00:00Z, and no patch is promised before: patch:2026-12-09 comes forward from 2026-12-09 to 2026-12-04, by itself.',
      },
    ]);
    expect(moves).toMatchObject([{ release: 'patch:2026-12-09', day: '2026-12-04', beyond: [] }]);
    expect(advice[0]).not.toHaveProperty('grade');
  });

  it('is nothing to be done where the patch comes in time, and a warning where none can', () => {
    const inTime = pending.map((one) => ({ ...one, dueAt: '2026-12-10T08:00:00.000Z' }));
    const late = pending.map((one) => ({ ...one, dueAt: '2026-11-25T08:00:00.000Z' }));

    expect(asked(inTime, { now: NOW }).advice.map(({ verdict }) => verdict)).toEqual(['confirm']);
    expect(asked(late, { now: NOW }).advice).toMatchObject([
      {
        verdict: 'warn',
        whoActs: 'release-manager',
        sentence:
          'A patch of 19.6 for 3 waiting changes, more than 2, was due 2026-11-25T08:00:00Z and is not out; patch:2026-12-09 is the next.',
      },
    ]);
  });
});

describe('the report on what waits', () => {
  const calendar = at(undefined, NOW);
  const changes = merged('2026-11-20', '2026-11-21', '2026-11-25').map((one, index) =>
    index === 0 ? { ...one, mends: 'security' as const } : one,
  );
  const found = {
    measuredAt: '2026-11-26T07:00:00.000Z',
    lines: [
      { minor: '19.6', changes },
      { minor: '19.5', changes: [] },
    ],
  };

  it('counts each line by what its changes mend, and says when a patch is due', () => {
    expect(pressureReport(found, { policy: POLICY, calendar })).toEqual({
      standing: 'at_risk',
      sentence:
        'Merged and in no version: 19.6 3 (1 security), 19.5 0. More than 2 ask for a patch within 5 d.',
      measuredAt: found.measuredAt,
      lines: [
        {
          minor: '19.6',
          waiting: 3,
          mends: { security: 1, bug: 0, perf: 0, other: 2 },
          dueAt: '2026-11-30T08:00:00.000Z',
        },
        { minor: '19.5', waiting: 0, mends: { security: 0, bug: 0, perf: 0, other: 0 } },
      ],
    });
  });

  it.each([
    ['kept', { changes: 3, withinMs: DAY_MS }],
    ['at_risk', { changes: 2, withinMs: 2 * DAY_MS + 1 }],
    ['broken', { changes: 2, withinMs: 2 * DAY_MS }],
  ] as const)('says how that stands: %s', (standing, policy) => {
    expect(pressureReport(found, { policy, calendar }).standing).toBe(standing);
  });

  it('says that nothing is known where nobody looks, and where nobody has looked yet', () => {
    expect(pressureReport(found, { policy: undefined, calendar })).toMatchObject({
      standing: 'unmeasured',
      lines: [],
    });
    expect(pressureReport(undefined, { policy: POLICY, calendar })).toMatchObject({
      standing: 'unmeasured',
      sentence:
        'It is not measured: what keeps the Schedules has not looked yet, which it does where `calendar.starting` is in signalbox.yaml.',
    });
  });
});

describe('whatever waits', () => {
  const lines = array(integer({ min: -40 * 24, max: 20 * 24 }), { maxLength: 12 }).map((hours) => ({
    minor: MINOR,
    changes: hours.map((hour, index) => ({
      project: 'gitlab',
      mergeRequest: index,
      mergedAt: NOW.plus({ hours: hour }).toISO(),
    })),
  }));
  const cases = record({
    line: lines,
    changes: integer({ min: 1, max: 6 }),
    days: integer({ min: 1, max: 30 }),
    later: constantFrom(0, 5, 12, 13, 14, 40),
  });

  it('a line asks for a patch where more wait than may, and then no sooner than they came', () => {
    assert(
      property(cases, ({ line: one, changes, days, later }) => {
        const calendar = at(undefined, NOW.plus({ days: later }));
        const waiting = waitingChanges(one, calendar);
        const policy = { changes, withinMs: days * DAY_MS };
        const asks = pressedLine(one, { policy, calendar });

        expect(asks !== undefined).toBe(waiting.length > changes);
        if (asks === undefined) return;
        const before = waiting.filter(({ mergedAt }) => Date.parse(mergedAt) <= Date.parse(asks.since));
        expect(before.length).toBeGreaterThan(changes);
        expect(Date.parse(asks.dueAt) - Date.parse(asks.since)).toBe(policy.withinMs);
      }),
    );
  });

  it('fewer that may wait never make a patch due later, and one more that waits never does', () => {
    assert(
      property(
        cases,
        integer({ min: -40 * 24, max: 20 * 24 }),
        ({ line: one, changes, days, later }, hour) => {
          const calendar = at(undefined, NOW.plus({ days: later }));
          const dueOf = (changed: UnreleasedLine, allowed: number): number => {
            const policy = { changes: allowed, withinMs: days * DAY_MS };
            return Date.parse(pressedLine(changed, { policy, calendar })?.dueAt ?? '9999-12-31');
          };
          const more = { project: 'charts', mergeRequest: 99, mergedAt: NOW.plus({ hours: hour }).toISO() };

          expect(dueOf(one, changes)).toBeLessThanOrEqual(dueOf(one, changes + 1));
          expect(dueOf({ ...one, changes: [...one.changes, more] }, changes)).toBeLessThanOrEqual(
            dueOf(one, changes),
          );
        },
      ),
    );
  });
});
