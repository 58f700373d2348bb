import { ScheduleNotFoundError } from '@temporalio/client';
import { GitRefusal } from '../../activities/git/run-git';
import { releaseSettings } from '../../config/release-settings';
import { calendarKey } from '../../domain/calendar/starting';
import type { CalendarEntry } from '../../domain/calendar/published-calendar';
import { patchTitle } from '../../domain/release/release-title';
import { startRelease } from '../../starters/start-release';
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
    const [start, later] = dates('monthly:18.7', 4_000, 12_000);
    await house.revise('publish', dated(start, later));
    const before = await house.records.releases.find('monthly:18.7');

    const { row, type, details } = await house.started('monthly:18.7');
    const waiting = await until('it to wait for the calendar', async () => {
      const status = await house.releaseStatus(row.id);
      return status.waitingFor?.who === 'the calendar' && status;
    });
    const first = await house.told(row.id);
    const goneOn = await until(
      'it to go on',
      async () => {
        const status = await house.releaseStatus(row.id);
        return status.reached.some(({ milestone }) => milestone === 'rc_tagged') && status;
      },
      60_000,
    );

    expect(before).toBeUndefined();
    expect(type).toBe('monthlyRelease');
    expect(row).toMatchObject({ id: 'monthly:18.7', startedBy: { id: 'the calendar' } });
    expect(Date.parse(row.startedAt)).toBeGreaterThanOrEqual(secondsOf(start));
    expect([waiting.state, waiting.waitingFor?.sentence]).toEqual([
      'announced',
      'rc tagged is entered at its published time',
    ]);
    expect(first).toEqual(['announced']);
    const taggedAt = goneOn.reached.find(({ milestone }) => milestone === 'rc_tagged')?.at ?? '';
    expect(Date.parse(taggedAt)).toBeGreaterThanOrEqual(secondsOf(later));
    expect(details).toMatch(/Started by \*\*the calendar\*\*[^]*rc_tagged wait for the calendar/);
    expect(await house.told(row.id)).toEqual(['announced', 'rc_tagged']);
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

  it('asks release managers to end it where it was cancelled after its start, until it is ended', async () => {
    const [start, ...later] = dates('patch:2030-02-06', 2_000, 60 * 60_000, 2 * 60 * 60_000);
    await house.revise('publish', dated(start, ...later));
    const { row } = await house.started('patch:2030-02-06');

    await house.revise(
      'cancel',
      later.map((entry) => ({ ...entry, status: 'cancelled' })),
    );
    const { what, how } = await house.noticed('patch:2030-02-06');
    const { id } = row;
    const end = { ordinal: 1_000, to: 'aborted', actor: MARIA, sentence: 'Aborted.', evidence: [] } as const;
    await house.records.transitions.append({ release: id, workflowId: id, transitions: [end] });
    const { over } = await until('it to be over', async () => {
      const status = await house.status();
      return status.notices.every(({ about }) => about !== 'patch:2030-02-06') && status;
    });

    expect(what).toBe(`patch:2030-02-06 is cancelled in the calendar, and ${id} was started for it`);
    expect(how).toContain(`signalbox release abort ${id}`);
    expect(over.map(({ about }) => about)).toContain('patch:2030-02-06');
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
      spec: { calendars: [{ hour: 3 }], timezone: 'UTC' },
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
    const asked = await house.noticed('monthly:19.2.announced');

    const [one, other] = [first, second].map(({ row }) => Number(row.id.split(':')[1]));
    expect(one).toBeLessThan(other ?? 0);
    expect(asked.how).toContain('signalbox release start monthly 19.2 --key calendar/monthly:19.2');
    expect(await house.records.releases.find('monthly:19.2')).toBeUndefined();
  });

  it('is not told of a date that a person holds, also where others of it are caught up', async () => {
    const hour = 60 * 60_000;
    const held = 'calendar:monthly:20.6.rc_tagged';
    await house.revise('publish', dates('monthly:20.6', hour, hour, hour));
    await house.scheduled(held);
    await house.engine.client.schedule.getHandle(held).pause('The data centre is on fire.');

    await house.revise('move', dates('monthly:20.6', -12_000, -11_000, -10_000));
    await house.started('monthly:20.6');
    await until('the rest to be noted', async () => (await house.noted('monthly:20.6')).length === 2);
    await house.looked();

    expect(await house.noted('monthly:20.6')).toEqual(['announced', 'published']);
    expect(new Set(await house.told('monthly:20.6'))).toEqual(new Set(['announced', 'published']));
    expect((await house.noticed(held)).what).toContain('paused by hand');
  });

  it('waits for a repository that cannot be read, says why, and keeps nothing else waiting', async () => {
    house.repository.refusal = new GitRefusal('fatal: the remote hung up');
    await house.revise('publish', dates('patch:2030-06-09', -5_000));

    const notice = await house.noticed('patch:2030-06-09.prepared');
    const { unknown } = await house.status();
    delete house.repository.refusal;
    const { row } = await house.started('patch:2030-06-09');

    expect(notice.why).toContain('the remote hung up');
    expect(unknown).toBeUndefined();
    expect(row.title).toMatch(/ of 18.6, 18.5$/);
  });

  it('is found where a person has started it, is told of its dates, and starts no second time', async () => {
    const { engine, records } = house;
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const { id } = await startRelease(
      { client: engine.client, records, settings },
      {
        kind: 'monthly',
        minor: '19.3',
        requestKey: 'by-hand',
        startedBy: MARIA,
        awaitMilestones: ['announced'],
      },
    );
    const [run] = await runsOf(house, id);

    await house.revise('publish', dates('monthly:19.3', 2_000));
    const told = await until('it to be told', async () => {
      const names = await house.told(id);
      return names.length > 0 && names;
    });
    await until('it to go on', async () =>
      (await house.releaseStatus(id)).reached.some(({ milestone }) => milestone === 'announced'),
    );

    expect(told).toEqual(['announced']);
    expect(await runsOf(house, id)).toEqual([run]);
    expect(await records.releases.findByRequestKey(calendarKey('monthly:19.3'))).toBeUndefined();
  });

  it('is started where a person has asked for it and the gateway died then, and told of what was missed in order', async () => {
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const asked = { id: 'monthly:20.3', kind: 'monthly', title: 'Monthly release 20.3' } as const;
    await house.records.releases.open({ ...asked, requestKey: 'cut-off', settings, startedBy: MARIA });

    await house.revise('publish', dates('monthly:20.3', -20_000, -10_000));
    const told = await until('it to be told', async () => {
      const names = await house.told('monthly:20.3');
      return names.length >= 2 && names;
    });

    expect(told.slice(0, 2)).toEqual(['announced', 'rc_tagged']);
    await until('it to be noted', async () => (await house.noted('monthly:20.3')).length === 2);
  });

  it('asks whoever has asked for a patch and was cut off, for nobody else knows what kind of patch it is', async () => {
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const requestKey = calendarKey('patch:2030-03-09');
    const serial = await house.records.releases.nextSerial({ kind: 'patch', requestKey });
    const asked = { id: `patch:${serial}`, kind: 'patch', title: 'Cut off', requestKey } as const;
    await house.records.releases.open({ ...asked, settings, startedBy: MARIA });

    await house.revise('publish', dates('patch:2030-03-09', -10_000, -5_000));
    const notice = await house.noticed('patch:2030-03-09.prepared');

    expect(notice.how).toContain('ask again with the same key');
    expect([await runsOf(house, asked.id), await house.noted(asked.id)]).toEqual([[], []]);
  });

  it('asks for a start by hand where the calendar has begun it in time, and it is too late to go on', async () => {
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const requestKey = calendarKey('patch:2030-03-23');
    const serial = await house.records.releases.nextSerial({ kind: 'patch', requestKey });
    const id = `patch:${serial}`;
    const title = patchTitle(id, ['18.6', '18.5']);
    const startedBy = { id: 'the calendar', roles: ['engine'] };
    await house.records.releases.open({ id, kind: 'patch', title, requestKey, settings, startedBy });

    await house.revise('publish', dates('patch:2030-03-23', -3 * 60_000));
    const { how } = await house.noticed('patch:2030-03-23.prepared');
    const order = { kind: 'patch', minors: ['18.6', '18.5'], type: 'planned', requestKey, startedBy: MARIA };
    const started = await startRelease(
      { client: house.engine.client, records: house.records, settings },
      order,
    );

    expect(how).toContain('signalbox release start patch 18.6 18.5 --key calendar/patch:2030-03-23');
    expect(started).toMatchObject({ id, isNew: false });
    expect(await runsOf(house, id)).toHaveLength(1);
  });

  it('is told to nobody and noted as told only where its record says that it has ended', async () => {
    const { engine, records } = house;
    const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [] });
    const [ended, gone] = ['20.4', '20.5'] as const;
    for (const minor of [ended, gone]) {
      const order = { kind: 'monthly', minor, requestKey: minor, startedBy: MARIA };
      const { id } = await startRelease({ client: engine.client, records, settings }, order);
      await engine.client.workflow.getHandle(id).terminate('By hand.');
    }
    const line = { ordinal: 1, to: 'aborted', actor: MARIA, sentence: 'Aborted.', evidence: [] } as const;
    const id = `monthly:${ended}`;
    await records.transitions.append({ release: id, workflowId: id, transitions: [line] });

    await house.revise('publish', [
      ...dates('monthly:20.4', -3 * 60_000),
      ...dates('monthly:20.5', -3 * 60_000),
    ]);
    await until('the end to be noted', async () => (await house.noted(id)).length === 1);
    const notice = await house.noticed('monthly:20.5.announced');

    expect(notice.what).toMatch(/was to be told .* that announced is due, and was not yet/);
    expect(await house.noted('monthly:20.5')).toEqual([]);
  });

  it('leaves out lines that are not out at its time, and says so in its record', async () => {
    const [start] = dates('patch:2030-04-09', 2_000);
    await house.revise('publish', dated(start && { ...start, minors: ['18.9', '18.6', '18.5'] }));

    const { row } = await house.started('patch:2030-04-09');
    const lines = await house.records.transitions.ofRelease(row.id);

    expect(row.title).toMatch(/^Patch release \d+ of 18.6, 18.5$/);
    expect(lines.map(({ to, sentence }) => [to, sentence])).toContainEqual([
      'lines_left_out',
      'The calendar has it for 18.9 as well, which is not out: it starts without.',
    ]);
  });

  it('does not start where nobody could start it by hand, says why, and starts once that is mended', async () => {
    house.repository.out.add('17.9');
    const [start] = dates('patch:2030-05-09', -5_000);
    await house.revise('publish', [
      ...dates('monthly:17.9', -10_000),
      ...dated(start && { ...start, minors: ['18.9'] }),
    ]);

    const [monthly, patch] = [
      await house.noticed('monthly:17.9.announced'),
      await house.noticed('patch:2030-05-09.prepared'),
    ];
    const opened = await house.records.releases.findByRequestKey(calendarKey('patch:2030-05-09'));
    house.repository.out.add('18.9');
    const { row } = await house.started('patch:2030-05-09');

    expect([monthly.why, patch.why]).toEqual([
      '17.9.0 is released already',
      'no line of patch:2030-05-09 is out: 18.9',
    ]);
    expect(opened).toBeUndefined();
    expect(row.title).toMatch(/ of 18.9$/);
    expect(await house.records.releases.find('monthly:17.9')).toBeUndefined();
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

function dated(...entries: readonly (CalendarEntry | undefined)[]): readonly CalendarEntry[] {
  return entries.filter((entry) => entry !== undefined);
}

/** Schedules act at whole seconds. */
function secondsOf(entry: CalendarEntry | undefined): number {
  return Math.floor(Date.parse(entry?.at ?? '') / 1_000) * 1_000;
}

async function runsOf({ engine: { client } }: CalendarHouse, id: string): Promise<readonly string[]> {
  const run = await client.workflow
    .getHandle(id)
    .describe()
    .catch(() => undefined);
  return run === undefined ? [] : [run.runId];
}
