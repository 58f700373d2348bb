import type { PendingFix } from '../../../domain/planning/pending-fix';
import type { TimedFix } from '../../../domain/planning/timed-fix';
import { PLANNER, PLANNER_REASON } from '../../../domain/planning/planner';
import { advise, type PlanningPolicy } from '../../../domain/planning/advise';
import {
  allMoved,
  asked,
  at,
  backport,
  DAY_MS,
  fix,
  instant,
  LIMITS,
  moved,
  NOW,
  POLICY,
  PUBLISHED,
  publicationOf,
} from './planned';

const AFTER_THE_NEXT = instant('2026-12-10T08:00:00Z');
const LACKS = { what: 'it is not sealed', who: 'ada', command: 'signalbox embargo check embargo:k3v9x0q2ab' };

const OTHER = { id: 'embargo:aaaaaaaaaa' };

function due(day: string, more: Partial<TimedFix> = {}): PendingFix {
  return fix({ dueAt: `${day}T14:00:00.000Z`, ...more });
}

/** Too much waits on a line, and its patch is due then. */
function pressed(day: string, minor: string): PendingFix {
  return {
    id: `pressure:${minor}`,
    kind: 'pressure',
    what: `A patch of ${minor} for 51 waiting changes, more than 50,`,
    since: '2026-11-20T08:00:00.000Z',
    dueAt: `${day}T14:00:00.000Z`,
    minors: [minor],
  };
}

describe('the verdict on one fix', () => {
  it.each<[string, PendingFix, typeof NOW, object]>([
    [
      'a patch is promised in time',
      due('2026-12-09'),
      NOW,
      { verdict: 'confirm', release: 'patch:2026-12-09', publishAt: '2026-12-09T13:00:00Z' },
    ],
    [
      'the next one is an hour too late, and comes on the last working day before that has time for its own dates',
      due('2026-12-09', { dueAt: '2026-12-09T12:00:00.000Z' }),
      NOW,
      { verdict: 'pull_forward', release: 'patch:2026-12-09', publishAt: '2026-12-04T13:00:00Z' },
    ],
    [
      'a person is asked where a date of it falls on a weekend',
      due('2026-12-01'),
      NOW,
      {
        verdict: 'pull_forward',
        whoActs: 'release-manager',
        command: `signalbox calendar move patch:2026-12-09 --to 2026-12-01 --reason '${PLANNER_REASON}'`,
        sentence:
          'embargo:k3v9x0q2ab (S2) is due 2026-12-01T14:00:00Z, and no patch is promised before: patch:2026-12-09 comes forward from 2026-12-09 to 2026-12-01 if a release manager says so, for a date of it falls on a day off or into a lock.',
      },
    ],
    [
      'no planned one can be made so soon',
      due('2026-11-27'),
      NOW,
      {
        verdict: 'critical_patch',
        whoActs: 'release-manager',
        command: 'signalbox release start patch 19.6 19.5 19.4 --type critical',
      },
    ],
    [
      'it is late already',
      due('2026-11-23'),
      NOW,
      {
        verdict: 'critical_patch',
        sentence:
          'embargo:k3v9x0q2ab (S2) was due 2026-11-23T14:00:00Z and is not out: it needs a patch of its own.',
      },
    ],
    [
      'as above, and not grave enough for a patch of its own',
      due('2026-11-23', { grade: 'S3' }),
      NOW,
      {
        verdict: 'warn',
        sentence:
          'embargo:k3v9x0q2ab (S3) was due 2026-11-23T14:00:00Z and is not out; patch:2026-12-09 is the next.',
      },
    ],
    [
      'a backport gets no patch of its own',
      backport({ dueAt: '2026-11-27T14:00:00.000Z' }),
      NOW,
      { verdict: 'warn', whoActs: 'release-manager', command: 'signalbox calendar show' },
    ],
    [
      'a patch within a hard lock is promised to nobody: it comes before the lock',
      due('2027-01-12'),
      AFTER_THE_NEXT,
      { verdict: 'pull_forward', publishAt: '2026-12-18T13:00:00Z' },
    ],
    [
      'others have agreed on a later day',
      due('2026-12-05', { notBefore: '2026-12-15T00:00:00.000Z' }),
      NOW,
      {
        verdict: 'warn',
        sentence:
          'embargo:k3v9x0q2ab (S2) is due 2026-12-05T14:00:00Z, and no planned patch can be out before; it was agreed that nothing is out before 2026-12-15T00:00:00Z; patch:2026-12-23 is the next.',
      },
    ],
    [
      'its line gets no fixes any more',
      backport({ minors: ['19.3'] }),
      NOW,
      { verdict: 'warn', sentence: expect.stringMatching(/no patch that takes it is planned\.$/) },
    ],
    [
      'it is not ready, and there is time',
      due('2027-01-20', { lacks: LACKS }),
      NOW,
      { verdict: 'confirm', release: 'patch:2027-01-13' },
    ],
    [
      'it is not ready, and the last patch in time closes soon',
      due('2026-12-10', { lacks: LACKS }),
      instant('2026-12-04T08:00:00Z'),
      {
        verdict: 'warn',
        whoActs: 'ada',
        command: LACKS.command,
        sentence:
          'embargo:k3v9x0q2ab (S2) is due 2026-12-10T14:00:00Z; the last patch before that is patch:2026-12-09, which closes 2026-12-08T13:00:00Z, and it is not sealed.',
      },
    ],
    [
      'it is not ready and no patch is in time: none is moved for it',
      due('2026-12-05', { lacks: LACKS }),
      NOW,
      { verdict: 'warn', whoActs: 'ada', sentence: expect.stringContaining('and it is not sealed') },
    ],
    [
      'a patch that has closed has it on board',
      due('2026-12-10', { aboard: { id: 'patch:7', release: 'patch:2026-12-09' } }),
      instant('2026-12-09T08:00:00Z'),
      { verdict: 'confirm', release: 'patch:2026-12-09' },
    ],
    [
      'a patch that has closed has it not on board',
      due('2026-12-10'),
      instant('2026-12-09T08:00:00Z'),
      { verdict: 'critical_patch' },
    ],
    [
      'a monthly has it on board',
      due('2026-12-20', { aboard: { id: 'monthly:19.7', release: 'monthly:19.7' } }),
      NOW,
      { verdict: 'confirm', release: 'monthly:19.7', publishAt: '2026-12-17T13:00:00Z' },
    ],
    [
      'nothing that is out has the hole: a patch of its own would be one of no minor',
      due('2026-12-20', { minors: [] }),
      NOW,
      {
        verdict: 'warn',
        command: 'signalbox calendar show',
        sentence:
          'embargo:k3v9x0q2ab (S2) is due 2026-12-20T14:00:00Z, and no planned patch can be out before; no patch that takes it is planned.',
      },
    ],
    [
      'a release that the calendar has no date of has it on board',
      due('2026-12-20', { aboard: { id: 'patch:7' } }),
      NOW,
      { verdict: 'confirm', sentence: expect.stringContaining('patch:7 has it on board') },
    ],
    [
      'as above, and it is due soon',
      due('2026-11-30', { aboard: { id: 'patch:7' } }),
      NOW,
      { verdict: 'warn', command: 'signalbox release show patch:7' },
    ],
  ])('where %s', (_what, pending, now, expected) => {
    const { advice } = asked([pending], { now });

    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatchObject({ id: pending.id, dueAt: pending.dueAt, ...expected });
  });
});

describe('what is moved with nobody asked', () => {
  const PENDING = due('2026-12-08');

  function beyond(
    more: { readonly limits?: Partial<typeof LIMITS>; readonly revisions?: typeof PUBLISHED } = {},
  ): readonly string[] {
    const limits = { ...LIMITS, ...more.limits };
    const policy: PlanningPolicy = { ...POLICY, limits };
    return asked([PENDING], { policy, revisions: more.revisions ?? PUBLISHED }).moves[0]?.beyond ?? ['none'];
  }

  it('is within every limit', () => {
    expect(beyond()).toEqual([]);
  });

  it.each<[string, Parameters<typeof beyond>[0], string]>([
    ['too far', { limits: { furthestMs: 4 * DAY_MS } }, 'a date of it falls on a day off or into a lock'],
    ['none is allowed', { limits: { times: 0 } }, 'it is too often'],
    ['too soon', { limits: { noticeMs: 12 * DAY_MS } }, 'it is too soon'],
    ['too near to the one before', { limits: { apartMs: 14 * DAY_MS } }, 'another release is too near'],
    [
      'a person has moved it',
      { revisions: moved(PUBLISHED, { release: 'patch:2026-12-09', day: '2026-12-10' }) },
      'a person has moved it',
    ],
    [
      'a person has moved one of its dates',
      {
        revisions: moved(PUBLISHED, {
          release: 'patch:2026-12-09',
          milestone: 'prepared',
          day: '2026-12-04',
        }),
      },
      'a person has moved it',
    ],
  ])('asks where it is beyond one: %s', (_what, more, clause) => {
    expect(beyond(more)).toContain(clause);
  });

  it('asks about every move where there are no limits', () => {
    const policy = { deadlines: POLICY.deadlines };

    expect(asked([PENDING], { policy }).moves).toMatchObject([
      { release: 'patch:2026-12-09', beyond: expect.arrayContaining(['nothing moves by itself here']) },
    ]);
  });

  it('counts how far from the date that people have given, over several moves', () => {
    const limits = { ...LIMITS, furthestMs: 6 * DAY_MS };
    const once = moved(PUBLISHED, {
      release: 'patch:2027-01-13',
      day: '2027-01-08',
      by: PLANNER,
      reason: PLANNER_REASON,
    });
    const needs = due('2027-01-07', { minors: ['19.7'] });

    const { moves } = asked([needs], { policy: { ...POLICY, limits }, revisions: once, now: AFTER_THE_NEXT });

    expect(moves.filter(({ release }) => release === 'patch:2027-01-13')).toEqual([]);
    expect(moves[0]?.beyond).not.toEqual([]);
  });

  it('counts how often, of the planner alone', () => {
    const by = { by: PLANNER, reason: PLANNER_REASON };
    const [one, two] = ['2027-02-26', '2027-03-05'];
    const byPlanner = moved(moved(PUBLISHED, { release: 'patch:2027-03-10', day: two ?? '', ...by }), {
      release: 'patch:2027-02-24',
      day: one ?? '',
      ...by,
    });
    const byHand = byPlanner.map((revision) => ({ ...revision, by: { id: 'maria', roles: [] } }));

    expect(beyond({ revisions: byPlanner })).toContain('it is too often');
    expect(beyond({ revisions: byHand })).toEqual([]);
  });
});

describe('several fixes', () => {
  it('are brought by one move, for what is due first', () => {
    const first = due('2026-12-05');
    const second = due('2026-12-08', OTHER);

    const { advice, moves } = asked([second, first]);

    expect(moves.map(({ release, day, beyond }) => [release, day, beyond])).toEqual([
      ['patch:2026-12-09', '2026-12-04', []],
    ]);
    expect(advice.map(({ id, verdict, publishAt }) => [id, verdict, publishAt])).toEqual([
      [first.id, 'pull_forward', '2026-12-04T13:00:00Z'],
      [second.id, 'pull_forward', '2026-12-04T13:00:00Z'],
    ]);
  });

  it('are served within the limits though one of them is beyond', () => {
    const asksFor = due('2026-12-01');
    const byItself = due('2026-12-08', OTHER);

    const { moves } = asked([asksFor, byItself]);

    expect(moves.map(({ day, beyond }) => [day, beyond.length > 0])).toEqual([
      ['2026-12-04', false],
      ['2026-12-01', true],
    ]);
  });

  it('are not served by themselves where that takes a move before which a person is asked about', () => {
    const now = instant('2027-02-18T20:00:00Z');
    const asksFor = due('2027-02-22', { minors: ['19.7'] });
    const later = due('2027-03-04', { ...OTHER, minors: ['19.7'], notBefore: '2027-03-03T00:00:00.000Z' });
    const policy = { ...POLICY, limits: { ...LIMITS, apartMs: 9 * DAY_MS } };

    const { moves } = asked([asksFor, later], { now, policy });

    // As long as the patch of 02-24 is where it is, the other one would be too near.
    expect(moves.map(({ release, day }) => [release, day])).toEqual([
      ['patch:2027-02-24', '2027-02-22'],
      ['patch:2027-03-10', '2027-03-04'],
    ]);
    expect(moves[1]?.beyond).toEqual(['a move before it is asked about']);
  });

  it('lose no move that is made by itself to a line on which too much waits', () => {
    const line = pressed('2026-12-08', '19.6');
    const promised = due('2027-01-12', { minors: ['19.7'] });
    const limits = { ...LIMITS, times: 1, apartMs: DAY_MS };

    const { advice, moves } = asked([line, promised], { policy: { ...POLICY, limits } });

    expect(moves.map(({ release, beyond }) => [release, beyond])).toEqual([
      ['patch:2026-12-23', []],
      ['patch:2026-12-09', expect.arrayContaining(['it is too often'])],
    ]);
    expect(advice.map(({ id }) => id)).toEqual([line.id, promised.id]);
  });

  it('share one move with such a line where that is due before them', () => {
    const line = pressed('2026-12-05', '19.6');
    const promised = due('2026-12-09', { dueAt: '2026-12-09T12:00:00.000Z' });
    const alone = asked([promised]);

    const { moves } = asked([line, promised], { policy: { ...POLICY, limits: { ...LIMITS, times: 1 } } });

    expect(alone.moves.map(({ day }) => day)).toEqual(['2026-12-04']);
    expect(moves.map(({ day, beyond }) => [day, beyond])).toEqual([['2026-12-04', []]]);
  });

  it('never make another one late: a patch of its own is proposed, and says which', () => {
    const agreed = due('2026-12-12', {
      id: 'embargo:agreed0000',
      notBefore: '2026-12-09T00:00:00.000Z',
    });

    const { advice, moves } = asked([due('2026-12-05'), agreed]);

    expect(moves).toEqual([]);
    expect(advice.map(({ verdict }) => verdict)).toEqual(['critical_patch', 'confirm']);
    expect(advice[0]?.sentence).toContain('unless embargo:agreed0000 is late');
  });
});

it('has nothing left to move once what it proposes is done', () => {
  const pending = [due('2026-12-05'), due('2026-12-08', OTHER), backport()];
  const first = asked(pending);

  const revisions = allMoved(PUBLISHED, first);
  const again = asked(pending, { revisions });

  expect(first.moves).toHaveLength(1);
  expect(publicationOf(at(revisions), 'patch:2026-12-09')?.at).toBe('2026-12-04T13:00:00Z');
  expect(again.moves).toEqual([]);
  expect(new Set(again.advice.map(({ verdict }) => verdict))).toEqual(new Set(['confirm']));
});

it('goes through what is past once, however much is pending', () => {
  const now = instant('2027-03-01T08:00:00Z');
  const pasts = [1, 2, 4, 8].map((count) => {
    const pending = Array.from({ length: count }, (_, index) =>
      due('2027-03-04', { id: `embargo:${index}`, minors: ['19.7'] }),
    );
    let read = 0;
    const calendar = at(PUBLISHED, now);
    const events = calendar.events.map((event) => ({
      ...event,
      get at() {
        if (event.release === 'patch:2026-12-09') read += 1;
        return event.at;
      },
    }));
    advise({ calendar: { ...calendar, events }, revisions: PUBLISHED, pending, policy: POLICY });
    return read;
  });

  expect(pasts[0]).toBeGreaterThan(0);
  expect(new Set(pasts).size).toBe(1);
});
