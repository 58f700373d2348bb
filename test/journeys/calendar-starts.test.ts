import { ScheduleNotFoundError } from '@temporalio/client';
import { releaseSettings } from '../../config/release-settings';
import { calendarKey } from '../../domain/calendar/starting';
import { endCalendarKeeper } from '../../starters/end-calendar-keeper';
import { ensureCalendarKeeper, KEEPER } from '../../starters/start-calendar-keeper';
import { sandboxConfiguration } from '../gateway/test-gateway';
import { dates, MARIA, SETTINGS, startCalendarHouse, type CalendarHouse } from '../support/calendar-house';
import { until } from '../support/until';

describe('a release of the published calendar, with nobody present', () => {
  let house: CalendarHouse;

  beforeAll(async () => {
    house = await startCalendarHouse();
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  it('starts at its time, once, and is told of its later dates', async () => {
    await house.revise('publish', dates('monthly:18.7', 4_000, 7_000));
    const before = await house.records.releases.find('monthly:18.7');

    const { row, type, details } = await house.started('monthly:18.7');
    const milestones = await until('both to be told', async () => {
      const names = await house.told(row.id);
      return names.length === 2 && names;
    });

    expect(before).toBeUndefined();
    expect(type).toBe('monthlyRelease');
    expect(row).toMatchObject({ id: 'monthly:18.7', startedBy: { id: 'the calendar' } });
    expect(Date.parse(row.startedAt)).toBeLessThan(Date.now());
    expect(details).toMatch(/Started by \*\*the calendar\*\*[^]*rc_tagged wait for the calendar/);
    expect(milestones).toEqual(['announced', 'rc_tagged']);
  });

  it('starts at its new time where it was moved, and draws its serial then', async () => {
    await house.revise('publish', dates('patch:2030-01-09', 60 * 60_000));
    await house.scheduled('calendar:patch:2030-01-09.prepared');

    await house.revise('move', dates('patch:2030-01-09', 3_000));
    const { row, type } = await house.started('patch:2030-01-09');

    expect(type).toBe('patchRelease');
    expect(row).toMatchObject({ id: 'patch:1', title: 'Patch release 1 of 18.6, 18.5' });
  });

  it('does not start where it was cancelled: its Schedule is paused, with the reason', async () => {
    await house.revise('publish', dates('monthly:18.8', 4_000));
    await house.scheduled('calendar:monthly:18.8.announced');

    await house.revise(
      'cancel',
      dates('monthly:18.8', 4_000).map((entry) => ({ ...entry, status: 'cancelled' })),
    );
    const paused = await until('it to be paused', async () => {
      const { state } = await house.scheduled('calendar:monthly:18.8.announced');
      return state.paused && state;
    });
    await house.revise('publish', dates('monthly:18.9', 6_000));
    await house.started('monthly:18.9');

    expect(paused.note).toBe('Cancelled: A test.');
    expect(await house.records.releases.find('monthly:18.8')).toBeUndefined();
  });

  it.each([
    ['within the limit', 'monthly:20.1', -20_000],
    ['longer ago', 'monthly:20.2', -3 * 60_000],
  ])('does not start where its start was past when it was cancelled, %s', async (_when, release, ago) => {
    const [start, ...later] = dates(release, ago, 60 * 60_000, 2 * 60 * 60_000);
    const cancelled = later.map((entry) => ({ ...entry, status: 'cancelled' }) as const);
    await house.revise('publish', start === undefined ? [] : [start, ...cancelled]);
    await house.scheduled(`calendar:${release}.rc_tagged`);

    await house.looked();
    const { notices, over } = await house.status();

    expect(await house.records.releases.find(release)).toBeUndefined();
    expect([...notices, ...over].filter(({ about }) => about.includes(release))).toEqual([]);
  });

  it('has its Schedule set right where somebody has changed it, and says so; a pause with a reason is left', async () => {
    await house.revise('publish', [
      ...dates('monthly:19.0', 60 * 60_000),
      ...dates('monthly:19.1', 60 * 60_000),
    ]);
    const changed = 'calendar:monthly:19.0.announced';
    const paused = 'calendar:monthly:19.1.announced';
    const { spec } = await house.scheduled(changed);
    await house.scheduled(paused);

    await house.engine.client.schedule.getHandle(changed).update((now) => ({
      ...now,
      spec: { calendars: [{ hour: 3 }] },
    }));
    await house.engine.client.schedule.getHandle(paused).pause('The data centre is on fire.');
    const found = await until('both to be found', async () => {
      const { notices, over } = await house.status();
      const about = [...notices, ...over].filter(({ about: id }) => [changed, paused].includes(id));
      return about.length === 2 && about;
    });

    expect(found.map(({ what }) => what).toSorted()).toEqual([
      'its Schedule was changed by hand: times',
      'its Schedule was paused by hand, and nothing starts by itself at its time',
    ]);
    expect((await house.scheduled(changed)).spec).toEqual(spec);
    expect((await house.scheduled(paused)).state).toMatchObject({
      paused: true,
      note: 'The data centre is on fire.',
    });
  });

  it('asks where it is too late to start, and what was missed within the limit is caught up in order', async () => {
    await house.revise('publish', [
      ...dates('monthly:19.2', -3 * 60_000),
      ...dates('patch:2030-02-09', -20_000),
      ...dates('patch:2030-02-23', -10_000),
    ]);

    const [first, second] = [
      await house.started('patch:2030-02-09'),
      await house.started('patch:2030-02-23'),
    ];
    const asked = await until('it to be asked about', async () =>
      (await house.status()).notices.find(({ about }) => about === 'monthly:19.2.announced'),
    );

    const [one, other] = [first, second].map(({ row }) => Number(row.id.split(':')[1]));
    expect(one).toBeLessThan(other ?? 0);
    expect(asked.how).toContain('signalbox release start monthly 19.2 --key calendar/monthly:19.2');
    expect(await house.records.releases.find('monthly:19.2')).toBeUndefined();
  });

  it('is found where a person has started it, and starts no second time', async () => {
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const byHand = { id: 'monthly:19.3', kind: 'monthly', title: 'By hand', requestKey: 'by-hand' } as const;
    await house.records.releases.open({ ...byHand, settings, startedBy: MARIA });

    await house.revise('publish', dates('monthly:19.3', 2_000));
    await until('it to be found', async () => (await house.told('monthly:19.3')).length === 1);

    expect(await house.records.releases.findByRequestKey(calendarKey('monthly:19.3'))).toBeUndefined();
    const { status: keeper } = await house.engine.client.workflow.getHandle(KEEPER).describe();
    expect(keeper.name).toBe('RUNNING');
  });

  it('starts nothing any more where it is switched off, and leaves what somebody else has made or paused', async () => {
    const { client } = house.engine;
    const [own, paused, other] = [
      'calendar:monthly:21.1.announced',
      'calendar:monthly:21.2.announced',
      'calendar:lunch',
    ] as const;
    await house.revise('publish', [
      ...dates('monthly:21.1', 60 * 60_000),
      ...dates('monthly:21.2', 60 * 60_000),
    ]);
    await house.scheduled(own);
    await house.scheduled(paused);
    await client.schedule.getHandle(paused).pause('The data centre is on fire.');
    const { action, spec } = await house.scheduled(own);
    const lunch = { type: action.type, workflowType: 'milestone', taskQueue: 'lunch' } as const;
    await client.schedule.create({ scheduleId: other, spec, action: lunch });

    const ended = await until('the list of Schedules to have it', async () => {
      const found = await endCalendarKeeper(client);
      return found.removed.includes(own) && found;
    });
    const again = await endCalendarKeeper(client);

    expect(ended.removed).toContain(own);
    expect(again).toEqual({ wasRunning: false, removed: [] });
    expect((await client.workflow.getHandle(KEEPER).describe()).status.name).not.toBe('RUNNING');
    await expect(client.schedule.getHandle(own).describe()).rejects.toThrow(ScheduleNotFoundError);
    for (const id of [paused, other]) expect((await house.scheduled(id)).scheduleId).toBe(id);

    await client.schedule.getHandle(other).delete();
    await ensureCalendarKeeper(client, SETTINGS);
    await house.scheduled(own);
  });
});
