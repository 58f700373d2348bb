import {
  Client,
  Connection,
  ScheduleOverlapPolicy,
  type ScheduleDescription,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import type { ScheduleBook } from '../../activities/schedules/calendar-outside';
import { openScheduleBook } from '../../activities/schedules/schedule-book';
import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { compareSchedules } from '../../domain/calendar/compare-schedules';
import { scheduleId, wantedSchedules, type WantedSchedule } from '../../domain/calendar/wanted-schedules';
import type { Engine } from '../../engine/connect';
import { KEYS } from '../gateway/test-gateway';
import { SETTINGS } from '../support/calendar-house';
import { ownEngine } from '../support/own-namespace';
import { until } from '../support/until';

/** Nobody works for it: what is started stays as it is. */
const QUEUE = 'nobody';

type Options = ScheduleUpdateOptions;

describe('the Schedules of the calendar in a real engine', () => {
  let engine: Engine;
  let book: ScheduleBook;

  beforeAll(async () => {
    engine = await ownEngine(KEYS);
    book = openScheduleBook(engine.client, QUEUE);
  }, 60_000);
  afterAll(() => engine.connection.close());

  function wantedOf(minor: string): WantedSchedule {
    const event: CalendarEvent = {
      release: `monthly:${minor}`,
      kind: 'monthly',
      minors: [minor],
      milestone: 'announced',
      at: new Date(Date.now() + 60 * 60_000).toISOString(),
      status: 'tentative',
      notes: ['This date is a guideline.'],
      sequence: 0,
      revisedAt: new Date().toISOString(),
    };
    const [wanted] = wantedSchedules([event], {
      now: Date.now(),
      settings: SETTINGS,
      latenessOf: () => 'ahead',
      queue: book.queue,
    });
    if (wanted === undefined) throw new Error('it is near');
    return wanted;
  }

  async function compared(wanted: WantedSchedule) {
    const found = await book.find([wanted.id]);
    return compareSchedules(
      [wanted],
      found.filter(({ id }) => id === wanted.id),
      new Set(),
    );
  }

  /** Looked at seldom: the engine answers for a Schedule only between two things that it does with it. */
  function acted({ id }: WantedSchedule, condition: (info: ScheduleDescription['info']) => boolean) {
    const handle = engine.client.schedule.getHandle(id);
    const look = async () => {
      const { info } = await handle.describe();
      return condition(info) && info;
    };
    return until(`${id} to act`, look, 20_000, 500);
  }

  it('are found as they were set', async () => {
    const wanted = wantedOf('1.0');
    await book.create(wanted, SETTINGS);

    expect(await compared(wanted)).toEqual({ steps: [], notices: [] });
  });

  it.each<[string, string, (now: Options) => Options]>([
    ['queue', '1.1', (now) => ({ ...now, action: { ...now.action, taskQueue: 'elsewhere' } })],
    ['workflowId', '1.2', (now) => ({ ...now, action: { ...now.action, workflowId: 'other' } })],
    ['zone', '1.3', (now) => ({ ...now, spec: { ...now.spec, timezone: 'Asia/Tokyo' } })],
    ['actions', '1.4', (now) => ({ ...now, state: { ...now.state, remainingActions: 0 } })],
    ['afterFailure', '1.5', (now) => ({ ...now, policies: { ...now.policies, pauseOnFailure: true } })],
    [
      'overlap',
      '1.6',
      (now) => ({ ...now, policies: { ...now.policies, overlap: ScheduleOverlapPolicy.ALLOW_ALL } }),
    ],
  ])('are found changed by hand and set right: %s', async (field, minor, change) => {
    const wanted = wantedOf(minor);
    await book.create(wanted, SETTINGS);
    await engine.client.schedule.getHandle(wanted.id).update(change);

    const { steps, notices } = await compared(wanted);
    for (const step of steps) if (step.kind === 'update') await book.update(step.wanted, SETTINGS);

    expect(notices.map(({ what }) => what)).toEqual([`its Schedule was changed by hand: ${field}`]);
    expect(await compared(wanted)).toEqual({ steps: [], notices: [] });
  });

  it('start nothing beside what they have started already', async () => {
    const wanted = wantedOf('1.7');
    await book.create(wanted, SETTINGS);
    await book.trigger(wanted.id);
    await acted(wanted, ({ runningActions }) => runningActions.length === 1);

    await book.trigger(wanted.id);
    const info = await acted(
      wanted,
      ({ runningActions, numActionsSkippedOverlap }) => runningActions.length + numActionsSkippedOverlap > 1,
    );

    expect([info.runningActions.length, info.numActionsSkippedOverlap]).toEqual([1, 1]);
  });

  it('of an engine that does not answer are told in the closed set of failures', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const away = openScheduleBook(new Client({ connection }), QUEUE);

    await expect(away.find([])).rejects.toMatchObject({
      type: 'OutsideDown',
      details: [{ where: 'the Schedules of Temporal', remedy: expect.stringContaining('Temporal') }],
    });
    await connection.close();
  });

  it('that are gone meanwhile are nothing to set right, to remove or to have act', async () => {
    const wanted = wantedOf('1.8');

    await book.update(wanted, SETTINGS);
    await book.trigger(wanted.id);
    await book.remove(wanted.id);

    const gone = { release: 'monthly:1.8', milestone: 'announced' } as const;
    expect(await book.isPaused(scheduleId(gone))).toBe(false);
    expect(await compared(wanted)).toEqual({ steps: [{ kind: 'create', wanted }], notices: [] });
  });
});
