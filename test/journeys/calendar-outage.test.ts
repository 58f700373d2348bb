import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTicks } from '../../services/run-file';
import { startTemporal, stopTemporal, type TemporalServer } from '../../services/temporal';
import { dates, startCalendarHouse, type CalendarHouse } from '../support/calendar-house';
import { until } from '../support/until';

const RELEASE = 'patch:2030-01-09';
const SCHEDULE = `calendar:${RELEASE}.prepared`;
const LONGEST_MS = 60_000;

describe('a release whose time comes while the Temporal server is dead', () => {
  let home: string;
  let house: CalendarHouse;
  let first: TemporalServer;
  let elsewhere: string | undefined;
  const startServer = (): Promise<TemporalServer> =>
    startTemporal({ home, logFile: join(home, 'temporal.log') });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'signalbox-outage-'));
    elsewhere = process.env['TEMPORAL_ADDRESS'];
    delete process.env['TEMPORAL_ADDRESS'];
    first = await startServer();
    house = await startCalendarHouse(first.address);
  }, LONGEST_MS);
  afterAll(async () => {
    await house.end();
    await stopTemporal(home);
    if (elsewhere !== undefined) process.env['TEMPORAL_ADDRESS'] = elsewhere;
    rmSync(home, { recursive: true, force: true });
  }, LONGEST_MS);

  async function runsOf(type: string): Promise<number> {
    const { count } = await house.engine.client.workflow.count(`WorkflowType = '${type}'`);
    return count;
  }

  it('starts late and once when the server is there again', async () => {
    const [start] = dates(RELEASE, 8_000);
    await house.revise('publish', start === undefined ? [] : [start]);
    await house.scheduled(SCHEDULE);
    const { pid = 0 } = first;
    process.kill(pid, 'SIGKILL');
    const killedAt = Date.now();
    await until('its end', () => startTicks(pid) === undefined);
    const dueAt = Date.parse(start?.at ?? '');
    await until('the time of the start to pass', () => Date.now() > dueAt + 1_000);
    const before = await house.records.releases.list();

    await startServer();
    const { row } = await house.started(RELEASE);
    await until('it to be told', async () => (await house.told(row.id)).length === 1, LONGEST_MS);
    const isScheduled = (): Promise<boolean> =>
      house.engine.client.schedule
        .getHandle(SCHEDULE)
        .describe()
        .then(
          () => true,
          () => false,
        );
    await until('its Schedule to be over', async () => !(await isScheduled()), LONGEST_MS);

    expect(killedAt).toBeLessThan(dueAt);
    expect(before).toEqual([]);
    expect(row).toMatchObject({ id: 'patch:1', startedBy: { id: 'the calendar' } });
    expect((await house.records.releases.list()).map(({ id }) => id)).toEqual(['patch:1']);
    expect(await runsOf('patchRelease')).toBe(1);
  }, 180_000);
});
