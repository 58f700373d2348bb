import type { Measuring } from '../../../activities/schedules/calendar-outside';
import { measureDelivery } from '../../../activities/schedules/measure-delivery';
import { freshRecords, type TestRecords } from '../../support/records';

const HOUR_MS = 60 * 60_000;
const LINES = [{ minor: '18.6', changes: [] }];

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
});
afterEach(() => test.end());

function look(measuring: Measuring) {
  return measureDelivery({ records: test.records, measuring });
}

function silent(): Promise<never> {
  return Promise.reject(new Error('GitLab is silent'));
}

it('measures what is judged, notes it, and does not measure again so soon', async () => {
  const asked: string[] = [];
  const pressure = async () => {
    asked.push('pressure');
    return LINES;
  };

  const first = await look({ lookEveryMs: HOUR_MS, read: { pressure } });
  const again = await look({ lookEveryMs: HOUR_MS, read: { pressure } });

  expect([first.measured, again.measured, asked]).toEqual([['pressure'], [], ['pressure']]);
  expect((await test.records.measurements.find('pressure'))?.facts).toEqual(LINES);
  expect((await look({ lookEveryMs: 0, read: { pressure } })).measured).toEqual(['pressure']);
});

it('asks for nothing that is not judged', async () => {
  expect((await look({ lookEveryMs: 0, read: {} })).measured).toEqual([]);
  expect(await test.records.measurements.find('pressure')).toBeUndefined();
});

it('keeps what was measured before where it cannot be measured, and says why it cannot', async () => {
  await look({ lookEveryMs: 0, read: { pressure: async () => LINES } });
  await expect(look({ lookEveryMs: 0, read: { pressure: silent } })).rejects.toThrow('GitLab is silent');
  expect((await test.records.measurements.find('pressure'))?.facts).toEqual(LINES);
});

it('notes what can be measured beside something that cannot', async () => {
  const read: Measuring['read'] = { pressure: silent, production: async () => [] };
  await expect(look({ lookEveryMs: 0, read })).rejects.toThrow('GitLab is silent');

  expect((await test.records.measurements.find('production'))?.facts).toEqual([]);
  expect(await test.records.measurements.find('pressure')).toBeUndefined();
});
