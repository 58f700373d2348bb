import { array, assert, integer, property, tuple } from 'fast-check';
import {
  blockedIntervals,
  blockedReport,
  blockedRisk,
  unionMs,
  type BlockedPolicy,
  type RecordedLine,
  type ReleaseRecord,
} from '../../../domain/planning/blocked-hours';
import { plannerNotices } from '../../../domain/planning/planner-notices';
import { at, DAY_MS, instant, NOW } from './planned';

const HOUR_MS = 60 * 60_000;
const POLICY: BlockedPolicy = { atMostMs: 10 * HOUR_MS, windowMs: 7 * DAY_MS };
const RELEASE = 'patch:7';
const now = NOW.toISO();

/** A line so many hours ago. */
function line(ago: number, to: string, sentence = '', workflowId = RELEASE): RecordedLine {
  return { workflowId, to, sentence, at: NOW.minus({ hours: ago }).toISO() };
}

function record(lines: readonly RecordedLine[], more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return { release: RELEASE, kind: 'patch', holdsEnd: false, lines, ...more };
}

/** What kind, from how many hours ago until how many hours ago. */
function told(one: ReleaseRecord): readonly (readonly [string, number, number])[] {
  return blockedIntervals(one, now).map(({ kind, from, until }) => [kind, agoOf(from), agoOf(until)]);
}

function agoOf(ms: number): number {
  return (NOW.toMillis() - ms) / HOUR_MS;
}

describe('a release is blocked, or waits for a person', () => {
  it.each<[string, readonly RecordedLine[], readonly (readonly [string, number, number])[]]>([
    ['while somebody holds it', [line(9, 'held'), line(4, 'resumed')], [['held', 9, 4]]],
    ['until now where the hold goes on', [line(9, 'held'), line(4, 'hold_expired')], [['held', 9, 0]]],
    [
      'while something outside keeps it, however often that changes, until it comes on',
      [line(9, 'blocked'), line(7, 'blocked'), line(4, 'on_managed_systems'), line(3, 'tagged')],
      [['blocked', 9, 4]],
    ],
    [
      'from the first reminder until somebody approves',
      [line(9, 'approval_reminded'), line(8, 'approval_reminded'), line(4, 'approved'), line(3, 'published')],
      [['approval', 9, 4]],
    ],
    [
      'while a step has failed, each for itself, until it is tried again',
      [
        line(9, 'step_failed', '18.6.2 gitaly tag: it was moved'),
        line(8, 'step_failed', '18.6.2 gitaly build: it is red', 'version:x'),
        line(6, 'step_resumed', '18.6.2 gitaly tag is tried again: mended'),
        line(4, 'step_resumed', '18.6.2 gitaly build is tried again: it was flaky', 'version:x'),
      ],
      [
        ['failed_step', 9, 6],
        ['failed_step', 8, 4],
      ],
    ],
    [
      'no longer than it goes on itself',
      [line(9, 'held'), line(8, 'step_failed', 'tag: no'), line(4, 'aborted'), line(2, 'resumed')],
      [
        ['held', 9, 4],
        ['failed_step', 8, 4],
      ],
    ],
    [
      'and not once it is over, though its texts cannot be published',
      [line(9, 'finalised'), line(4, 'step_failed', 'The texts: no', 'texts:patch:7')],
      [],
    ],
    [
      'though one of its versions comes on',
      [line(9, 'blocked'), line(6, 'tagged', '', 'version:x')],
      [['blocked', 9, 0]],
    ],
    ['never, where nothing of that kind is recorded', [line(9, 'opened'), line(4, 'closed')], []],
  ])('%s', (_what, lines, expected) => {
    expect(told(record(lines))).toEqual(expected);
  });

  it('no longer than a hold lasts that ends once it has run out', () => {
    expect(told(record([line(9, 'held'), line(4, 'hold_expired')], { holdsEnd: true }))).toEqual([
      ['held', 9, 4],
    ]);
  });
});

describe('the union of intervals', () => {
  const intervals = array(
    tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 30 })).map(([from, length]) => ({
      from,
      until: from + length,
    })),
    { maxLength: 12 },
  );

  it('is as long as all that is within any of them', () => {
    assert(
      property(intervals, (some) => {
        const within = Array.from({ length: 100 }, (_, place) => place).filter((place) =>
          some.some(({ from, until }) => from <= place && place < until),
        );

        expect(unionMs(some)).toBe(within.length);
      }),
    );
  });

  it('is no longer than all of them together, no shorter than each, and the same in any order', () => {
    assert(
      property(intervals, (some) => {
        const lengths = some.map(({ from, until }) => until - from);
        const union = unionMs(some);

        expect(union).toBeLessThanOrEqual(lengths.reduce((left, right) => left + right, 0));
        expect(union).toBeGreaterThanOrEqual(Math.max(0, ...lengths));
        expect(unionMs(some.toReversed())).toBe(union);
        expect(unionMs([...some, ...some])).toBe(union);
      }),
    );
  });
});

describe('the report on it', () => {
  it('counts two releases at one time once, and of what began before the window what falls into it', () => {
    const one = record([line(20, 'held'), line(14, 'resumed')]);
    const two = record([line(16, 'blocked', '', 'monthly:19.7'), line(12, 'announced', '', 'monthly:19.7')], {
      release: 'monthly:19.7',
      kind: 'monthly',
    });
    const old = record([line(200, 'held'), line(167, 'resumed')], { release: 'patch:6' });

    expect(blockedReport([one, two, old], { policy: POLICY, now })).toEqual({
      standing: 'kept',
      sentence:
        'Releases were blocked, or waited for people, for 9 h within 7 d; 10 h may be. Longest: a hold, 6 h.',
      figures: { hours: 9, longest: { kind: 'held', hours: 6 } },
    });
  });

  it('tells what blocked them by its kind alone', () => {
    const secret = record([line(9, 'blocked', 'embargo:k3v9x0q2ab is not sealed')]);

    expect(JSON.stringify(blockedReport([secret], { policy: POLICY, now }))).not.toContain('k3v9x0q2ab');
  });

  it('is broken beyond what may be, kept where nothing was blocked, and unmeasured where it is not judged', () => {
    const long = record([line(11, 'held')]);

    expect(blockedReport([long], { policy: POLICY, now }).standing).toBe('broken');
    expect(blockedReport([], { policy: POLICY, now })).toMatchObject({
      standing: 'kept',
      figures: { hours: 0 },
    });
    expect(blockedReport([long], { policy: undefined, now }).standing).toBe('unmeasured');
  });
});

describe('what follows from it', () => {
  const warnBeforeMs = 7 * DAY_MS;
  const broken = blockedReport([record([line(11, 'held')])], { policy: POLICY, now });
  const near = instant('2026-12-05T08:00:00Z');

  it('is a warning that names the next publication, and what took longest', () => {
    const risk = blockedRisk(broken, { calendar: at(undefined, near), warnBeforeMs });

    expect(risk).toMatchObject({
      id: 'blocked-hours',
      verdict: 'warn',
      whoActs: 'release-manager',
      release: 'patch:2026-12-09',
      command: 'signalbox shift hand-over',
      sentence:
        'patch:2026-12-09.published (2026-12-09T13:00:00Z) is at risk. Releases were blocked, or waited for people, for 11 h within 7 d; 10 h may be. Longest: a hold, 11 h.',
    });
    expect(plannerNotices({ advice: risk === undefined ? [] : [risk], moves: [] }, [])).toMatchObject([
      { about: 'blocked-hours', what: 'a date is at risk', at: '2026-12-02T13:00:00.000Z' },
    ]);
  });

  it('is nothing where that is far, nothing is to be published, or no more was blocked than may be', () => {
    const kept = blockedReport([], { policy: POLICY, now });

    expect(blockedRisk(broken, { calendar: at(), warnBeforeMs })).toBeUndefined();
    expect(blockedRisk(broken, { calendar: { events: [], now: near }, warnBeforeMs })).toBeUndefined();
    expect(blockedRisk(kept, { calendar: at(undefined, near), warnBeforeMs })).toBeUndefined();
  });
});
