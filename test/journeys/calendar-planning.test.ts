import { permanent } from '../../activities/errors';
import { PLANNER } from '../../domain/planning/planner';
import { ensureCalendarKeeper } from '../../starters/start-calendar-keeper';
import { dates, SETTINGS, startCalendarHouse, type CalendarHouse } from '../support/calendar-house';
import { aSealedFix, FIX } from '../support/embargoes';
import { until } from '../support/until';

const DAY_MS = 24 * 60 * 60_000;

describe('a patch of the published calendar that is too late for a fix', () => {
  let house: CalendarHouse;

  beforeAll(async () => {
    house = await startCalendarHouse();
    const [accepted, published] = dates('patch:2099-01-01', 39 * DAY_MS, 40 * DAY_MS);
    if (accepted === undefined || published === undefined) throw new Error('there are two dates');
    await house.revise('publish', [
      { ...accepted, milestone: 'accepted' },
      { ...published, milestone: 'published', status: 'confirmed' },
    ]);
    await aSealedFix(house.records, ['18.6']);
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  async function moves() {
    return (await house.records.calendar.revisions()).filter(({ kind }) => kind === 'move');
  }

  it('stays where it is while nobody has switched planning on', async () => {
    await house.looked();

    expect(await moves()).toEqual([]);
  });

  it('comes forward once at the next look after that, and nothing that everybody reads tells why', async () => {
    await ensureCalendarKeeper(house.engine.client, { ...SETTINGS, plansAhead: true });

    const [move] = await until('it to be moved', async () => {
      const made = await moves();
      return made.length > 0 && made;
    });
    await house.looked();

    expect(await moves()).toEqual([move]);
    expect(move?.by).toEqual(PLANNER);
    const published = move?.entries.find(({ milestone }) => milestone === 'published');
    expect(Date.parse(published?.at ?? '')).toBeLessThanOrEqual(Date.now() + 30 * DAY_MS);
    const said = JSON.stringify([move, await house.status()]);
    expect(said).not.toContain(FIX);
  });
});

describe('what waits on each line', () => {
  let house: CalendarHouse;

  beforeAll(async () => {
    house = await startCalendarHouse();
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  it('is measured by what keeps the Schedules once that is asked for, and not before', async () => {
    await house.looked();
    expect(await house.records.measurements.find('pressure')).toBeUndefined();

    await ensureCalendarKeeper(house.engine.client, { ...SETTINGS, measures: 'beside' });

    const found = await until('a measurement', () => house.records.measurements.find('pressure'));
    expect(found.facts.map(({ minor }) => minor)).toEqual(['18.6', '18.5']);
  });

  it('keeps the Schedules waiting for nothing while it is measured', async () => {
    let goOn: (() => void) | undefined;
    house.repository.awaits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    house.repository.asked = 0;
    await until('a measurement that goes on', async () => (house.repository.asked ?? 0) > 0);

    await house.looked();

    expect(house.repository.asked).toBe(1);
    expect((await house.status()).unknown).toBeUndefined();
    delete house.repository.awaits;
    goOn?.();
  });

  it('is told of where it cannot be measured, and the Schedules are kept all the same', async () => {
    house.repository.refusal = permanent('ConfigurationError', {
      where: 'canonical',
      what: 'it is gone',
      remedy: 'Mend it',
    });

    const notice = await house.noticed('measures');

    expect(notice.how).toContain('tried again');
    expect((await house.status()).unknown).toBeUndefined();
  });
});
