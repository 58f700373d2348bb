import type { CalendarEvent } from '../../../domain/calendar/calendar-event';
import { compareSchedules, type FoundSchedule } from '../../../domain/calendar/compare-schedules';
import { latenessOf, untoldMilestones, type ReleaseStanding } from '../../../domain/calendar/lateness';
import { calendarNameOf, datedMilestones, type StartingSettings } from '../../../domain/calendar/starting';
import {
  wantedSchedules,
  type ScheduleFace,
  type WantedSchedule,
} from '../../../domain/calendar/wanted-schedules';

const NOW = Date.parse('2026-12-10T12:00:00Z');
const HOUR = 60 * 60_000;
const SETTINGS: StartingSettings = {
  catchUpMs: 12 * HOUR,
  lookEveryMs: 60_000,
  aheadMs: 35 * 24 * HOUR,
  gatewayKeys: ['1a2b3c4d5e6f'],
};

function anEvent(told: Partial<CalendarEvent>): CalendarEvent {
  return {
    release: 'monthly:18.7',
    kind: 'monthly',
    minors: ['18.7'],
    milestone: 'announced',
    at: '2026-12-10T14:00:00+01:00',
    status: 'tentative',
    sequence: 0,
    revisedAt: '2026-11-01T00:00:00Z',
    notes: ['This date is a guideline.'],
    ...told,
  };
}

function late(milestone: 'announced' | 'rc_tagged', fromNow: number, standing: ReleaseStanding) {
  const at = new Date(NOW + fromNow).toISOString();
  const events = (['announced', 'rc_tagged'] as const).map((each) => anEvent({ milestone: each, at }));
  const due = { release: 'monthly:18.7', milestone, at };
  return latenessOf(due, { events, standing, now: NOW, settings: SETTINGS });
}

describe('how late a milestone is', () => {
  const NOTHING: ReleaseStanding = { isStarted: false, told: new Set() };
  const STARTED: ReleaseStanding = { isStarted: true, told: new Set() };
  const TOLD: ReleaseStanding = { isStarted: true, told: new Set(['announced']) };

  it.each([
    ['is ahead a second before', 1_000, NOTHING, 'ahead'],
    ['is due at its instant', 0, NOTHING, 'due'],
    ['is due until the next look', -59_999, NOTHING, 'due'],
    ['is caught up from the next look on', -60_000, NOTHING, 'late'],
    ['is caught up as long as may be', -12 * HOUR, NOTHING, 'late'],
    ['asks a person a moment later', -12 * HOUR - 1, NOTHING, 'too_late'],
    ['is told to a release that somebody has started', -48 * HOUR, STARTED, 'late'],
    ['is past once it was told', -48 * HOUR, TOLD, 'past'],
  ] as const)('of a start: it %s', (_what, fromNow, standing, expected) => {
    expect(late('announced', fromNow, standing)).toBe(expected);
  });

  it.each([
    ['waits where its release was not started', -48 * HOUR, NOTHING, 'waits'],
    ['is told to a release that runs, however late', -480 * HOUR, TOLD, 'late'],
    ['is told with its start where that was missed', -60_000, STARTED, 'late'],
  ] as const)('of a later one: it %s', (_what, fromNow, standing, expected) => {
    expect(late('rc_tagged', fromNow, standing)).toBe(expected);
  });

  it('is past of a release whose publication is cancelled', () => {
    const at = new Date(NOW - HOUR).toISOString();
    const events = [anEvent({ at }), anEvent({ milestone: 'published', status: 'cancelled' })];
    const due = { release: 'monthly:18.7', milestone: 'announced', at } as const;

    expect(latenessOf(due, { events, standing: NOTHING, now: NOW, settings: SETTINGS })).toBe('past');
  });
});

it('a release is told of what was missed in order, and of nothing that is to come', () => {
  const events = [
    anEvent({ milestone: 'final_tagged', at: '2026-12-10T12:00:01Z' }),
    anEvent({ milestone: 'rc_tagged', at: '2026-12-10T12:00:00Z' }),
    anEvent({ milestone: 'announced', at: '2026-12-10T12:00:00Z' }),
    anEvent({ milestone: 'warned', at: '2026-12-09T12:00:00Z' }),
  ];
  const standing = { isStarted: true, told: new Set(['warned']) };

  const untold = untoldMilestones('monthly:18.7', { events, standing, now: NOW });

  expect(untold.map(({ milestone }) => milestone)).toEqual(['announced', 'rc_tagged']);
});

describe('the milestones of a release that have dates', () => {
  const events = [
    anEvent({ milestone: 'published', at: '2026-12-17T13:00:00Z' }),
    anEvent({ milestone: 'rc_tagged', at: '2026-12-17T13:00:00Z' }),
    anEvent({ milestone: 'announced', status: 'cancelled' }),
    anEvent({ release: 'monthly:18.8' }),
  ];

  it('come in their own order, also at one instant, and without the cancelled', () => {
    expect(datedMilestones(events, 'monthly:18.7').map(({ milestone }) => milestone)).toEqual([
      'rc_tagged',
      'published',
    ]);
  });

  it('are none of a release whose publication is cancelled, also where its start was past by then', () => {
    const calledOff = [
      anEvent({ at: '2026-12-10T11:00:00Z' }),
      anEvent({ milestone: 'rc_tagged', status: 'cancelled' }),
      anEvent({ milestone: 'published', status: 'cancelled' }),
    ];

    expect(datedMilestones(calledOff, 'monthly:18.7')).toEqual([]);
  });

  it('are none of a release that the calendar does not have', () => {
    expect(datedMilestones(events, 'monthly:19.0')).toEqual([]);
  });
});

function wanted(events: readonly CalendarEvent[]): readonly WantedSchedule[] {
  return wantedSchedules(events, {
    now: NOW,
    settings: SETTINGS,
    latenessOf: () => 'ahead',
    queue: 'releases',
  });
}

describe('the Schedules that a calendar wants', () => {
  it('act once, at an instant in UTC, with nothing skipped in silence', () => {
    expect(wanted([anEvent({})])).toEqual([
      {
        id: 'calendar:monthly:18.7.announced',
        release: 'monthly:18.7',
        milestone: 'announced',
        at: '2026-12-10T13:00:00Z',
        face: {
          times: '2026-12-10T13:00:00Z',
          paused: 'no',
          note: 'This date is a guideline.',
          overlap: 'SKIP',
          catchUp: '43200s',
          jitter: 'none',
          starts: 'milestone monthly:18.7.announced at 2026-12-10T13:00:00Z for 1a2b3c4d',
          workflowId: 'milestone:monthly:18.7.announced',
          queue: 'releases',
          zone: 'UTC',
          actions: 'unlimited',
          afterFailure: 'goes on',
        },
      },
    ]);
  });

  it('are paused with the reason where a release is cancelled', () => {
    const notes = ['This date is a guideline.', 'Cancelled: It is snowing.'];

    expect(wanted([anEvent({ status: 'cancelled', notes })])[0]?.face).toMatchObject({
      paused: 'yes',
      note: 'Cancelled: It is snowing.',
    });
  });

  it.each([
    ['what is cancelled and past', anEvent({ status: 'cancelled', at: '2026-12-10T11:00:00Z' })],
    ['what is farther ahead', anEvent({ at: '2027-01-20T13:00:00Z' })],
  ])('leave out %s', (_what, event) => {
    expect(wanted([event])).toEqual([]);
  });

  it('leave out what was to be before a publication that is cancelled', () => {
    const events = [
      anEvent({ at: '2026-12-10T11:00:00Z' }),
      anEvent({ milestone: 'published', status: 'cancelled', at: '2026-12-17T13:00:00Z' }),
    ];

    const found = wantedSchedules(events, {
      now: NOW,
      settings: SETTINGS,
      latenessOf: () => 'late',
      queue: 'releases',
    });

    expect(found.map(({ milestone }) => milestone)).toEqual(['published']);
  });

  it.each([
    ['ahead', 1],
    ['due', 1],
    ['late', 1],
    ['too_late', 0],
    ['waits', 0],
    ['past', 0],
  ] as const)('hold what is %s or not: %s', (lateness, count) => {
    const found = wantedSchedules([anEvent({ at: '2026-12-10T11:00:00Z' })], {
      now: NOW,
      settings: SETTINGS,
      latenessOf: () => lateness,
      queue: 'releases',
    });

    expect(found).toHaveLength(count);
  });
});

describe('Schedules that were found', () => {
  const face: ScheduleFace = {
    times: '2026-12-10T13:00:00Z',
    paused: 'no',
    note: '',
    overlap: 'SKIP',
    catchUp: '43200s',
    jitter: 'none',
    starts: 'milestone monthly:18.7.announced',
    workflowId: 'milestone:monthly:18.7.announced',
    queue: 'releases',
    zone: 'UTC',
    actions: 'unlimited',
    afterFailure: 'goes on',
  };
  const planned: WantedSchedule = {
    id: 'calendar:monthly:18.7.announced',
    release: 'monthly:18.7',
    milestone: 'announced',
    at: face.times,
    face,
  };
  const moved: WantedSchedule = { ...planned, face: { ...face, times: '2026-12-11T13:00:00Z' } };

  function found(now: Partial<ScheduleFace>, lastSet: ScheduleFace | undefined = face): FoundSchedule {
    return { id: planned.id, face: { ...face, ...now }, ...(lastSet === undefined ? {} : { lastSet }) };
  }

  const NONE = new Set<string>();
  const byHand = found({ paused: 'yes', note: 'The data centre is on fire.' });

  it('are left where a person has paused them, though the calendar wants them no more now', () => {
    const { steps, notices } = compareSchedules([], [byHand], new Set([planned.id]));

    expect(steps).toEqual([]);
    expect(notices).toMatchObject([{ about: planned.id, what: expect.stringContaining('paused by hand') }]);
  });

  it.each([
    ['is done or cancelled, whoever has paused them', byHand, NONE],
    ['is to come, and nobody has paused them', found({}), new Set([planned.id])],
    [
      'is to come, and somebody has paused them without a reason',
      found({ paused: 'yes' }),
      new Set([planned.id]),
    ],
  ])('are removed where the calendar wants them no more and their milestone %s', (_what, one, open) => {
    expect(compareSchedules([], [one], open)).toEqual({
      steps: [{ kind: 'remove', id: planned.id }],
      notices: [],
    });
  });

  it('are created where there are none', () => {
    expect(compareSchedules([planned], [], NONE)).toEqual({
      steps: [{ kind: 'create', wanted: planned }],
      notices: [],
    });
  });

  it('are left where they are as they should be', () => {
    expect(compareSchedules([planned], [found({})], NONE)).toEqual({ steps: [], notices: [] });
  });

  it('follow a moved date, with no word about it', () => {
    expect(compareSchedules([moved], [found({})], NONE)).toEqual({
      steps: [{ kind: 'update', wanted: moved }],
      notices: [],
    });
  });

  it.each(Object.keys(face).filter((field) => field !== 'paused'))(
    'are told of and set right where somebody has changed: %s',
    (field) => {
      const { steps, notices } = compareSchedules([planned], [found({ [field]: 'another' })], NONE);

      expect(steps).toEqual([{ kind: 'update', wanted: planned }]);
      expect(notices).toMatchObject([
        { about: planned.id, what: `its Schedule was changed by hand: ${field}` },
      ]);
    },
  );

  it('are left paused where a person gave a reason, and told of without it: nobody has judged what it says', () => {
    const { steps, notices } = compareSchedules(
      [moved],
      [found({ paused: 'yes', note: 'The data centre is on fire.' })],
      NONE,
    );

    expect(steps).toEqual([]);
    expect(notices).toMatchObject([{ about: planned.id, what: expect.stringContaining('paused by hand') }]);
    expect(JSON.stringify(notices)).not.toContain('fire');
  });

  it.each([
    ['without a reason', { paused: 'yes', note: '' }],
    ['and changed', { paused: 'yes', note: 'Fire.', times: '2026-12-12T13:00:00Z' }],
  ] as const)('are set right where they were paused %s', (_what, now) => {
    const { steps, notices } = compareSchedules([planned], [found(now)], NONE);

    expect(steps).toEqual([{ kind: 'update', wanted: planned }]);
    expect(notices).toHaveLength(1);
  });

  it('are not told of where somebody has set what the calendar wants', () => {
    expect(compareSchedules([moved], [found({ times: moved.face.times })], NONE)).toEqual({
      steps: [{ kind: 'update', wanted: moved }],
      notices: [],
    });
  });

  it('are taken over from whoever else has made them, and told of', () => {
    const other: FoundSchedule = { id: planned.id, face: { ...face, times: 'every hour' } };

    const { steps, notices } = compareSchedules([planned], [other], NONE);

    expect(steps).toEqual([{ kind: 'update', wanted: planned }]);
    expect(notices).toMatchObject([{ what: 'its Schedule was made by somebody else' }]);
  });

  it('are removed once they are over, but never those of somebody else', () => {
    const other: FoundSchedule = { id: 'calendar:lunch', face };

    const { steps, notices } = compareSchedules([], [found({}), other], NONE);

    expect(steps).toEqual([{ kind: 'remove', id: planned.id }]);
    expect(notices).toMatchObject([{ about: 'calendar:lunch' }]);
  });
});

it.each([
  [
    'a monthly that the calendar has started',
    'monthly:18.7',
    'monthly',
    'calendar/monthly:18.7',
    'monthly:18.7',
  ],
  ['a monthly that a person has started', 'monthly:18.7', 'monthly', 'by-hand', 'monthly:18.7'],
  ['a patch of the calendar', 'patch:7', 'patch', 'calendar/patch:2026-12-09', 'patch:2026-12-09'],
  ['a patch of which the calendar has no date', 'patch:7', 'patch', 'by-hand', undefined],
  [
    'an internal release, whatever its key says',
    'internal:a',
    'internal',
    'calendar/patch:2026-12-09',
    undefined,
  ],
] as const)('names %s as the calendar does', (_what, id, kind, requestKey, name) => {
  expect(calendarNameOf({ id, kind, requestKey })).toBe(name);
});
